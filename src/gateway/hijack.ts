/**
 * Docker's hijacked connections. `docker run`, `attach` and `exec` ask for `Upgrade: tcp` and accept only a 101, which a
 * Worker cannot give; but bodies stream both ways at once there. So the request becomes a POST whose body is the
 * client's input and whose answer's body is the output, and the client is told 101. It knows no Docker: any path, any bytes.
 */
import { request as httpRequest, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { type Head, headerOf } from "./framing";

/** Tells the runtime that this request was an upgrade; its value is the protocol asked for. */
const HIJACK_HEADER = "X-Slipway-Hijack";
/** The body the client had sent before it began to talk freely, in base64 (the options of an exec start). */
const OPTIONS_HEADER = "X-Slipway-Hijack-Body";
/** More than any options are: a longer body is not passed on. */
const LONGEST_OPTIONS = 16 * 1024;

/** Bytes of a body that must be read before the connection is handed over. */
export function hijackBodyLength(head: Head): number {
  return Number(headerOf(head, "content-length") ?? 0) || 0;
}

/** Takes over a client's connection. `options` is the request's own body, `early` what the client sent after it. */
export function hijack(client: Socket, head: Head, options: Buffer, early: Buffer, port: number): void {
  const [method, path] = (head.text.split("\r\n", 1)[0] as string).split(" ");
  const upstream = httpRequest({
    host: "127.0.0.1",
    port,
    method,
    path,
    headers: {
      ...passedHeaders(head),
      [HIJACK_HEADER]: headerOf(head, "upgrade") ?? "tcp",
      ...(options.length > 0 && options.length <= LONGEST_OPTIONS
        ? { [OPTIONS_HEADER]: options.toString("base64") }
        : {}),
      "Transfer-Encoding": "chunked",
    },
  });
  upstream.setNoDelay(true);
  upstream.flushHeaders();
  upstream.on("response", (answer) => (answer.statusCode === 200 ? upgraded(client, answer) : refused(client, answer)));
  upstream.on("error", () => client.destroy());
  client.on("error", () => upstream.destroy());
  client.on("close", () => upstream.destroy());
  if (early.length > 0) upstream.write(early);
  client.pipe(upstream);
}

function passedHeaders(head: Head): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of head.text.split("\r\n").slice(1)) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    if (colon > 0 && !["connection", "upgrade", "content-length", "transfer-encoding"].includes(name))
      headers[name] = line.slice(colon + 1).trim();
  }
  return headers;
}

function upgraded(client: Socket, answer: IncomingMessage): void {
  const type = answer.headers["content-type"] ?? "application/vnd.docker.raw-stream";
  client.write(`HTTP/1.1 101 UPGRADED\r\nContent-Type: ${type}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n`);
  answer.on("error", () => client.destroy());
  answer.pipe(client);
}

/** An error is an ordinary answer: the client reads it and the connection is over. */
function refused(client: Socket, answer: IncomingMessage): void {
  client.unpipe();
  client.resume();
  client.write(
    `HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\nContent-Type: ${answer.headers["content-type"] ?? "application/json"}\r\nConnection: close\r\n\r\n`,
  );
  answer.on("error", () => client.destroy());
  answer.pipe(client);
}
