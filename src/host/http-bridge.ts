/**
 * HTTP/1.1 over a byte stream, for the two cases where only one side speaks HTTP: a server that reads raw bytes met by
 * `curl`, and a raw client (`nc`, a socket program) met by an HTTP server. HTTP to HTTP never passes here.
 */
import type { HttpRequest, HttpResponse, Socket } from "../api/process";

/** Bytes of a head or body that are taken from a stranger. */
const MAX_MESSAGE = 4 * 1024 * 1024;
const encoder = new TextEncoder();
const decoder = new TextDecoder("latin1");

/** Sends a request as bytes and reads the answer. Rejects with ECONNRESET where the server hangs up, EPROTO where it does not speak HTTP. */
export async function exchangeOverSocket(socket: Socket, request: HttpRequest): Promise<HttpResponse> {
  const reader = new MessageReader(socket);
  const body = request.body ?? new Uint8Array();
  const headers = [
    ...request.headers,
    ...(body.length > 0 && !hasHeader(request.headers, "content-length")
      ? [["Content-Length", String(body.length)] as const]
      : []),
  ];
  await socket.write(
    encoder.encode(
      `${request.method} ${request.path} HTTP/1.1\r\n${headers.map(([k, v]) => `${k}: ${v}\r\n`).join("")}\r\n`,
    ),
  );
  if (body.length > 0) await socket.write(body);
  const head = await reader.head();
  if (head === undefined) throw fail("ECONNRESET", "Empty reply from server");
  const [status = "", ...lines] = head.split("\r\n");
  const match = /^HTTP\/1\.[01] (\d{3}) ?(.*)$/.exec(status);
  if (!match) throw fail("EPROTO", "Received HTTP/0.9 when not allowed");
  const answered = parseHeaders(lines);
  const content = await reader.body(answered, true);
  socket.destroy();
  return { status: Number(match[1]), statusText: match[2] ?? "", headers: answered, body: content };
}

/** Reads requests from a raw client until it hangs up, and writes the answers. */
export async function serveSocket(
  socket: Socket,
  handle: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<void> {
  const reader = new MessageReader(socket);
  try {
    for (;;) {
      const head = await reader.head();
      if (head === undefined) break;
      const [line = "", ...lines] = head.split("\r\n");
      const [method = "", path = "", version = ""] = line.split(" ");
      if (!version.startsWith("HTTP/1.")) {
        await socket.write("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        break;
      }
      const headers = parseHeaders(lines);
      const response = await handle({
        method,
        path,
        headers,
        body: await reader.body(headers, false),
        remoteAddress: socket.remoteAddress,
      });
      const close = headerOf(headers, "connection")?.toLowerCase() === "close" || version === "HTTP/1.0";
      await writeResponse(socket, response, method === "HEAD");
      if (close) break;
    }
  } catch {
    // The client went away in the middle: nothing is left to tell it.
  }
  socket.end();
}

async function writeResponse(socket: Socket, response: HttpResponse, headOnly: boolean): Promise<void> {
  const body =
    response.body instanceof Uint8Array
      ? response.body
      : new Uint8Array(await new Response(response.body).arrayBuffer());
  const headers = response.headers.filter(([name]) => !/^(content-length|transfer-encoding)$/i.test(name));
  const text = [...headers, ["Content-Length", String(body.length)] as const]
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
  await socket.write(encoder.encode(`HTTP/1.1 ${response.status} ${response.statusText ?? ""}\r\n${text}\r\n`));
  if (!headOnly && body.length > 0) await socket.write(body);
}

class MessageReader {
  readonly #socket: Socket;
  #buffer = new Uint8Array();

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** The lines before the empty line; undefined at the end of the stream. */
  async head(): Promise<string | undefined> {
    for (;;) {
      const text = decoder.decode(this.#buffer);
      const end = text.indexOf("\r\n\r\n");
      if (end >= 0) {
        this.#buffer = this.#buffer.subarray(end + 4);
        return text.slice(0, end);
      }
      if (!(await this.#more())) return text === "" ? undefined : text;
    }
  }

  async body(headers: readonly (readonly [string, string])[], untilEnd: boolean): Promise<Uint8Array> {
    if (/chunked/i.test(headerOf(headers, "transfer-encoding") ?? "")) return this.#chunked();
    const length = headerOf(headers, "content-length");
    if (length === undefined) {
      if (!untilEnd) return new Uint8Array();
      while (await this.#more());
      return this.#take(this.#buffer.length);
    }
    const wanted = Math.min(Number(length) || 0, MAX_MESSAGE);
    while (this.#buffer.length < wanted && (await this.#more()));
    return this.#take(Math.min(wanted, this.#buffer.length));
  }

  async #chunked(): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (;;) {
      const size = Number.parseInt((await this.#line()) ?? "0", 16);
      if (!size) break;
      while (this.#buffer.length < size + 2 && (await this.#more()));
      parts.push(this.#take(size));
      this.#take(2);
    }
    return concat(parts);
  }

  async #line(): Promise<string | undefined> {
    for (;;) {
      const at = this.#buffer.indexOf(10);
      if (at >= 0) return decoder.decode(this.#take(at + 1)).trim();
      if (!(await this.#more())) return undefined;
    }
  }

  #take(length: number): Uint8Array {
    const part = this.#buffer.slice(0, length);
    this.#buffer = this.#buffer.subarray(length);
    return part;
  }

  async #more(): Promise<boolean> {
    if (this.#buffer.length > MAX_MESSAGE) throw fail("EMSGSIZE", "Message too long");
    const chunk = await this.#socket.read();
    if (!chunk) return false;
    this.#buffer = concat([this.#buffer, chunk]);
    return true;
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const headerOf = (headers: readonly (readonly [string, string])[], name: string) =>
  headers.find(([key]) => key.toLowerCase() === name)?.[1];
const hasHeader = (headers: readonly (readonly [string, string])[], name: string) =>
  headerOf(headers, name) !== undefined;
const parseHeaders = (lines: readonly string[]) =>
  lines.flatMap((line): [string, string][] => {
    const colon = line.indexOf(":");
    return colon > 0 ? [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]] : [];
  });

function fail(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
