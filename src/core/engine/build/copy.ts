/**
 * COPY and ADD: finds the sources in the context, an earlier stage or an image, names them by a digest for the cache,
 * and writes them into a layer (moby `builder/dockerfile/copy.go`).
 */
import { decodeUtf8 } from "../../bytes";
import { sha256 } from "../../digest";
import { invalidParameter } from "../../errors";
import { deleteTree, FileWriter } from "../../machine/file-ops";
import { FileError, type FileTree, openLayers, openTree } from "../../machine/files";
import type { Entry } from "../../machine/layers";
import { baseName, below, joinPath, normalise } from "../../machine/paths";
import { freezeLayer, type LayerEntry, writtenEntries } from "../layers";
import { findOrPull } from "./from";
import { globPattern } from "./glob";
import type { InstructionOf } from "./instructions";
import { lookUpOwner, type Owner } from "./owner";
import {
  type Build,
  currentBase,
  environmentOf,
  fromCache,
  imageRow,
  keep,
  needsBuildKit,
  nop,
  stageOf,
} from "./stage";
import { expandWord } from "./words";

interface Source {
  readonly path: string; // in its tree
  readonly entry: Entry;
  readonly hash: string; // file:... or dir:...
}

type Copy = InstructionOf<"COPY" | "ADD">;

/** True once done; false while the image of `--from` is being pulled. */
export function copyStep(build: Build, copy: Copy, escapeToken: string): boolean {
  if (copy.chmod !== undefined) throw needsBuildKit("chmod");
  const env = environmentOf(build);
  const word = (text: string) => expandWord(text, env, escapeToken);
  const tree = copy.from === undefined ? openTree(build.tx, build.state.context) : otherTree(build, copy.from);
  if (!tree) return false;
  const target = word(copy.target);
  const sources = copy.sources.flatMap((source) => findSources(tree, copy, word(source)));
  if (sources.length === 0) throw invalidParameter(`${copy.kind} failed: no source files were specified`);
  if (sources.length > 1 && !target.endsWith("/"))
    throw invalidParameter(
      `When using ${copy.kind} with more than one source file, the destination must be a directory and end with a /`,
    );
  const chown = copy.chown === undefined ? "" : word(copy.chown);
  const hashes = sources.map((source) => source.hash);
  const hash = hashes.length === 1 ? hashes[0] : `multi:${sha256(hashes.join(","))}`;
  const createdBy = nop(stageOf(build).config, `${copy.kind} ${chown ? `--chown=${chown} ` : ""}${hash} in ${target} `);
  if (fromCache(build, createdBy)) return true;
  keep(build, createdBy, stageOf(build).config, writeLayer(build, copy, tree, sources, target, chown));
  return true;
}

/** Files of an earlier stage or of an image; undefined while that is being pulled. */
function otherTree(build: Build, name: string): FileTree | undefined {
  try {
    const imageId = stageImage(build, name);
    const image = imageId === undefined ? findOrPull(build, name) : imageRow(build, imageId);
    if (!image && imageId === undefined) return undefined;
    return openLayers(build.tx, image?.layers ?? []);
  } catch (error) {
    throw invalidParameter(`invalid from flag value ${name}: ${(error as Error).message}`);
  }
}

function stageImage(build: Build, name: string): string | undefined {
  const { done } = build.state;
  if (/^\d+$/.test(name)) {
    if (Number(name) === done.length) throw new Error("refers to current build stage");
    const stage = done[Number(name)];
    if (!stage) throw new Error("index out of bounds");
    return stage.imageId;
  }
  return done.findLast((stage) => stage.name !== "" && stage.name === name.toLowerCase())?.imageId;
}

function findSources(tree: FileTree, copy: Copy, asked: string): Source[] {
  if (copy.kind === "ADD" && /^(https?|git|ssh):\/\//.test(asked)) {
    const host = /^[a-z]+:\/\/([^/:]+)/.exec(asked)?.[1] ?? "";
    throw invalidParameter(
      `ADD failed: failed to GET ${asked}: Get ${JSON.stringify(asked)}: dial tcp: lookup ${host}: no such host`,
    );
  }
  if (climbs(asked) && copy.from === undefined)
    throw invalidParameter(`${copy.kind} failed: forbidden path outside the build context: ${asked} ()`);
  const path = normalise(asked);
  if (/[*?[]/.test(asked)) return matching(tree, path).map((found) => describe(tree, found, asked, copy));
  return [describe(tree, path, asked, copy)];
}

function climbs(path: string): boolean {
  let depth = 0;
  for (const part of path.split("/")) {
    if (part === "..") depth--;
    else if (part !== "" && part !== ".") depth++;
    if (depth < 0) return true;
  }
  return false;
}

function matching(tree: FileTree, pattern: string): string[] {
  const parts = pattern.split("/").filter((part) => part !== "");
  let found = ["/"];
  for (const part of parts) {
    const fits = globPattern(part);
    found = found.flatMap((path) =>
      tree.exists(path) && tree.stat(path).type === "dir"
        ? tree
            .readdir(path)
            .filter((name) => fits.test(name))
            .map((name) => joinPath(path, name))
        : [],
    );
  }
  return found;
}

function describe(tree: FileTree, path: string, asked: string, copy: Copy): Source {
  const shown = asked.replace(/^\/+/, "");
  try {
    const place = tree.realpath(path);
    const entry = tree.entry(place);
    if (!entry) throw new FileError("ENOENT", path);
    const kind = entry.type === "dir" ? "dir" : "file";
    return { path: place, entry, hash: `${kind}:${digestOf(tree, place)}` };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const where = copy.from === undefined ? "file not found in build context or excluded by .dockerignore: " : "";
    throw invalidParameter(`${copy.kind} failed: ${where}stat ${shown}: file does not exist`);
  }
}

/** Names, modes and contents of all that would be copied. */
function digestOf(tree: FileTree, place: string): string {
  const lines = [...tree.walk(place)].map(({ path, entry }) => [
    path === place ? (entry.type === "dir" ? "" : baseName(path)) : below(path, place),
    entry.type,
    entry.mode,
    contentKey(tree, entry),
  ]);
  return sha256(JSON.stringify(lines));
}

function contentKey(tree: FileTree, entry: Entry): string {
  if (entry.type === "symlink") return entry.target ?? "";
  if (entry.type !== "file") return "";
  return entry.blob ?? sha256(tree.content(entry));
}

function writeLayer(
  build: Build,
  copy: Copy,
  from: FileTree,
  sources: readonly Source[],
  target: string,
  chown: string,
): string | undefined {
  const { tx } = build;
  const { layers } = currentBase(build);
  const tree = `build:${build.id}`;
  deleteTree(tx, tree);
  const open = () => openTree(tx, tree, layers);
  const owner = chown ? lookUpOwner(open(), chown) : { uid: 0, gid: 0 };
  const writer = new FileWriter(tx, open);
  const at = normalise(target, stageOf(build).config.WorkingDir || "/");
  const isDirectory = target.endsWith("/") || target === "." || target.endsWith("/.") || isDir(open(), at);
  try {
    for (const source of sources) writeSource(build, copy, writer, open(), from, source, at, isDirectory, owner);
    return freezeLayer(tx, writtenEntries(tx, tree));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw invalidParameter(
      `${copy.kind} failed: ${error.code === "ENOTDIR" ? `${error.path}: not a directory` : `cannot copy to ${error.path}: ${error.code}`}`,
    );
  } finally {
    deleteTree(tx, tree);
  }
}

const isDir = (files: FileTree, path: string) => files.exists(path) && files.stat(path).type === "dir";

function writeSource(
  build: Build,
  copy: Copy,
  writer: FileWriter,
  files: FileTree,
  from: FileTree,
  source: Source,
  at: string,
  isDirectory: boolean,
  owner: Owner,
): void {
  const archive = copy.kind === "ADD" && source.entry.blob ? build.state.archives[source.entry.blob] : undefined;
  if (archive) {
    unpack(build, writer, files, archive, at, owner);
    return;
  }
  if (source.entry.type === "dir") {
    directories(writer, files, at, owner);
    for (const { path, entry } of from.walk(source.path))
      if (path !== source.path)
        put(writer, files, from, entry, at + below(path, source.path === "/" ? "/" : source.path), owner);
    return;
  }
  const place = isDirectory ? joinPath(at, baseName(source.path)) : at;
  directories(writer, files, normalise(`${place}/..`), owner);
  put(writer, files, from, source.entry, place, owner);
}

/** Makes the directories that are not there yet; new ones belong to the owner. */
function directories(writer: FileWriter, files: FileTree, path: string, owner: Owner): void {
  if (path === "/" || isDir(files, path)) return;
  directories(writer, files, normalise(`${path}/..`), owner);
  if (files.exists(path)) throw new FileError("ENOTDIR", path);
  writer.apply({ op: "mkdir", path, mode: 0o755 });
  if (owner.uid || owner.gid) writer.apply({ op: "chown", path, uid: owner.uid, gid: owner.gid });
}

function put(writer: FileWriter, files: FileTree, from: FileTree, entry: Entry, path: string, owner: Owner): void {
  const place =
    entry.type === "dir" && isDir(files, path) ? files.realpath(path) : files.place(path.replace(/^\/\//, "/"));
  const old = files.entry(place);
  if (old?.type === "dir" && entry.type !== "dir") throw new FileError("EISDIR", path);
  if (old && old.type !== "dir" && entry.type === "dir") writer.remove(place);
  writer.copy(entry, place, owner, from);
}

function unpack(build: Build, writer: FileWriter, files: FileTree, listing: string, at: string, owner: Owner): void {
  directories(writer, files, at, owner);
  const bytes = build.tx.blobs.get(listing);
  for (const { path, ...entry } of bytes ? (JSON.parse(decodeUtf8(bytes)) as LayerEntry[]) : []) {
    const place = normalise(`${at}${path}`);
    directories(writer, files, normalise(`${place}/..`), owner);
    writer.copy(entry, place, {}, files);
  }
}
