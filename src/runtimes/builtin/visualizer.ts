/**
 * dockersamples/visualizer: a page that draws the swarm, and below `apis/` the Engine API that the page reads, passed on
 * from the daemon behind the mounted socket. What it serves, logs and does without a socket is the original's `server.js`.
 */
import type { HttpRequest, HttpResponse, NetError, Program, Sys } from "../../api/process";
import { respond, untilSignal } from "./http";
import { visualizerPage } from "./visualizer-page";

const PORT = 8080;
const SOCKET = "/var/run/docker.sock";
/** Node hangs up on a request that nobody answers (`server.timeout`). Milliseconds. */
const SERVER_TIMEOUT = 120_000;

export const visualizer: Program = async (sys) => {
  const root = contextRoot(sys.env.CTX_ROOT ?? "/");
  sys.net.listen(PORT, { http: (request) => answer(sys, root, request) });
  await sys.stdout.write(
    `\n> swarmVisualizer@0.0.1 start\n> node server.js\n\n${sys.env.DOCKER_HOST ?? "undefined"}\n`,
  );
  await untilSignal(sys, ["SIGTERM", "SIGINT"]);
  return 0;
};

const contextRoot = (given: string) => `/${given}/`.replace(/\/+/g, "/");

async function answer(sys: Sys, root: string, { method, path }: HttpRequest): Promise<HttpResponse> {
  const [place = "/"] = path.split("?", 1);
  const reads = method === "GET" || method === "HEAD";
  if (reads && `${place}/`.replace(/\/+$/, "/") === root)
    return express(200, "text/html", visualizerPage(Number(sys.env.MS) || 5000));
  if (reads && place.startsWith(`${root}apis/`)) return passOn(sys, place.slice(`${root}apis`.length));
  const page = `<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n<pre>Cannot ${markup(method)} ${markup(place)}</pre>\n</body>\n</html>\n`;
  return express(404, "text/html", page);
}

/** The daemon's answer as `objects`. Without a daemon the original writes into its log and never answers. */
async function passOn(sys: Sys, path: string): Promise<HttpResponse> {
  try {
    const found = await sys.net.unix(SOCKET, new Request(`http://localhost${path}`, { signal: sys.killed }));
    const objects: unknown = JSON.parse(await found.text());
    return express(200, "application/json", JSON.stringify({ objects }));
  } catch (error) {
    const said = `connect ${(error as NetError).code ?? "ECONNRESET"} ${SOCKET}`;
    await sys.stdout.write(
      `problem with request: ${said}\nError: ${said}\n    at PipeConnectWrap.afterConnect [as oncomplete] (node:net:1161:16)\n`,
    );
    await sys.clock.sleep(SERVER_TIMEOUT);
    throw Object.assign(new Error("Empty reply from server"), { code: "ECONNRESET" });
  }
}

const express = (status: number, type: string, body: string): HttpResponse =>
  respond(status, body, [
    ["X-Powered-By", "Express"],
    ["Content-Type", `${type}; charset=utf-8`],
  ]);

const markup = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
