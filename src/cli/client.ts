/**
 * Typed requests to a Docker daemon. One ping per command settles the API version; afterwards every path carries it.
 * Answers of 400 and more become `ApiError`, a transport that fails becomes `ConnectionError`.
 */
import { ApiError, CliError, ConnectionError } from "./errors";

/** How bytes reach the daemon; the base address is already bound. */
export interface Transport {
  fetch(path: string, init: TransportInit): Promise<Response>;
  /** The daemon that listens for other machines at an address; undefined when no daemon could. */
  at?(host: string, port: number): Transport | undefined;
}

export interface TransportInit {
  method: string;
  headers?: Record<string, string>;
  body?: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  signal?: AbortSignal;
}

/** A request as the platform has it, its body streaming where it is a stream. */
export function requestOf(path: string, init: TransportInit): Request {
  const streaming = init.body instanceof ReadableStream ? { duplex: "half" } : {};
  return new Request(`http://docker${path}`, { ...init, ...streaming } as RequestInit);
}

export type QueryValue = string | number | boolean | undefined | readonly string[];
export type Query = Readonly<Record<string, QueryValue>>;

export interface RequestOptions {
  readonly query?: Query;
  readonly json?: unknown;
  readonly body?: Uint8Array | ReadableStream<Uint8Array>;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** What a ping told about the daemon. */
export interface Ping {
  readonly apiVersion: string;
  readonly swarm: string;
  readonly osType: string;
}

/** The newest API version this command line speaks. */
export const API_VERSION = "1.50";

export class Client {
  private pinged: Promise<Ping> | undefined;

  constructor(
    private readonly transport: Transport,
    readonly host: string,
    private readonly signal: AbortSignal,
    private readonly pinnedVersion = "",
  ) {}

  /** Asks the daemon once; without an answer the versions stay at their defaults. */
  ping(): Promise<Ping> {
    this.pinged ??= this.askPing();
    return this.pinged;
  }

  private async askPing(): Promise<Ping> {
    try {
      const response = await this.transport.fetch("/_ping", { method: "HEAD", signal: this.signal });
      const header = (name: string) => response.headers.get(name) ?? "";
      return { apiVersion: header("api-version") || "1.24", swarm: header("swarm"), osType: header("ostype") };
    } catch {
      return { apiVersion: API_VERSION, swarm: "", osType: "" };
    }
  }

  /** The version every request is made in: the lower one of both sides, or the pinned one. */
  async version(): Promise<string> {
    if (this.pinnedVersion) return this.pinnedVersion;
    const { apiVersion } = await this.ping();
    return isOlder(apiVersion, API_VERSION) ? apiVersion : API_VERSION;
  }

  /** A request whose answer is below 400; throws ApiError or ConnectionError. */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
    const response = await this.send(method, path, options);
    if (response.status >= 400) throw await apiError(response, method);
    return response;
  }

  async get<T>(path: string, query?: Query): Promise<T> {
    return (await (await this.request("GET", path, { query })).json()) as T;
  }

  async post<T>(path: string, options: RequestOptions = {}): Promise<T> {
    const text = await (await this.request("POST", path, options)).text();
    return (text.trim() === "" ? undefined : JSON.parse(text)) as T;
  }

  async delete<T>(path: string, query?: Query): Promise<T> {
    const text = await (await this.request("DELETE", path, { query })).text();
    return (text.trim() === "" ? undefined : JSON.parse(text)) as T;
  }

  /** Takes over the connection: what `input` yields goes in, the answer's body is what comes out. */
  async hijack(path: string, options: RequestOptions & { input: ReadableStream<Uint8Array> }): Promise<Response> {
    const headers = { Connection: "Upgrade", Upgrade: "tcp", ...options.headers };
    return await this.request("POST", path, { ...options, headers, body: options.input });
  }

  private async send(method: string, path: string, options: RequestOptions): Promise<Response> {
    const headers: Record<string, string> = { "User-Agent": "Docker-Client/28.2.2 (linux)", ...options.headers };
    const init: TransportInit = { method, headers, signal: options.signal ?? this.signal };
    if (options.json !== undefined) {
      headers["Content-Type"] = "application/json";
      init.body = new TextEncoder().encode(JSON.stringify(options.json)) as Uint8Array<ArrayBuffer>;
    } else if (options.body) {
      init.body = options.body as Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
    }
    const target = `/v${await this.version()}${path}${encodeQuery(options.query)}`;
    try {
      return await this.transport.fetch(target, init);
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw (
        dialFailure(error, `${method.charAt(0)}${method.slice(1).toLowerCase()}`, this.host, target) ??
        new ConnectionError(this.host)
      );
    }
  }
}

/** What Go's dialer says is passed on; a refused connection has a sentence of its own. */
function dialFailure(error: unknown, method: string, host: string, target: string): CliError | undefined {
  const { code, message } = error as { code?: string; message: string };
  const socket = host.replace(/^unix:\/\//, "");
  if (code === "EACCES")
    return new CliError(
      `permission denied while trying to connect to the Docker daemon socket at ${host}: ${method} "http://${escapeQuery(socket)}${target}": dial unix ${socket}: connect: permission denied`,
    );
  if (code !== "EHOSTUNREACH" && code !== "ENOTFOUND") return undefined;
  const url = host.replace(/^tcp:/, host.endsWith(":2376") ? "https:" : "http:");
  return new CliError(`error during connect: ${method} "${url}${target}": ${message}`);
}

/** `?a=1&b=x`, keys sorted as Go's url.Values; true is 1, false and undefined are left out. */
export function encodeQuery(query: Query = {}): string {
  const pairs: string[] = [];
  for (const key of Object.keys(query).sort()) {
    const value = query[key];
    if (value === undefined || value === false) continue;
    const values = Array.isArray(value) ? (value as string[]) : [value === true ? "1" : String(value)];
    for (const item of values) pairs.push(`${escapeQuery(key)}=${escapeQuery(item)}`);
  }
  return pairs.length > 0 ? `?${pairs.join("&")}` : "";
}

function escapeQuery(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

async function apiError(response: Response, method: string): Promise<ApiError> {
  const text = method === "HEAD" ? "" : await response.text();
  let detail = text.trim();
  if ((response.headers.get("content-type") ?? "").startsWith("application/json")) {
    try {
      detail = String((JSON.parse(text) as { message?: string }).message ?? "").trim();
    } catch {
      // Not JSON after all: the body is the message.
    }
  }
  if (detail === "") {
    detail = `API returned a ${response.status} (${response.statusText || "Error"}) but provided no error-message`;
  }
  return new ApiError(detail, response.status);
}

function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [thanMajor = 0, thanMinor = 0] = than.split(".").map(Number);
  return major < thanMajor || (major === thanMajor && minor < thanMinor);
}

/** A name in a path: slashes and colons of image names stay. */
export function segment(name: string): string {
  return encodeURIComponent(name).replace(/%2F/g, "/").replace(/%3A/g, ":").replace(/%40/g, "@");
}
