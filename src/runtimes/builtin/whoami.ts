/** The web server of traefik/whoami: tells who answers and what was asked. */
import type { HttpRequest, HttpResponse, Program, Sys } from "../../api/process";
import { answer, codeOf, ended, header, moment } from "./serving";

interface Settings {
  readonly port: number;
  readonly name: string;
}

function settings(sys: Sys): Settings {
  let port = sys.env.WHOAMI_PORT_NUMBER ?? "80";
  let name = sys.env.WHOAMI_NAME ?? "";
  for (let i = 1; i < sys.argv.length; i++) {
    const [, flag, value] = /^--?(\w+)(?:=(.*))?$/.exec(sys.argv[i] ?? "") ?? [];
    if (flag !== "port" && flag !== "name") continue;
    const given = value ?? sys.argv[++i] ?? "";
    if (flag === "port") port = given;
    else name = given;
  }
  return { port: Number(port), name };
}

/** The address with a client's port, of which the network keeps none: any of the ephemeral range. */
const remote = (sys: Sys, request: HttpRequest) =>
  `${request.remoteAddress}:${32768 + Math.floor(sys.random() * 28000)}`;

const addresses = (sys: Sys) =>
  [...new Set(["127.0.0.1", "::1", ...sys.net.addresses.map((one) => one.address)])].filter(Boolean);

const canonical = (name: string) =>
  name.toLowerCase().replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());

/** The request as it stood on the wire: host and agent first, the other headers sorted. */
function wire(request: HttpRequest): string {
  const agent = header(request.headers, "user-agent");
  const rest = request.headers
    .map(([name, value]) => [canonical(name), value] as const)
    .filter(([name]) => !["Host", "User-Agent", "Connection", "Content-Length", "Transfer-Encoding"].includes(name))
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const lines = [
    `${request.method} ${request.path} HTTP/1.1`,
    `Host: ${header(request.headers, "host") ?? ""}`,
    ...(agent === undefined ? [] : [`User-Agent: ${agent}`]),
    ...(request.body?.length ? [`Content-Length: ${request.body.length}`] : []),
    ...rest.map(([name, value]) => `${name}: ${value}`),
  ];
  return `${lines.join("\r\n")}\r\n\r\n${request.body ? new TextDecoder().decode(request.body) : ""}`;
}

function text(sys: Sys, request: HttpRequest, name: string): string {
  const lines = [
    ...(name ? [`Name: ${name}`] : []),
    `Hostname: ${sys.hostname}`,
    ...addresses(sys).map((address) => `IP: ${address}`),
    `RemoteAddr: ${remote(sys, request)}`,
  ];
  return `${lines.join("\n")}\n${wire(request)}`;
}

function json(sys: Sys, request: HttpRequest, name: string): string {
  const headers: Record<string, string[]> = {};
  for (const [key, value] of request.headers) {
    const field = canonical(key);
    if (field === "Host") continue;
    const values = headers[field] ?? [];
    values.push(value);
    headers[field] = values;
  }
  const sorted = Object.fromEntries(Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({
    hostname: sys.hostname,
    ip: addresses(sys),
    headers: sorted,
    url: request.path,
    host: header(request.headers, "host") ?? "",
    method: request.method,
    ...(name ? { name } : {}),
    remoteAddr: remote(sys, request),
  })}\n`;
}

/** `/whoami`: a Go program, so a signal it does not handle ends it with 2 even as process 1. */
export const whoami: Program = async (sys) => {
  const { port, name } = settings(sys);
  const log = (line: string) => {
    const at = moment(sys.clock.now());
    return sys.stderr.write(`${at.year}/${at.month}/${at.day} ${at.time} ${line}\n`);
  };
  let health = 200;
  const plain = ["Content-Type", "text/plain; charset=utf-8"] as const;
  const respond = async (request: HttpRequest): Promise<HttpResponse> => {
    const path = request.path.split("?")[0];
    if (path === "/bench") return answer(sys, 200, "1", [plain]);
    if (path === "/api") return answer(sys, 200, json(sys, request, name), [["Content-Type", "application/json"]]);
    if (path === "/health") {
      if (request.method !== "POST") return answer(sys, health, "");
      const wanted = Number(new TextDecoder().decode(request.body));
      if (!(wanted >= 100 && wanted <= 599)) return answer(sys, 400, "");
      health = wanted;
      return answer(sys, 200, "");
    }
    return answer(sys, 200, text(sys, request, name), [plain]);
  };
  const end = ended(sys, ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"]);
  await log(`Starting up on port ${port}`);
  try {
    const server = sys.net.listen(port, { http: respond });
    await end;
    server.close();
    return 2;
  } catch (error) {
    const reason = codeOf(error) === "EADDRINUSE" ? "address already in use" : "permission denied";
    await log(`listen tcp :${port}: bind: ${reason}`);
    return 1;
  }
};
