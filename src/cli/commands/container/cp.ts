/** `docker cp`: a tar in either direction, named so that the target gets the name the user asked for. */
import { segment } from "../../client";
import type { Command, Context } from "../../command";
import { CliError, isNotFound } from "../../errors";
import { humanSize } from "../../format/units";
import { containerCp } from "../../options/container";
import { absolute, baseName, dirName } from "../../parse/path";
import { readAll } from "../../prompt";
import { type TarEntry, writeTar } from "../../tar";
import { readTar } from "../../untar";
import { walk } from "../image/context";

interface Side {
  container?: string;
  path: string;
}

/** `web:/tmp` is in a container; a path with a slash before the colon is not. */
function side(text: string): Side {
  const at = text.indexOf(":");
  if (at <= 0 || text.startsWith("/") || text.startsWith(".") || text.slice(0, at).includes("/")) return { path: text };
  return { container: text.slice(0, at), path: text.slice(at + 1) };
}

export const cp: Command = {
  ...containerCp,
  completes: ["container"],
  run: async (ctx) => {
    const [from, to] = [side(ctx.args[0] ?? ""), side(ctx.args[1] ?? "")];
    if (from.container !== undefined && to.container !== undefined)
      throw new CliError("copying between containers is not supported");
    if (from.path === "") throw new CliError("source can not be empty");
    if (to.path === "") throw new CliError("destination can not be empty");
    if (from.container !== undefined) return await copyOut(ctx, from.container, from.path, to.path);
    if (to.container !== undefined) return await copyIn(ctx, from.path, to.container, to.path);
    throw new CliError("must specify at least one container source");
  },
};

async function copyOut(ctx: Context, container: string, source: string, target: string): Promise<void> {
  const { sys, client } = ctx;
  const path = absolute("/", source);
  const endsWithDot = /(^|\/)\.$/.test(source);
  const response = await client.request("GET", `/containers/${segment(container)}/archive`, { query: { path } });
  const tar = new Uint8Array(await response.arrayBuffer());
  if (target === "-") return await sys.stdout.write(tar);
  const place = absolute(sys.cwd, target);
  const isDir = sys.files.exists(place) && sys.files.stat(place).type === "dir";
  const entries = readTar(tar);
  const root = entries[0]?.name ?? baseName(path);
  if (!isDir && !sys.files.exists(dirName(place)))
    throw new CliError(`invalid output path: directory ${JSON.stringify(dirName(place))} does not exist`);
  if (!isDir && target.endsWith("/") && entries[0]?.type !== "dir") throw new CliError("no such directory");
  const base = isDir && !endsWithDot ? `${place === "/" ? "" : place}/${root}` : place;
  for (const entry of entries) writeEntry(ctx, `${base}${entry.name.slice(root.length)}`, entry);
  await report(ctx, tar.length, target);
}

function writeEntry({ sys }: Context, path: string, entry: TarEntry): void {
  const { files } = sys;
  if (entry.type === "dir") files.mkdir(path, { recursive: true, mode: entry.mode });
  else if (entry.type === "symlink") {
    files.rm(path, { force: true });
    files.symlink(entry.target ?? "", path);
  } else files.writeFile(path, entry.data ?? new Uint8Array(0), entry.mode);
}

/** Bit 31 of a Go file mode. */
const GO_DIRECTORY = 0x80000000;

async function copyIn(ctx: Context, source: string, container: string, target: string): Promise<void> {
  const { sys, client } = ctx;
  const route = `/containers/${segment(container)}/archive`;
  const path = absolute("/", target);
  const found = await stat(ctx, route, path);
  const isDir = found !== undefined && (found.mode & GO_DIRECTORY) !== 0;
  let tar: Uint8Array<ArrayBuffer>;
  let where = path;
  if (source === "-") {
    if (found && !isDir) throw new CliError(`destination "${container}:${target}" must be a directory`);
    tar = await readAll(sys);
  } else {
    const local = absolute(sys.cwd, source);
    if (!sys.files.exists(local)) throw new CliError(`lstat ${local}: no such file or directory`);
    const kind = sys.files.stat(local).type;
    if (kind === "dir" && found && !isDir) throw new CliError("cannot copy directory");
    if (kind === "file" && !isDir && /\/$/.test(target)) throw new CliError("no such directory");
    const wholeDirectory = /(^|\/)\.$/.test(source);
    const name = isDir ? (wholeDirectory ? "." : baseName(local)) : baseName(path);
    if (!isDir) where = dirName(path);
    tar = writeTar(packed(ctx, local, name));
  }
  await client.request("PUT", route, {
    query: { path: where, noOverwriteDirNonDir: "true", copyUIDGID: ctx.flags.bool("archive") ? "true" : undefined },
    headers: { "Content-Type": "application/x-tar" },
    body: tar,
  });
  await report(ctx, tar.length, `${container}:${target}`);
}

async function stat(ctx: Context, route: string, path: string): Promise<{ mode: number } | undefined> {
  try {
    const response = await ctx.client.request("HEAD", route, { query: { path } });
    return JSON.parse(atob(response.headers.get("x-docker-container-path-stat") ?? "e30=")) as { mode: number };
  } catch (error) {
    // Missing is fine: it will be created, or the PUT complains in the daemon's words.
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function packed({ sys }: Context, local: string, name: string): TarEntry[] {
  const info = sys.files.stat(local);
  if (info.type === "socket") return []; // as moby's archiver: sockets are left out
  const first = { name, type: info.type, mode: info.mode, mtime: info.mtime, uid: info.uid, gid: info.gid };
  if (info.type !== "dir") return [{ ...first, data: sys.files.readFile(local) }];
  return [first, ...walk(sys, local, "", () => false).map((entry) => ({ ...entry, name: `${name}/${entry.name}` }))];
}

async function report(ctx: Context, bytes: number, where: string): Promise<void> {
  if (ctx.sys.tty && !ctx.flags.bool("quiet"))
    await ctx.err(`Successfully copied ${humanSize(bytes, 3)} to ${where}\n`);
}
