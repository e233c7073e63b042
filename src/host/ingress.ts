/** A request from outside to a published port: `Request` -> the wire -> `Response`. */
import type { HttpResponse, NetError } from "../api/process";
import type { Wire } from "./wire";

/** Headers that belong to one hop (RFC 9110 7.6.1), or to us. */
const HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "cookie",
]);
/** What a stranger may upload through the ingress, bytes. */
const MAX_BODY = 8 * 1024 * 1024;

/** `path` with query, as the container shall see it. */
export async function serveIngress(
  wire: Wire,
  machine: string,
  port: number,
  path: string,
  request: Request,
): Promise<Response> {
  const headers: [string, string][] = [];
  for (const [name, value] of request.headers)
    if (!HOP.has(name) && !name.startsWith("x-slipway-") && !name.startsWith("cf-")) headers.push([name, value]);
  const body = request.body ? new Uint8Array(await request.arrayBuffer()) : undefined;
  if (body && body.length > MAX_BODY) return plain(413, "The request is larger than this simulation takes.");
  if (!wire.runs(machine)) return plain(504, `${machine} is off: nothing answers there.`);
  try {
    const response = await wire.http(
      { machine },
      "localhost",
      port,
      { method: request.method, path, headers, body },
      request.signal,
    );
    return toResponse(response, request.method);
  } catch (error) {
    return refusal(error as NetError, machine, port);
  }
}

function toResponse(response: HttpResponse, method: string): Response {
  const headers = new Headers();
  for (const [name, value] of response.headers) {
    if (HOP.has(name.toLowerCase())) continue;
    try {
      headers.append(name, value);
    } catch {
      // A header that is none: a browser would drop it as well.
    }
  }
  const empty = method === "HEAD" || response.status === 204 || response.status === 304 || response.status < 200;
  const status = response.status >= 200 && response.status <= 599 ? response.status : 502;
  return new Response(empty ? null : (response.body as Uint8Array<ArrayBuffer> | ReadableStream), {
    status,
    statusText: response.statusText,
    headers,
  });
}

function refusal(error: NetError, machine: string, port: number): Response {
  if (error.code === "ECONNREFUSED")
    return plain(502, `Nothing on ${machine} publishes port ${port}, or what does is not listening yet.`);
  if (error.code === "ECONNRESET")
    return plain(502, `The container behind port ${port} of ${machine} closed the connection without an answer.`);
  if (error.code === "EHOSTUNREACH" || error.code === "ETIMEDOUT")
    return plain(504, `The container behind port ${port} of ${machine} cannot be reached.`);
  return plain(502, `Port ${port} of ${machine} did not answer: ${error.message}`);
}

const plain = (status: number, text: string) =>
  new Response(`${text}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8" } });
