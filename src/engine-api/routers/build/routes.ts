/** `POST /build` with the classic builder, `/build/prune`, `/build/cancel` (moby `daemon/server/router/build`). */
import { Hono } from "hono";
import { globPattern } from "../../../core/engine/build/glob";
import type { BuildOptions } from "../../../core/engine/build/state";
import { invalidParameter, systemError } from "../../../core/errors";
import { normalise } from "../../../core/machine/paths";
import type { Backend } from "../../backend";
import { isTrue } from "../../request";
import { type ArchiveFile, archivesIn, readArchive, readBytes } from "../image/archive";
import { operationStream } from "../image/operation";

export function buildRoutes(backend: Backend): Hono {
  const app = new Hono();
  app.post("/build", (c) => build(backend, c.req.raw, new URL(c.req.url).searchParams));
  app.post("/build/prune", (c) => c.json({ CachesDeleted: null, SpaceReclaimed: 0 }));
  app.post("/build/cancel", (c) => {
    if (!c.req.query("id")) throw invalidParameter("build ID not provided");
    return c.body(null, 204);
  });
  return app;
}

async function build(backend: Backend, request: Request, query: URLSearchParams): Promise<Response> {
  if (query.get("version") === "2") throw invalidParameter("buildkit is not supported by daemon");
  const remote = query.get("remote") ?? "";
  if (remote !== "")
    throw systemError(
      `failed to download remote context: Get ${JSON.stringify(remote)}: dial tcp: lookup ${hostOf(remote)}: no such host`,
    );
  const options = readOptions(query);
  const files = await readArchive(await readBytes(request.body), backend.blobs);
  const { name, text } = findDockerfile(files, query.get("dockerfile") ?? "");
  const archives = /^\s*(onbuild\s+)?add\s/im.test(text) ? await archivesIn(files, backend.blobs) : {};
  const entries = withoutIgnored(files, name).map((file) => file.entry);
  const start = () =>
    backend.dispatch("build.start", {
      machine: backend.machine,
      entries,
      archives,
      dockerfile: text,
      dockerfileName: name,
      options,
    }).operation;
  return operationStream(
    backend,
    request,
    start,
    isTrue(query.get("q") ?? "") ? { quiet: (operation) => ({ stream: `${builtImage(backend, operation)}\n` }) } : {},
  );
}

const hostOf = (url: string) => /^(?:[a-z]+:\/\/)?([^/:]+)/.exec(url)?.[1] ?? url;

/** The id of what a finished build made. */
function builtImage(backend: Backend, operation: string): string {
  const state = backend.view.table("operations").get(operation)?.data as { done?: { imageId: string }[] } | undefined;
  return state?.done?.at(-1)?.imageId ?? "";
}

function readOptions(query: URLSearchParams): BuildOptions {
  const flag = (name: string) => isTrue(query.get(name) ?? "");
  const remove = query.get("rm");
  return {
    tags: query.getAll("t").filter((tag) => tag !== ""),
    buildArgs: jsonOf(query, "buildargs"),
    labels: jsonOf(query, "labels"),
    noCache: flag("nocache"),
    pull: flag("pull"),
    remove: remove === null || isTrue(remove),
    forceRemove: flag("forcerm"),
    target: query.get("target") ?? "",
    networkMode: query.get("networkmode") ?? "",
    extraHosts: extraHosts(query.get("extrahosts")),
    memory: Number(query.get("memory") || 0),
  };
}

function jsonOf<T extends string | null>(query: URLSearchParams, name: string): Record<string, T> {
  const text = query.get(name);
  if (!text) return {};
  try {
    return (JSON.parse(text) as Record<string, T> | null) ?? {};
  } catch {
    throw invalidParameter(`error reading ${name === "buildargs" ? "build args" : name}: invalid character in ${text}`);
  }
}

/** A JSON list or, from older clients, words. */
function extraHosts(text: string | null): string[] {
  if (!text) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.map(String) : [];
  } catch {
    return text.split(" ");
  }
}

function findDockerfile(files: readonly ArchiveFile[], asked: string): { name: string; text: string } {
  const at = (path: string) => files.find((file) => file.entry.path === normalise(path) && file.data);
  const file = at(asked || "Dockerfile") ?? (asked === "" || asked === "Dockerfile" ? at("dockerfile") : undefined);
  if (!file?.data) throw invalidParameter(`Cannot locate specified Dockerfile: ${asked || "Dockerfile"}`);
  return {
    name: file.entry.path.slice(1),
    text: new TextDecoder("utf-8", { ignoreBOM: true, fatal: false }).decode(file.data),
  };
}

/** Dockerfile and .dockerignore are always sent; where .dockerignore names them they are not part of the context. */
function withoutIgnored(files: readonly ArchiveFile[], dockerfile: string): readonly ArchiveFile[] {
  const ignore = files.find((file) => file.entry.path === "/.dockerignore")?.data;
  if (!ignore) return files;
  const lines = new TextDecoder()
    .decode(ignore)
    .split("\n")
    .map((line) => line.trim());
  const patterns = lines.filter((line) => line !== "" && !line.startsWith("#"));
  const gone = [dockerfile, ".dockerignore"].filter((name) => isIgnored(patterns, name)).map((name) => `/${name}`);
  return files.filter((file) => !gone.includes(file.entry.path));
}

function isIgnored(patterns: readonly string[], name: string): boolean {
  let ignored = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith("!");
    const wanted = normalise(negated ? pattern.slice(1) : pattern).slice(1);
    if (wanted === "**" || globPattern(wanted.replace(/^\*\*\//, "")).test(name)) ignored = !negated;
  }
  return ignored;
}
