/** A cluster of a running server, as a script would use it: over HTTP and by nothing else. */
import { request } from "node:http";
import type { ClusterDocument, ExecDocument } from "../../src/api/cluster";

export interface TestCluster {
  readonly document: ClusterDocument;
  readonly id: string;
  /** A request to `/api/clusters/ID` + path. Objects go as JSON, text and bytes as they are. */
  api(method: string, path?: string, body?: unknown): Promise<Response>;
  /** The same, its JSON. Fails on an error status. */
  json<T>(method: string, path?: string, body?: unknown): Promise<T>;
  /** One line in the cluster's shell. */
  exec(command: string, options?: { machine?: string; cwd?: string }): Promise<ExecDocument>;
  /** The output of a line that must succeed. */
  run(command: string, options?: { machine?: string }): Promise<string>;
  /** A request to a machine's Docker daemon. */
  docker(method: string, path: string, body?: unknown, machine?: string): Promise<Response>;
  /** Moves simulated time ahead. */
  advance(duration: string): Promise<void>;
  /** Puts a file on the first machine. */
  put(path: string, content: string): Promise<void>;
}

/** Makes a cluster. */
export async function createCluster(origin: string, wish: object = {}): Promise<TestCluster> {
  const answer = await fetch(`${origin}/api/clusters`, { method: "POST", body: JSON.stringify(wish) });
  if (answer.status !== 201) throw new Error(`POST /api/clusters: ${answer.status} ${await answer.text()}`);
  return openCluster(origin, (await answer.json()) as ClusterDocument);
}

/** A cluster that exists. */
export function openCluster(origin: string, document: ClusterDocument): TestCluster {
  const { id } = document;
  const send = (url: string, method: string, body: unknown): Promise<Response> => {
    const plain = typeof body === "string" || body instanceof Uint8Array;
    return fetch(url, {
      method,
      ...(body === undefined ? {} : { body: plain ? (body as string) : JSON.stringify(body) }),
      ...(plain ? {} : { headers: { "Content-Type": "application/json" } }),
    });
  };
  const api: TestCluster["api"] = (method, path = "", body) =>
    send(`${origin}/api/clusters/${id}${path}`, method, body);
  const json = async <T>(method: string, path = "", body?: unknown): Promise<T> => {
    const answer = await api(method, path, body);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as T;
  };
  const exec: TestCluster["exec"] = (command, options = {}) => json("POST", "/exec", { command, ...options });
  return {
    document,
    id,
    api,
    json,
    exec,
    run: async (command, options) => {
      const { stdout, stderr, exitCode } = await exec(command, options);
      if (exitCode !== 0) throw new Error(`${command}: exit code ${exitCode}\n${stdout}${stderr}`);
      return stdout;
    },
    docker: (method, path, body, machine) =>
      send(`${origin}/c/${machine ? `${machine}@` : ""}${id}${path}`, method, body),
    advance: async (duration) => {
      await json("POST", "/clock", { advance: duration });
    },
    put: async (path, content) => {
      const answer = await api("PUT", `/files/${path.replace(/^\//, "")}`, content);
      if (!answer.ok) throw new Error(`PUT ${path}: ${answer.status} ${await answer.text()}`);
    },
  };
}

/** A GET to a `*.localhost` address: browsers and curl take it for this machine, Node asks a resolver that does not know it. */
export function fetchLocal(url: string): Promise<Response> {
  return new Promise((resolve, reject) => {
    const { port, host, pathname, search } = new URL(url);
    const asked = request({ host: "127.0.0.1", port, path: pathname + search, headers: { Host: host } }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => {
        const headers = { "content-type": answer.headers["content-type"] ?? "" };
        resolve(new Response(Buffer.concat(parts), { status: answer.statusCode ?? 0, headers }));
      });
    });
    asked.on("error", reject);
    asked.end();
  });
}
