/** `/api/clusters/ID/...`, as the contract says. */
import type { ClockDocument, ClockRequest, ClusterDocument, ExecRequest } from "../../api/cluster";
import { DockerError } from "../../core/errors";
import { FileError, openRoot } from "../../core/machine/files";
import { type Clockwork, streaming, utf8 } from "../../engine-api/streams";
import type { LivingCluster } from "../cluster";
import { parseDuration } from "../duration";
import { createHostFiles } from "../host-files";
import { MachineRefusal } from "../machines";
import { serveExplanation } from "./explain";

export interface RoutesOptions {
  readonly living: () => LivingCluster;
  readonly document: (origin: string) => ClusterDocument;
  readonly reset: () => Promise<void>;
  readonly remove: () => Promise<void>;
  readonly clockChanged: () => void;
}

export const refuse = (status: number, message: string): Response => Response.json({ message }, { status });

export class ClusterRoutes {
  readonly #options: RoutesOptions;

  constructor(options: RoutesOptions) {
    this.#options = options;
  }

  /** `rest` is the path behind the id, in parts. */
  async fetch(request: Request, url: URL, rest: readonly string[]): Promise<Response> {
    const { method } = request;
    const [what = "", ...more] = rest;
    const { origin } = url;
    if (what === "" && method === "GET") return Response.json(this.#options.document(origin));
    if (what === "" && method === "DELETE") {
      await this.#options.remove();
      return new Response(null, { status: 204 });
    }
    if (what === "reset" && method === "POST") {
      await this.#options.reset();
      return Response.json(this.#options.document(origin));
    }
    if (what === "clock" && method === "POST") return this.#clock(await jsonOf<ClockRequest>(request), origin);
    if (what === "exec" && method === "POST") return this.#exec(await jsonOf<ExecRequest>(request));
    if (what === "ports" && method === "GET") return Response.json({ ports: this.#ports() });
    if (what === "explain") {
      const { simulation } = this.#options.living();
      return serveExplanation(simulation.view, simulation.now(), method, more);
    }
    if (what === "machines") return this.#machines(request, method, more);
    if (what === "files")
      return this.#files(
        request,
        method,
        more.map(decodeURIComponent).join("/"),
        url.searchParams.get("machine") ?? "node1",
      );
    return refuse(404, "page not found");
  }

  async #clock(asked: ClockRequest | undefined, origin: string): Promise<Response> {
    if (!asked) return refuse(400, "the body is not JSON");
    const advance = asked.advance === undefined ? 0 : parseDuration(asked.advance);
    if (advance === undefined || advance < 0) return refuse(400, `advance is not a duration: ${asked.advance}`);
    if (asked.speed !== undefined && !(asked.speed > 0 && asked.speed <= 1000))
      return refuse(400, "speed is a number above 0, 1000 at most");
    const { simulation } = this.#options.living();
    if (asked.speed !== undefined || asked.paused !== undefined)
      simulation.changePace({
        ...(asked.speed === undefined ? {} : { speed: asked.speed }),
        ...(asked.paused === undefined ? {} : { paused: asked.paused }),
      });
    if (advance > 0) await simulation.jump(advance);
    this.#options.clockChanged();
    const { clock, speed, paused } = this.#options.document(origin);
    return Response.json({ clock, speed, paused } satisfies ClockDocument);
  }

  #exec(asked: ExecRequest | undefined): Response {
    if (!asked || typeof asked.command !== "string") return refuse(400, "command is missing");
    const living = this.#options.living();
    const machine = asked.machine ?? "node1";
    const row = living.simulation.view.table("machines").get(machine);
    if (!row) return refuse(404, `no such machine: ${machine}`);
    if (row.power === "off") return refuse(503, `${machine} is off`);
    const { simulation, terminals } = living;
    const clockwork: Clockwork = {
      hold: () => simulation.hold(),
      sleep: (millis, gone) => simulation.sleepers.sleep(millis, gone),
    };
    // Nobody learns that a client went away but by writing to it: the answer begins with white space, as JSON may.
    const options = { contentType: "application/json", heartbeat: utf8("\n"), every: 2_000 };
    return streaming(clockwork, options, async (sink) => {
      const answer = await terminals.exec(machine, asked.command, asked.cwd, sink.signal).catch((error: Error) => {
        console.error(error.stack ?? error.message);
        return { message: "an error inside Slipway: it is in the server's log" };
      });
      sink.write(utf8(JSON.stringify(answer)));
    });
  }

  #ports(): { machine: string; address: string; port: number; protocol: string }[] {
    const { view } = this.#options.living().simulation;
    const seen = new Map<string, { machine: string; address: string; port: number; protocol: string }>();
    for (const row of view.table("ports").all())
      seen.set(`${row.machine}/${row.protocol}/${row.port}`, {
        machine: row.machine,
        address: view.table("machines").get(row.machine)?.address ?? "",
        port: row.port,
        protocol: row.protocol,
      });
    return [...seen.values()];
  }

  async #machines(request: Request, method: string, [name]: readonly string[]): Promise<Response> {
    const { machines } = this.#options.living();
    try {
      if (name === undefined) {
        if (method === "GET") return Response.json({ machines: machines.list() });
        if (method !== "POST") return refuse(405, "method not allowed");
        return Response.json(machines.add(await jsonOf(request)), { status: 201 });
      }
      if (method === "GET") return Response.json(machines.get(name));
      if (method === "POST") return Response.json(machines.change(name, await jsonOf(request)));
      if (method !== "DELETE") return refuse(405, "method not allowed");
      machines.remove(name);
      return new Response(null, { status: 204 });
    } catch (error) {
      if (error instanceof MachineRefusal) return refuse(error.status, error.message);
      if (error instanceof DockerError) return refuse(409, error.message);
      throw error;
    }
  }

  async #files(request: Request, method: string, path: string, machine: string): Promise<Response> {
    const living = this.#options.living();
    const { view } = living.simulation;
    if (!view.table("machines").has(machine)) return refuse(404, `no such machine: ${machine}`);
    const files = createHostFiles(
      { simulation: living.simulation, blobs: living.blobs, source: living.files },
      { kind: "machine", id: machine },
    );
    const tree = openRoot(living.files, { kind: "machine", id: machine });
    const relative = `${living.terminals.cwd(machine)}/${path}`;
    const first = `/${path.split("/")[0]}`;
    const full = tree.exists(first) && tree.stat(first).type === "dir" && path.includes("/") ? `/${path}` : relative;
    try {
      if (method === "GET")
        return new Response(files.readFile(full) as Uint8Array<ArrayBuffer>, {
          headers: { "content-type": "application/octet-stream" },
        });
      if (method === "DELETE") {
        files.rm(full);
        return new Response(null, { status: 204 });
      }
      if (method !== "PUT") return refuse(405, "method not allowed");
      const bytes = new Uint8Array(await request.arrayBuffer());
      files.mkdir(full.slice(0, full.lastIndexOf("/")) || "/", { recursive: true });
      files.writeFile(full, bytes);
      return new Response(null, { status: 204 });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return refuse(error.code === "ENOENT" ? 404 : 400, `${full}: ${error.code}`);
    }
  }
}

async function jsonOf<T>(request: Request): Promise<T | undefined> {
  const text = await request.text();
  if (text === "") return {} as T;
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
