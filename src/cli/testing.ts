/** What the tests of commands share: a `Sys` over plain maps and a transport that answers from a table and remembers. */
import type { Sys } from "../api/process";
import { run } from "./index";

export interface Answer {
  readonly status?: number;
  readonly json?: unknown;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly type?: string;
}

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
  /** `METHOD /path?query`, the version prefix left out, pings too. */
  readonly requests: string[];
  /** JSON bodies by request. */
  readonly bodies: Record<string, unknown>;
}

export interface Setup {
  readonly answers?: Readonly<Record<string, Answer | (() => Answer)>>;
  readonly stdin?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Record<string, string>;
  readonly unreachable?: boolean;
}

/** The moment all tests take place: 2026-11-24 12:00:00 UTC. */
export const NOW = Date.UTC(2026, 10, 24, 12);

/** Runs `docker ARGS` and returns all that came out. */
export async function docker(args: readonly string[], setup: Setup = {}): Promise<Outcome> {
  const requests: string[] = [];
  const bodies: Record<string, unknown> = {};
  const written = { stdout: "", stderr: "" };
  const fetch = async (path: string, init: { method: string; body?: unknown }): Promise<Response> => {
    if (setup.unreachable) throw new Error("ECONNREFUSED");
    if (path === "/_ping") return new Response(null, { headers: { "Api-Version": "1.51", Swarm: "inactive" } });
    const key = `${init.method} ${decodeURIComponent(path.replace(/^\/v[\d.]+/, ""))}`;
    requests.push(key);
    if (init.body instanceof Uint8Array && init.body[0] === 0x7b)
      bodies[key] = JSON.parse(new TextDecoder().decode(init.body));
    const found = setup.answers?.[key];
    return respond(typeof found === "function" ? found() : found);
  };
  const code = await run(makeSys(args, setup, written), { fetch });
  return { ...written, code, requests, bodies };
}

function respond(answer: Answer | undefined): Response {
  if (!answer) return Response.json({ message: "page not found" }, { status: 404 });
  const status = answer.status ?? 200;
  if (answer.body !== undefined) {
    return new Response(answer.body, { status, headers: { "Content-Type": answer.type ?? "application/json" } });
  }
  return answer.json === undefined ? new Response(null, { status }) : Response.json(answer.json, { status });
}

function makeSys(args: readonly string[], setup: Setup, written: { stdout: string; stderr: string }): Sys {
  const files = { ...setup.files };
  const collect = (key: "stdout" | "stderr") => ({
    write: async (data: Uint8Array | string) => {
      written[key] += typeof data === "string" ? data : new TextDecoder().decode(data);
    },
  });
  let stdin: Uint8Array | undefined = setup.stdin === undefined ? undefined : new TextEncoder().encode(setup.stdin);
  const isDir = (path: string) => Object.keys(files).some((name) => name.startsWith(`${path.replace(/\/$/, "")}/`));
  const stat = (path: string) => {
    const content = files[path];
    const type: "file" | "dir" = content === undefined ? "dir" : "file";
    return { type, mode: type === "dir" ? 0o755 : 0o644, uid: 0, gid: 0, size: content?.length ?? 0, mtime: 0 };
  };
  const fake = {
    argv: ["docker", ...args],
    env: { HOME: "/root", ...setup.env },
    cwd: "/work",
    stdin: {
      read: async () => {
        const data = stdin;
        stdin = undefined;
        return data;
      },
    },
    stdout: collect("stdout"),
    stderr: collect("stderr"),
    clock: makeClock(),
    killed: new AbortController().signal,
    random: () => 0.5,
    onSignal: () => () => {},
    files: {
      exists: (path: string) => files[path] !== undefined || isDir(path),
      readFile: (path: string) => new TextEncoder().encode(files[path] ?? ""),
      writeFile: (path: string, data: string) => {
        files[path] = data;
      },
      mkdir: () => {},
      stat,
      lstat: stat,
      readdir: (path: string) => {
        const prefix = `${path.replace(/\/$/, "")}/`;
        const below = Object.keys(files).filter((name) => name.startsWith(prefix));
        return [...new Set(below.map((name) => name.slice(prefix.length).split("/")[0] ?? ""))].sort();
      },
    },
  };
  // Only what commands use is there: a missing member fails the test that needs it.
  return fake as unknown as Sys;
}

/** A clock that moves only while somebody sleeps. */
function makeClock(): Pick<Sys["clock"], "now" | "sleep"> {
  let now = NOW;
  return {
    now: () => now,
    sleep: async (millis) => {
      now += millis;
    },
  };
}
