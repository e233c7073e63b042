/**
 * busybox `httpd`: static files, as the applet serves them. No CGI, no proxy and no passwords: of the configuration it
 * knows the home directory (`H:`), the index page (`I:`), error pages (`E404:`) and further mime types (`.ext:type`).
 */
import type { HttpRequest, HttpResponse, Program, Sys } from "../../api/process";
import { httpDate, respond, untilSignal } from "./http";

const USAGE = `BusyBox v1.37.0 (2024-09-26 21:31:42 UTC) multi-call binary.

Usage: httpd [-ifv[v]] [-c CONFFILE] [-p [IP:]PORT] [-u USER[:GRP]] [-r REALM] [-h HOME]
or httpd -d/-e/-m STRING

Listen for incoming HTTP requests

\t-i\t\tInetd mode
\t-f\t\tRun in foreground
\t-v[v]\t\tVerbose
\t-p [IP:]PORT\tBind to IP:PORT (default *:80)
\t-u USER[:GRP]\tSet uid/gid after binding to port
\t-r REALM\tAuthentication Realm for Basic Authentication
\t-h HOME\t\tHome directory (default .)
\t-c FILE\t\tConfiguration file (default {/etc,HOME}/httpd.conf)
\t-m STRING\tMD5 crypt STRING
\t-e STRING\tHTML encode STRING
\t-d STRING\tURL decode STRING
`;

const MIME: readonly (readonly [extensions: string, type: string])[] = [
  ["txt h c cc cpp", "text/plain"],
  ["html htm", "text/html"],
  ["jpg jpeg", "image/jpeg"],
  ["gif", "image/gif"],
  ["png", "image/png"],
  ["svg", "image/svg+xml"],
  ["css", "text/css"],
  ["js", "application/javascript"],
  ["wav", "audio/wav"],
  ["avi", "video/x-msvideo"],
  ["qt mov", "video/quicktime"],
  ["mpe mpeg", "video/mpeg"],
  ["mid midi", "audio/midi"],
  ["mp3", "audio/mpeg"],
];

const REASONS: Readonly<Record<number, readonly [name: string, info: string]>> = {
  302: ["Found", ""],
  400: ["Bad Request", "Unsupported method"],
  403: ["Forbidden", ""],
  404: ["Not Found", "The requested URL was not found"],
  501: ["Not Implemented", "The requested method is not recognized"],
};

interface Settings {
  home: string;
  index: string;
  readonly verbose: number;
  readonly mime: Map<string, string>;
  readonly errorPages: Map<number, string>;
}

interface Options {
  readonly values: Map<string, string>;
  readonly flags: string;
}

/** The program: answers requests until a signal ends it. */
export const httpd: Program = async (sys) => {
  const options = parse(sys.argv.slice(1));
  if (typeof options === "string") {
    await sys.stderr.write(`httpd: ${options}\n${USAGE}`);
    return 1;
  }
  const convert = options.values.get("d") ?? options.values.get("e");
  if (convert !== undefined) {
    await sys.stdout.write(options.values.has("d") ? urlDecoded(convert) : htmlEncoded(convert));
    return 0;
  }
  return serve(sys, options);
};

async function serve(sys: Sys, options: Options): Promise<number> {
  const complain = async (reason: string): Promise<number> => {
    await sys.stderr.write(`httpd: ${reason}\n`);
    return 1;
  };
  const home = absolute(sys.cwd, options.values.get("h") ?? ".");
  if (!sys.files.exists(home))
    return complain(`can't change directory to '${options.values.get("h")}': No such file or directory`);
  const verbose = options.flags.split("v").length - 1;
  const settings: Settings = { home, index: "index.html", verbose, mime: mimeTypes(), errorPages: new Map() };
  const given = options.values.get("c");
  const config = [given ? absolute(sys.cwd, given) : "/etc/httpd.conf", ...(given ? [] : [`${home}/httpd.conf`])];
  const found = config.find((path) => sys.files.exists(path));
  if (given && !found) return complain(`${given}: No such file or directory`);
  if (found) configure(settings, new TextDecoder().decode(sys.files.readFile(found)));
  const where = options.values.get("p") ?? "80";
  const port = Number(where.slice(where.lastIndexOf(":") + 1));
  if (!Number.isInteger(port) || port < 1 || port > 65535) return complain(`bad port '${where}'`);
  // Without -f it goes on in the background: a child takes the port and this process ends.
  if (!options.flags.includes("f")) {
    sys.spawn([sys.argv[0] ?? "httpd", "-f", ...sys.argv.slice(1)]);
    return 0;
  }
  let server: { close(): void };
  try {
    server = sys.net.listen(port, { http: (request) => answer(sys, settings, request) });
  } catch {
    return complain("bind: Address already in use");
  }
  const signal = await untilSignal(sys, ["SIGTERM", "SIGINT"]);
  server.close();
  return signal === "SIGINT" ? 130 : 143;
}

/** The options in getopt's manner, or what is wrong with them. */
function parse(args: readonly string[]): Options | string {
  const values = new Map<string, string>();
  let flags = "";
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (!/^-./.test(arg)) continue;
    for (let j = 1; j < arg.length; j++) {
      const letter = arg.charAt(j);
      if ("ifv".includes(letter)) flags += letter;
      else if (!"cpurhmed".includes(letter)) return `invalid option -- '${letter}'`;
      else {
        const value = arg.slice(j + 1) || args[++i];
        if (value === undefined) return `option requires an argument -- '${letter}'`;
        values.set(letter, value);
        break;
      }
    }
  }
  return { values, flags };
}

function mimeTypes(): Map<string, string> {
  return new Map(MIME.flatMap(([extensions, type]) => extensions.split(" ").map((one) => [one, type] as const)));
}

function configure(settings: Settings, text: string): void {
  for (const raw of text.split("\n")) {
    const line = raw.replace(/#.*$/, "").replace(/\s/g, "");
    const [, key = "", value = ""] = /^([^:]+):(.*)$/.exec(line) ?? [];
    if (key.toUpperCase() === "H") settings.home = value;
    else if (key.toUpperCase() === "I") settings.index = value;
    else if (key.startsWith(".")) settings.mime.set(key.slice(1), value);
    else if (/^E\d{3}$/i.test(key)) settings.errorPages.set(Number(key.slice(1)), absolute(settings.home, value));
  }
}

async function answer(sys: Sys, settings: Settings, request: HttpRequest): Promise<HttpResponse> {
  const response = page(sys, settings, request);
  if (settings.verbose > 0) {
    const peer = request.remoteAddress;
    if (settings.verbose > 1) await sys.stderr.write(`${peer}: url:${request.path}\n`);
    await sys.stderr.write(`${peer}: response:${response.status}\n`);
  }
  return request.method === "HEAD" ? { ...response, body: new Uint8Array(0) } : response;
}

function page(sys: Sys, settings: Settings, request: HttpRequest): HttpResponse {
  if (request.method !== "GET" && request.method !== "HEAD") return failed(sys, settings, 501);
  const path = cleaned(urlDecoded(request.path.split("?")[0] ?? "/"));
  if (path === undefined) return failed(sys, settings, 400);
  let file = `${settings.home === "/" ? "" : settings.home}${path}`.replace(/(.)\/$/, "$1");
  if (!sys.files.exists(file)) return failed(sys, settings, 404);
  if (sys.files.stat(file).type === "dir") {
    if (!path.endsWith("/")) return failed(sys, settings, 302, [["Location", `${path}/`]]);
    file += `${file === "/" ? "" : "/"}${settings.index}`;
    if (!sys.files.exists(file) || sys.files.stat(file).type === "dir") return failed(sys, settings, 404);
  }
  const { size, mtime } = sys.files.stat(file);
  const extension = /\.(\w+)$/.exec(file)?.[1] ?? "";
  const seconds = Math.floor(mtime / 1000);
  return respond(
    200,
    sys.files.readFile(file),
    [
      ["Date", httpDate(sys.clock.now())],
      ["Connection", "close"],
      ["Content-type", settings.mime.get(extension) ?? "application/octet-stream"],
      ["Accept-Ranges", "bytes"],
      ["Last-Modified", httpDate(mtime)],
      ["ETag", `"${seconds.toString(16)}-${size.toString(16)}"`],
    ],
    "OK",
  );
}

function failed(
  sys: Sys,
  settings: Settings,
  status: number,
  extra: readonly (readonly [string, string])[] = [],
): HttpResponse {
  const [name, info] = REASONS[status] ?? ["", ""];
  const own = settings.errorPages.get(status);
  const title = `${status} ${name}`;
  const body =
    own && sys.files.exists(own)
      ? sys.files.readFile(own)
      : status === 302
        ? ""
        : `<HTML><HEAD><TITLE>${title}</TITLE></HEAD>\n<BODY><H1>${title}</H1>\n${info}\n</BODY></HTML>\n`;
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  // The end of the connection ends an error page: it carries no length.
  return {
    status,
    statusText: name,
    headers: [["Date", httpDate(sys.clock.now())], ["Connection", "close"], ["Content-type", "text/html"], ...extra],
    body: bytes,
  };
}

/** The path without `.`, `..` and doubled slashes; undefined when it leaves the root. */
function cleaned(path: string): string | undefined {
  if (!path.startsWith("/")) return undefined;
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return `/${parts.join("/")}${parts.length > 0 && path.endsWith("/") ? "/" : ""}`;
}

function urlDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

const htmlEncoded = (text: string) => text.replace(/[^A-Za-z0-9]/g, (char) => `&#${char.charCodeAt(0)};`);

const absolute = (base: string, path: string): string =>
  path.startsWith("/")
    ? path.replace(/(.)\/+$/, "$1")
    : `${base}/${path}`.replace(/\/\.?$/, "").replace(/^\/\//, "/") || "/";
