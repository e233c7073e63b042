/** `/containers` (moby `daemon/server/router/container`). */
import { Hono } from "hono";
import { changesOf } from "../../../core/engine/changes";
import { findContainer } from "../../../core/engine/names";
import type { HostConfig } from "../../../core/engine/types";
import { conflict, invalidParameter } from "../../../core/errors";
import type { Backend } from "../../backend";
import { fileSource } from "../../files";
import { Filters, isTrue, readInteger, readJson } from "../../request";
import { exportResponse, extract, readResponse, statResponse } from "./archive";
import { attachResponse } from "./attach";
import { noteEvent } from "./client-events";
import { inspectJson } from "./convert";
import { kill, restart, stop } from "./lifecycle";
import { listContainers } from "./list";
import { logsResponse, readLogOptions } from "./logs";
import { hasSandbox } from "./network-settings";
import { checkedHostConfig, checkedRequest } from "./shape";
import { statsResponse } from "./stats";
import { topJson } from "./top";
import { readCondition, waitResponse } from "./wait";

const PRUNE_FILTERS = ["label", "label!", "until"];

export function containerRoutes(backend: Backend): Hono {
  const { machine, view } = backend;
  const app = new Hono();
  const find = (ref: string) => findContainer(view, machine, ref);

  app.get("/containers/json", (c) => c.json(listContainers(backend, c.req.query())));

  app.post("/containers/create", async (c) => {
    const request = checkedRequest(await readJson<Record<string, unknown>>(c.req.raw));
    const name = c.req.query("name") ?? "";
    const { id, warnings } = backend.dispatch("container.create", { machine, request, ...(name && { name }) });
    return c.json({ Id: id, Warnings: warnings }, 201);
  });

  app.post("/containers/prune", (c) => {
    const filters = Filters.parse(c.req.query("filters"), PRUNE_FILTERS).toRecord();
    const { deleted, reclaimed } = backend.dispatch("container.prune", { machine, filters });
    return c.json({ ContainersDeleted: deleted.length > 0 ? deleted : null, SpaceReclaimed: reclaimed });
  });

  app.get("/containers/:name/json", (c) =>
    c.json(inspectJson(view, find(c.req.param("name")), isTrue(c.req.query("size")))),
  );

  app.get("/containers/:name/top", (c) => {
    const row = find(c.req.param("name"));
    const top = topJson(backend, row, c.req.query("ps_args") ?? "");
    noteEvent(backend, row, "top");
    return c.json(top);
  });

  app.get("/containers/:name/logs", (c) => {
    const options = readLogOptions((name) => c.req.query(name), backend.now());
    return logsResponse(backend, c.req.raw, find(c.req.param("name")), options);
  });

  app.get("/containers/:name/changes", (c) => {
    const changes = changesOf(fileSource(backend), find(c.req.param("name")));
    return c.json(changes.length > 0 ? changes.map(({ path, kind }) => ({ Path: path, Kind: kind })) : null);
  });

  app.get("/containers/:name/stats", (c) => {
    const stream = c.req.query("stream") === undefined || isTrue(c.req.query("stream"));
    const oneShot = isTrue(c.req.query("one-shot"));
    if (stream && oneShot) throw invalidParameter("cannot have stream=true and one-shot=true");
    return statsResponse(backend, c.req.raw, find(c.req.param("name")), { stream, oneShot });
  });

  app.get("/containers/:name/export", (c) => exportResponse(backend, c.req.param("name")));

  app.get("/containers/:name/archive", (c) =>
    c.req.raw.method === "HEAD"
      ? statResponse(backend, c.req.param("name"), c.req.query("path"))
      : readResponse(backend, c.req.param("name"), c.req.query("path")),
  );

  app.put("/containers/:name/archive", async (c) => {
    const { path, noOverwriteDirNonDir, copyUIDGID } = c.req.query();
    await extract(backend, c.req.raw, c.req.param("name"), { path, noOverwriteDirNonDir, copyUIDGID });
    return c.body(null, 200);
  });

  app.post("/containers/:name/start", async (c) => {
    if ((await c.req.raw.text()).trim().length > 2)
      throw invalidParameter(
        "starting container with non-empty request body was deprecated since API v1.22 and removed in v1.24",
      );
    backend.dispatch("container.start", { machine, ref: c.req.param("name") });
    return c.body(null, 204);
  });

  app.post("/containers/:name/stop", async (c) => {
    await stop(backend, c.req.raw, c.req.param("name"), stopOptions(c.req.query()));
    return c.body(null, 204);
  });

  app.post("/containers/:name/restart", async (c) => {
    await restart(backend, c.req.raw, c.req.param("name"), stopOptions(c.req.query()));
    return c.body(null, 204);
  });

  app.post("/containers/:name/kill", async (c) => {
    await kill(backend, c.req.raw, c.req.param("name"), c.req.query("signal") ?? "");
    return c.body(null, 204);
  });

  app.post("/containers/:name/pause", (c) => {
    backend.dispatch("container.pause", { machine, ref: c.req.param("name") });
    return c.body(null, 204);
  });

  app.post("/containers/:name/unpause", (c) => {
    backend.dispatch("container.unpause", { machine, ref: c.req.param("name") });
    return c.body(null, 204);
  });

  app.post("/containers/:name/rename", (c) => {
    const name = c.req.query("name") ?? "";
    if (name === "") throw invalidParameter("Neither old nor new names may be empty");
    backend.dispatch("container.rename", { machine, ref: c.req.param("name"), name });
    return c.body(null, 204);
  });

  app.post("/containers/:name/update", async (c) => {
    const hostConfig = checkedHostConfig(await readJson<Record<string, unknown>>(c.req.raw)) as HostConfig;
    const { warnings } = backend.dispatch("container.update", { machine, ref: c.req.param("name"), hostConfig });
    return c.json({ Warnings: warnings.length > 0 ? warnings : null });
  });

  app.post("/containers/:name/wait", (c) => {
    const condition = readCondition(c.req.query("condition"));
    return waitResponse(backend, c.req.raw, find(c.req.param("name")), condition);
  });

  app.post("/containers/:name/attach", (c) =>
    attachResponse(backend, c.req.raw, c.req.param("name"), (name) => c.req.query(name)),
  );

  app.post("/containers/:name/resize", (c) => {
    const { rows, columns } = readSize(c.req.query());
    const row = find(c.req.param("name"));
    if (!hasSandbox(row)) throw conflict(`container ${row.id} is not running`);
    backend.resize(row.id, columns, rows);
    noteEvent(backend, row, "resize", { height: String(rows), width: String(columns) });
    return c.body(null, 200);
  });

  app.delete("/containers/:name", (c) => {
    const { force, v, link } = c.req.query();
    const flags = { force: isTrue(force), volumes: isTrue(v), link: isTrue(link) };
    backend.dispatch("container.remove", { machine, ref: c.req.param("name"), ...flags });
    return c.body(null, 204);
  });

  return app;
}

function stopOptions(query: Record<string, string>): { timeout?: number; signal?: string } {
  const timeout = readInteger(query.t);
  return { ...(timeout !== undefined && { timeout }), ...(query.signal && { signal: query.signal }) };
}

/** `h` and `w` of a resize. */
export function readSize({ h = "", w = "" }: Record<string, string>): { rows: number; columns: number } {
  const read = (text: string, what: string) => {
    if (!/^\d+$/.test(text)) throw invalidParameter(`invalid resize ${what} ${JSON.stringify(text)}: invalid syntax`);
    if (Number(text) > 0xffffffff)
      throw invalidParameter(`invalid resize ${what} ${JSON.stringify(text)}: value out of range`);
    return Number(text);
  };
  return { rows: read(h, "height"), columns: read(w, "width") };
}
