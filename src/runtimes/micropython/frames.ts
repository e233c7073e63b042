/** How a request goes into Python and its answer comes out (`lib/_serve.py`): lines of a head, an empty line, the body. */
import type { HttpRequest, HttpResponse } from "../../api/process";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Port, method, target and the client's address, a line each; then the header lines. */
export function frameRequest(port: number, request: HttpRequest): Uint8Array {
  const lines = [String(port), request.method, request.path, request.remoteAddress];
  const head = encoder.encode(`${[...lines, ...request.headers.map(([k, v]) => `${k}: ${v}`)].join("\n")}\n\n`);
  if (!request.body) return head;
  const whole = new Uint8Array(head.length + request.body.length);
  whole.set(head);
  whole.set(request.body, head.length);
  return whole;
}

/** Status and reason, then the header lines. */
export function readResponse(raw: Uint8Array): HttpResponse {
  const cut = endOfHead(raw);
  const [first = "", ...lines] = decoder.decode(raw.subarray(0, cut)).split("\n");
  const space = first.indexOf(" ");
  return {
    status: Number(first.slice(0, space)),
    statusText: first.slice(space + 1),
    headers: lines.map((line): [string, string] => {
      const colon = line.indexOf(": ");
      return [line.slice(0, colon), line.slice(colon + 2)];
    }),
    body: raw.slice(cut + 2),
  };
}

function endOfHead(bytes: Uint8Array): number {
  for (let i = 0; i + 1 < bytes.length; i++) if (bytes[i] === 10 && bytes[i + 1] === 10) return i;
  return bytes.length;
}
