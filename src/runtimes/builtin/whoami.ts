/** `whoami` of traefik: says who answered and what was asked. */
import type { HttpRequest, HttpResponse, Program, Sys } from "../../api/process";
import { header, httpDate, respond, untilSignal } from "./http";

/** The server of the traefik/whoami image. */
export const whoamiServer: Program = async (sys) => {
  const port = Number(option(sys, "port") ?? sys.env.WHOAMI_PORT_NUMBER ?? 80);
  const name = option(sys, "name") ?? sys.env.WHOAMI_NAME;
  const server = { health: 200 };
  try {
    sys.net.listen(port, { http: async (request) => answer(sys, server, name, request) });
  } catch (error) {
    if ((error as { code?: string }).code !== "EADDRINUSE") throw error;
    await sys.stderr.write(`listen tcp :${port}: bind: address already in use\n`);
    return 1;
  }
  await sys.stderr.write(`${stamp(sys)} Starting up on port ${port}\n`);
  const signal = await untilSignal(sys, ["SIGTERM", "SIGINT"]);
  // A Go program that is process 1 cannot die of a signal it has no handler for: its runtime then exits with 2.
  return signal ? 2 : 137;
};

function stamp(sys: Sys): string {
  const [, day, month, year, time] = /(\d\d) (\w{3}) (\d{4}) ([\d:]+)/.exec(httpDate(sys.clock.now())) ?? [];
  const number = "JanFebMarAprMayJunJulAugSepOctNovDec".indexOf(month ?? "Jan") / 3 + 1;
  return `${year}/${String(number).padStart(2, "0")}/${day} ${time}`;
}

function option(sys: Sys, name: string): string | undefined {
  for (let i = 1; i < sys.argv.length; i++) {
    const arg = (sys.argv[i] ?? "").replace(/^--?/, "");
    if (arg === name) return sys.argv[i + 1];
    if (arg.startsWith(`${name}=`)) return arg.slice(name.length + 1);
  }
  return undefined;
}

function answer(sys: Sys, server: { health: number }, name: string | undefined, request: HttpRequest): HttpResponse {
  const [path = "/", query = ""] = request.path.split("?");
  const date = ["Date", httpDate(sys.clock.now())] as const;
  const text = [date, ["Content-Type", "text/plain; charset=utf-8"]] as const;
  switch (path) {
    case "/health":
      if (request.method === "POST") {
        server.health = Number(new TextDecoder().decode(request.body)) || 200;
        return respond(200, "", [date]);
      }
      return respond(server.health, "", [date]);
    case "/bench":
      return respond(200, "1", [date, ["Connection", "keep-alive"], ["Content-Type", "text/plain"]]);
    case "/api":
      return respond(200, `${JSON.stringify(facts(sys, name, request))}\n`, [
        date,
        ["Content-Type", "application/json"],
      ]);
    case "/data":
      return data(query, date);
    default:
      return respond(200, page(sys, name, request), text);
  }
}

function data(query: string, date: readonly [string, string]): HttpResponse {
  const values = new URLSearchParams(query);
  const unit = { kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 }[(values.get("unit") ?? "").toLowerCase()] ?? 1;
  const size = Math.min(Math.max(0, Number(values.get("size") ?? 1) || 0) * unit, 8 * 1024 ** 2);
  const pattern = "-ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const body = `|${pattern.repeat(Math.ceil(size / pattern.length))}`.slice(0, Math.max(0, size - 1));
  return respond(200, size > 1 ? `${body}|` : "|".slice(0, size), [date, ["Content-Type", "text/plain"]]);
}

function addresses(sys: Sys): string[] {
  return ["127.0.0.1", "::1", ...sys.net.addresses.map((one) => one.address).filter((one) => one !== "127.0.0.1")];
}

/** Header names as Go writes them, sorted, the host apart. */
function sortedHeaders(request: HttpRequest): [string, string][] {
  return request.headers
    .filter(([key]) => key.toLowerCase() !== "host")
    .map(([key, value]): [string, string] => [key.toLowerCase().replace(/(^|-)\w/g, (c) => c.toUpperCase()), value])
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

const remote = (request: HttpRequest) =>
  request.remoteAddress.includes(":") ? request.remoteAddress : `${request.remoteAddress}:${port(request)}`;

/** The wire does not tell the client's port; any ephemeral one is as true, so it follows from the address. */
function port(request: HttpRequest): number {
  let hash = 0;
  for (const c of request.remoteAddress + (header(request, "user-agent") ?? ""))
    hash = (hash * 31 + c.charCodeAt(0)) % 28_232;
  return 32_768 + hash;
}

function page(sys: Sys, name: string | undefined, request: HttpRequest): string {
  const lines = [
    ...(name ? [`Name: ${name}`] : []),
    `Hostname: ${sys.hostname}`,
    ...addresses(sys).map((address) => `IP: ${address}`),
    `RemoteAddr: ${remote(request)}`,
  ];
  // What follows is the request as Go's http.Request.Write puts it: the agent second, lines ending as on the wire.
  const headers = sortedHeaders(request);
  const wire = [
    `${request.method} ${request.path} HTTP/1.1`,
    `Host: ${header(request, "host") ?? ""}`,
    `User-Agent: ${header(request, "user-agent") ?? "Go-http-client/1.1"}`,
    ...headers.filter(([key]) => key !== "User-Agent").map(([key, value]) => `${key}: ${value}`),
  ];
  return `${lines.join("\n")}\n${wire.join("\r\n")}\r\n\r\n`;
}

function facts(sys: Sys, name: string | undefined, request: HttpRequest): unknown {
  const headers: Record<string, string[]> = {};
  for (const [key, value] of sortedHeaders(request)) headers[key] = [...(headers[key] ?? []), value];
  return {
    hostname: sys.hostname,
    ip: addresses(sys),
    headers,
    url: request.path,
    host: header(request, "host") ?? "",
    method: request.method,
    ...(name ? { name } : {}),
    remoteAddr: remote(request),
  };
}
