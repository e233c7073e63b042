/** HTTP with a server behind a socket file, for tools that know requests as `Sys.net.http` has them. */
import type { HttpRequest, HttpResponse, Sys } from "../../api/process";

/** Names that a client's platform writes itself, and refuses to be given. */
const OWN = /^(host|content-length|connection|transfer-encoding)$/i;

/** One exchange through the socket file at `path`. Rejects with NetError. */
export async function exchangeAt(
  sys: Sys,
  path: string,
  request: Omit<HttpRequest, "remoteAddress">,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { method, headers, body } = request;
  const answer = await sys.net.unix(
    path,
    new Request(`http://localhost${request.path}`, {
      method,
      headers: headers.filter(([name]) => !OWN.test(name)).map(([name, value]) => [name, value]),
      signal,
      ...(body && method !== "GET" && method !== "HEAD" ? { body: body as Uint8Array<ArrayBuffer> } : {}),
    }),
  );
  return {
    status: answer.status,
    statusText: answer.statusText || (REASONS[answer.status] ?? ""),
    headers: [...answer.headers]
      .filter(([name, value]) => name !== "content-encoding" || value !== "identity")
      .map(([name, value]) => [canonical(name), value]),
    body: answer.body ?? new Uint8Array(),
  };
}

/** As Go's servers write them, who know no other spelling. */
const canonical = (name: string) => name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());

const REASONS: Readonly<Record<number, string>> = {
  101: "Switching Protocols",
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  304: "Not Modified",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  409: "Conflict",
  500: "Internal Server Error",
  501: "Not Implemented",
  503: "Service Unavailable",
};
