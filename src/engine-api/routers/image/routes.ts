/** `/images`, `/commit` (moby `daemon/server/router/image`). */
import { Hono } from "hono";
import { findImage } from "../../../core/engine/images";
import { familiarName, parseReference } from "../../../core/engine/references";
import type { ContainerConfig } from "../../../core/engine/types";
import { DockerError, invalidParameter } from "../../../core/errors";
import type { Backend } from "../../backend";
import { messageOf } from "../../errors";
import { reachRegistry } from "../../registry-reach";
import { Filters, isTrue, readOptionalJson } from "../../request";
import { jsonLines } from "../../streams";
import { layerOf, readArchive, readBytes } from "./archive";
import { registryAuth } from "./auth";
import { historyJson, inspectJson, summaryJson } from "./convert";
import { hubFacts } from "./hub";
import { listImages } from "./list";
import { failure, operationStream, operationsStream } from "./operation";
import { readSaved, saveImages } from "./save";

export function imageRoutes(backend: Backend): Hono {
  const { machine } = backend;
  const app = new Hono();

  app.get("/images/json", (c) =>
    c.json(
      listImages(backend, {
        all: isTrue(c.req.query("all")),
        filters: c.req.query("filters"),
        filter: c.req.query("filter"),
      }).map(summaryJson),
    ),
  );
  app.get("/images/search", async (c) => {
    const { term = "", limit = "", filters } = c.req.query();
    const found = search(backend, term, Number(limit || 25), filters);
    await reachRegistry(backend, "index.docker.io", `/v1/search?q=${encodeURIComponent(term)}&n=${limit || 25}`);
    return c.json(found);
  });
  app.get("/images/get", async (c) => archive(await saveImages(backend, c.req.queries("names") ?? [])));
  app.get("/images/:name{.+}/get", async (c) => archive(await saveImages(backend, [c.req.param("name")])));
  app.get("/images/:name{.+}/json", (c) => c.json(inspectJson(findImage(backend.view, machine, c.req.param("name")))));
  app.get("/images/:name{.+}/history", (c) =>
    c.json(historyJson(backend.view, findImage(backend.view, machine, c.req.param("name")))),
  );

  app.post("/images/create", (c) => {
    const { fromImage, fromSrc } = c.req.query();
    if (fromImage) return pull(backend, c.req.raw, fromImage, c.req.query("tag") ?? "");
    if (fromSrc === undefined) throw invalidParameter("invalid reference format");
    return importTar(backend, c.req.raw, fromSrc, c.req.query(), c.req.queries("changes") ?? []);
  });
  app.post("/images/load", (c) => load(backend, c.req.raw));
  app.post("/images/prune", (c) => {
    const filters = Filters.parse(c.req.query("filters"), ["dangling", "label", "label!", "until"]);
    const { deleted, reclaimed } = backend.dispatch("image.prune", {
      machine,
      dangling: filters.boolean("dangling") ?? true,
      filters: filters.toRecord(),
    });
    return c.json({ ImagesDeleted: deleted.length > 0 ? deleted : null, SpaceReclaimed: reclaimed });
  });
  app.post("/images/:name{.+}/push", (c) => {
    const { username } = registryAuth(c.req.header("X-Registry-Auth") ?? null);
    const tag = c.req.query("tag") ?? "";
    return operationStream(
      backend,
      c.req.raw,
      () =>
        backend.dispatch("image.push", {
          machine,
          repository: c.req.param("name"),
          tag,
          ...(username ? { username } : {}),
        }).operation,
    );
  });
  app.post("/images/:name{.+}/tag", (c) => {
    backend.dispatch("image.tag", {
      machine,
      source: c.req.param("name"),
      repository: c.req.query("repo") ?? "",
      tag: c.req.query("tag") ?? "",
    });
    return c.body(null, 201);
  });
  app.delete("/images/:name{.+}", (c) => {
    const { force, noprune } = c.req.query();
    return c.json(
      backend.dispatch("image.remove", {
        machine,
        ref: c.req.param("name"),
        force: isTrue(force),
        noPrune: isTrue(noprune),
      }),
    );
  });

  app.post("/commit", async (c) => {
    const { container = "", repo = "", tag = "", comment = "", author = "" } = c.req.query();
    const body = await readOptionalJson<ContainerConfig>(c.req.raw);
    const { Hostname: _, Image: __, ...config } = body ?? ({} as ContainerConfig);
    const changes = (c.req.queries("changes") ?? [])
      .flatMap((text) => text.split("\n"))
      .filter((line) => line.trim() !== "");
    const reply = backend.dispatch("image.commit", {
      machine,
      container,
      repository: repo,
      tag,
      comment,
      author,
      changes,
      config: set(config),
    });
    return c.json({ Id: reply.id }, 201);
  });
  return app;
}

/** Only the fields that say something override the container's own. */
const set = (config: object) =>
  Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null && value !== "" && value !== false));

const archive = (bytes: Uint8Array<ArrayBuffer>) =>
  new Response(bytes, { headers: { "Content-Type": "application/x-tar" } });

function pull(backend: Backend, request: Request, fromImage: string, tag: string): Promise<Response> {
  const { machine } = backend;
  const start = (reference: string) => () => backend.dispatch("image.pull", { machine, reference }).operation;
  const reference = parseReference(fromImage);
  if (tag !== "")
    return operationStream(backend, request, start(tag.includes(":") ? `${fromImage}@${tag}` : `${fromImage}:${tag}`), {
      statusFirst: true,
    });
  if (reference.tag || reference.digest)
    return operationStream(backend, request, start(fromImage), { statusFirst: true });
  const tags = backend.catalog.images(familiarName(reference)).flatMap((image) => image.image.tags);
  if (tags.length === 0) return operationStream(backend, request, start(fromImage), { statusFirst: true });
  return operationsStream(
    backend,
    request,
    tags.map((one) => start(`${fromImage}:${one}`)),
  );
}

async function importTar(
  backend: Backend,
  request: Request,
  source: string,
  query: Record<string, string>,
  changes: readonly string[],
): Promise<Response> {
  if (source !== "-") throw invalidParameter(`cannot import from a URL here: ${source}`);
  const { repo = "", tag = "", message = "" } = query;
  const entries = layerOf(await readArchive(await readBytes(request.body), backend.blobs));
  const lines = changes.flatMap((text) => text.split("\n")).filter((line) => line.trim() !== "");
  const { id } = backend.dispatch("image.import", {
    machine: backend.machine,
    entries,
    repository: repo,
    tag,
    message,
    changes: lines,
  });
  return jsonLines(backend, request, async (send) => send({ status: id }));
}

/** What cannot be read is told in the stream, as the answer has begun by then. */
async function load(backend: Backend, request: Request): Promise<Response> {
  const lines: unknown[] = [];
  try {
    const images = await readSaved(backend, await readBytes(request.body));
    for (const line of backend.dispatch("image.load", { machine: backend.machine, images }))
      lines.push({ stream: `${line}\n` });
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    lines.push(failure({ error: messageOf(error) }));
  }
  return jsonLines(backend, request, async (send) => {
    for (const line of lines) send(line);
  });
}

/** `docker search` over the catalogue. */
function search(backend: Backend, term: string, limit: number, text: string | undefined): unknown[] {
  const filters = Filters.parse(text, ["is-automated", "is-official", "stars"]);
  if (term === "") throw invalidParameter("no search term given");
  if (limit < 1 || limit > 100) throw invalidParameter(`limit ${limit} is outside the range of [1, 100]`);
  const official = filters.boolean("is-official");
  const stars = Math.max(0, ...filters.values("stars").map(Number));
  return backend.catalog
    .repositories()
    .filter((name) => name.includes(term.toLowerCase().replace(/^library\//, "")))
    .filter((name) => official === undefined || official === !name.includes("/"))
    .filter((name) => hubFacts(name).stars >= stars)
    .sort((a, b) => hubFacts(b).stars - hubFacts(a).stars)
    .slice(0, limit)
    .map((name) => ({
      star_count: hubFacts(name).stars,
      is_official: !name.includes("/"),
      name,
      is_automated: false,
      description: hubFacts(name).description,
    }));
}
