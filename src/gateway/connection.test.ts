import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { serveConnection } from "./connection";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let closing: (Server | HttpServer)[] = [];
afterEach(() => {
  for (const server of closing) server.close();
  closing = [];
});

const listen = (server: Server | HttpServer): Promise<number> =>
  new Promise((resolve) => {
    closing.push(server);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });

/** A gateway before a runtime that answers as `handler` does. */
async function gateway(handler: Handler, upgrade?: (request: IncomingMessage) => string): Promise<number> {
  const runtime = createHttpServer(handler);
  if (upgrade) runtime.on("upgrade", (request, socket) => socket.end(upgrade(request)));
  const port = await listen(runtime);
  return listen(createServer({ allowHalfOpen: true }, (client) => serveConnection(client, async () => port)));
}

/** Says each part when the one before was answered with something, ends, and returns all that came back. */
function talk(port: number, parts: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    const left = [...parts];
    let heard = "";
    const next = (): void => {
      const part = left.shift();
      if (part !== undefined) socket.write(part);
      if (left.length === 0) socket.end();
    };
    socket.setEncoding("latin1").on("data", (text: string) => {
      heard += text;
      if (left.length > 0) next();
    });
    socket.on("end", () => resolve(heard));
    socket.on("error", reject);
    next();
  });
}

const bodyOf = (answer: string): string => answer.slice(answer.indexOf("\r\n\r\n") + 4);
const echo: Handler = async (request, response) => {
  let body = "";
  for await (const part of request) body += part;
  response.end(`[${request.method} ${request.url} ${request.headers.upgrade ?? "-"} ${body}]`);
};
const upgrade = "Connection: Upgrade\r\nUpgrade: tcp\r\n";

describe("a connection to the gateway", () => {
  it("passes requests of one connection, one after the other", async () => {
    const port = await gateway(echo);
    const heard = await talk(port, [
      "GET /a HTTP/1.1\r\nHost: x\r\n\r\n",
      "POST /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi",
    ]);
    expect(heard).toContain("[GET /a - ]");
    expect(heard).toContain("[POST /b - hi]");
  });

  it("turns an upgrade to tcp into a stream both ways, also on a used connection", async () => {
    const port = await gateway(async (request, response) => {
      if (!request.headers["x-slipway-hijack"]) return echo(request, response);
      const options = Buffer.from(String(request.headers["x-slipway-hijack-body"] ?? ""), "base64").toString();
      response.setHeader("Content-Type", "application/vnd.docker.multiplexed-stream");
      response.write(`${request.method} ${request.url} ${options};`);
      for await (const part of request) response.write(`<${part}>`);
      response.end("end");
    });
    const heard = await talk(port, [
      "GET /a HTTP/1.1\r\nHost: x\r\n\r\n",
      `POST /exec/1/start HTTP/1.1\r\nHost: x\r\n${upgrade}Content-Length: 4\r\n\r\n{"a"`,
      "one",
      "two",
    ]);
    const answer = heard.slice(heard.indexOf("HTTP/1.1 101"));
    expect(answer.split("\r\n\r\n")[0]).toBe(
      "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.multiplexed-stream\r\nConnection: Upgrade\r\nUpgrade: tcp",
    );
    expect(bodyOf(answer).replaceAll("><", "")).toBe('POST /exec/1/start {"a";<onetwo>end');
  });

  it("passes on the refusal of a hijack as the answer it is", async () => {
    const port = await gateway((_, response) => {
      response.writeHead(409, { "Content-Type": "application/json" });
      response.end('{"message":"container x is not running"}');
    });
    const heard = await talk(port, [`POST /exec/1/start HTTP/1.1\r\nHost: x\r\n${upgrade}\r\n`]);
    expect(heard).toMatch(/^HTTP\/1\.1 409 Conflict\r\nContent-Type: application\/json\r\n/);
    expect(bodyOf(heard)).toBe('{"message":"container x is not running"}');
  });

  it("answers an upgrade that nobody speaks as a plain request", async () => {
    const port = await gateway(echo);
    const heard = await talk(port, [
      "POST /grpc HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 0\r\n\r\n",
    ]);
    expect(heard).toContain("[POST /grpc - ]");
  });

  it("leaves a web socket's handshake as it is", async () => {
    const port = await gateway(echo, (request) => `HTTP/1.1 101 Switching Protocols\r\n\r\n${request.headers.upgrade}`);
    const heard = await talk(port, [
      "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    ]);
    expect(bodyOf(heard)).toBe("websocket");
  });

  it("says so when there is no runtime", async () => {
    const server = createServer({ allowHalfOpen: true }, (client) =>
      serveConnection(client, () => Promise.reject(new Error("gone"))),
    );
    const heard = await talk(await listen(server), ["GET / HTTP/1.1\r\nHost: x\r\n\r\n"]);
    expect(heard).toMatch(/^HTTP\/1\.1 503 /);
  });
});
