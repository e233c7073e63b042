/** curl: options, transfers, what it writes and its exit codes, as curl 8 has them. */
import type { HttpResponse, Program, Sys } from "../../api/process";
import { codeOf, encoder } from "../streams";
import { complain, here } from "./common";
import { exchangeAt } from "./http-unix";

interface Request {
  method: string | undefined;
  headers: [string, string][];
  data: string[];
  flags: Set<string>;
  values: Map<string, string>;
  urls: string[];
}

const CURL_VALUED: Record<string, string> = {
  X: "request",
  H: "header",
  d: "data",
  o: "output",
  w: "write-out",
  A: "user-agent",
  b: "cookie",
  u: "user",
  m: "max-time",
  e: "referer",
  T: "upload-file",
  F: "form",
  c: "cookie-jar",
  x: "proxy",
};
const CURL_LONG = new Set([
  ...Object.values(CURL_VALUED),
  "data-raw",
  "data-binary",
  "data-urlencode",
  "connect-timeout",
  "retry",
  "retry-delay",
  "url",
  "json",
  "resolve",
  "cacert",
  "unix-socket",
]);
const CURL_SHORT: Record<string, string> = {
  s: "silent",
  S: "show-error",
  f: "fail",
  i: "include",
  I: "head",
  L: "location",
  O: "remote-name",
  v: "verbose",
  G: "get",
  k: "insecure",
};

function parseCurl(args: readonly string[]): Request | string {
  const request: Request = { method: undefined, headers: [], data: [], flags: new Set(), values: new Map(), urls: [] };
  const take = (name: string, value: string) => {
    if (name === "header")
      request.headers.push([value.slice(0, value.indexOf(":")).trim(), value.slice(value.indexOf(":") + 1).trim()]);
    else if (name.startsWith("data") || name === "json") request.data.push(value);
    else if (name === "url") request.urls.push(value);
    if (name === "json") request.headers.push(["Content-Type", "application/json"], ["Accept", "application/json"]);
    request.values.set(name, value);
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg.startsWith("--")) {
      const name = arg.slice(2);
      if (!CURL_LONG.has(name)) request.flags.add(name);
      else if (args[i + 1] === undefined) return `option ${arg}: requires parameter`;
      else take(name, args[++i] as string);
    } else if (/^-./.test(arg)) {
      for (let j = 1; j < arg.length; j++) {
        const valued = CURL_VALUED[arg[j] as string];
        if (!valued) {
          request.flags.add(CURL_SHORT[arg[j] as string] ?? (arg[j] as string));
          continue;
        }
        const value = arg.slice(j + 1) || args[++i];
        if (value === undefined) return `option ${arg}: requires parameter`;
        take(valued, value);
        break;
      }
    } else request.urls.push(arg);
  }
  request.urls = request.urls.flatMap(globUrl);
  return request;
}

/** `{a,b}` and `[1-5]` in a URL. */
export function globUrl(url: string): string[] {
  const braces = /^([^{]*)\{([^{}]*)\}(.*)$/.exec(url);
  if (braces) return (braces[2] as string).split(",").flatMap((choice) => globUrl(braces[1] + choice + braces[3]));
  const range = /^(.*?)\[(\d+)-(\d+)\](.*)$/.exec(url);
  if (!range) return [url];
  const out: string[] = [];
  for (let n = Number(range[2]); n <= Number(range[3]) && out.length < 10_000; n++)
    out.push(...globUrl(range[1] + String(n) + range[4]));
  return out;
}

export const curl: Program = async (sys) => {
  const request = parseCurl(sys.argv.slice(1));
  const hint = "\ncurl: try 'curl --help' or 'curl --manual' for more information";
  if (typeof request === "string") return complain(sys, request + hint, 2);
  if (request.flags.has("version") || request.flags.has("V"))
    return sys.stdout.write("curl 8.5.0 (x86_64-pc-linux-gnu) libcurl/8.5.0\n").then(() => 0);
  if (request.urls.length === 0) return complain(sys, `(2) no URL specified${hint}`, 2);
  let status = 0;
  for (const url of request.urls) {
    let left = Number(request.values.get("retry") ?? 0);
    do {
      status = await transfer(sys, request, url);
      if (status !== 28 && status !== 22 && status !== 7) break;
      if (left > 0 && status !== 7) await sys.clock.sleep(1000);
    } while (left-- > 0);
  }
  return status;
};

async function transfer(sys: Sys, request: Request, given: string): Promise<number> {
  const { flags, values } = request;
  const socket = values.get("unix-socket");
  const began = sys.clock.now();
  const fail = async (code: number, message: string): Promise<number> => {
    if (!flags.has("silent") || flags.has("show-error")) await sys.stderr.write(`curl: (${code}) ${message}\n`);
    await writeOut(sys, request, {
      http_code: "000",
      url_effective: url,
      exitcode: String(code),
      time_total: ((sys.clock.now() - began) / 1000).toFixed(6),
    });
    return code;
  };
  let url = /^\w+:\/\//.test(given) ? given : `http://${given}`;
  let data =
    request.data.length > 0
      ? request.data
          .map((d) =>
            d.startsWith("@") && !values.has("data-raw")
              ? new TextDecoder().decode(sys.files.readFile(here(sys, d.slice(1))))
              : d,
          )
          .join("&")
      : undefined;
  if (flags.has("get") && data !== undefined) {
    url += `${url.includes("?") ? "&" : "?"}${data}`;
    data = undefined;
  }
  let method = values.get("request") ?? (flags.has("head") ? "HEAD" : data !== undefined ? "POST" : "GET");
  for (let redirects = 0; ; redirects++) {
    let parsed: URL;
    try {
      parsed = new URL(url);
    } catch {
      return fail(3, "URL rejected: Malformed input to a URL function");
    }
    const port = Number(parsed.port || (parsed.protocol === "https:" ? 443 : 80));
    if (!/^https?:$/.test(parsed.protocol)) return fail(1, `Protocol "${parsed.protocol.slice(0, -1)}" not supported`);
    const headers: [string, string][] = [
      ["Host", parsed.host],
      ["User-Agent", values.get("user-agent") ?? "curl/8.5.0"],
      ["Accept", "*/*"],
    ];
    if (values.has("user")) headers.push(["Authorization", `Basic ${btoa(values.get("user") as string)}`]);
    if (values.has("cookie")) headers.push(["Cookie", values.get("cookie") as string]);
    if (data !== undefined)
      headers.push(
        ["Content-Length", String(encoder.encode(data).length)],
        ["Content-Type", "application/x-www-form-urlencoded"],
      );
    const all = [
      ...headers.filter(([name]) => !request.headers.some(([own]) => own.toLowerCase() === name.toLowerCase())),
      ...request.headers.filter(([, value]) => value !== ""),
    ];
    const limit = Number(values.get("max-time") ?? values.get("connect-timeout") ?? 0) * 1000;
    const over = new AbortController();
    const done = new AbortController();
    const stop = AbortSignal.any([over.signal, sys.killed]);
    if (limit > 0)
      void sys.clock.sleep(limit, done.signal).then(
        () => over.abort(),
        () => undefined,
      );
    let response: HttpResponse & { remoteAddress: string };
    try {
      if (parsed.protocol === "https:") {
        const socket = await sys.net.connect(parsed.hostname, port, over.signal);
        socket.destroy();
        return await fail(35, "OpenSSL/3.0.13: error:0A00010B:SSL routines::wrong version number");
      }
      const sent = {
        method,
        path: parsed.pathname + parsed.search,
        headers: all,
        ...(data !== undefined ? { body: encoder.encode(data) } : {}),
      };
      response =
        socket === undefined
          ? await sys.net.http({ ...sent, url: parsed.href, remoteAddress: "" }, over.signal)
          : { ...(await exchangeAt(sys, here(sys, socket), sent, stop)), remoteAddress: socket };
      if (!values.has("max-time")) done.abort(); // connected: only the whole transfer may have a limit yet
    } catch (error) {
      done.abort();
      const spent = Math.round(sys.clock.now() - began);
      const code = codeOf(error);
      if (over.signal.aborted)
        return fail(
          28,
          values.has("max-time")
            ? `Operation timed out after ${spent} milliseconds with 0 bytes received`
            : `Connection timed out after ${spent} milliseconds`,
        );
      if (code === "ENOTFOUND" && socket === undefined) return fail(6, `Could not resolve host: ${parsed.hostname}`);
      // docker-proxy takes the connection and drops it when nobody listens behind; a server that dies says nothing.
      if (code === "ECONNRESET")
        return (error as Error).message === "Connection reset by peer"
          ? fail(56, "Recv failure: Connection reset by peer")
          : fail(52, "Empty reply from server");
      if (code === "ETIMEDOUT" && (error as Error).message.startsWith("Recv failure"))
        return fail(56, (error as Error).message);
      if (code === "EHOSTUNREACH" || code === "ETIMEDOUT")
        return fail(
          code === "ETIMEDOUT" ? 28 : 7,
          `Failed to connect to ${parsed.hostname} port ${port} after ${spent} ms: ${code === "ETIMEDOUT" ? "Connection timed out" : "Couldn't connect to server"}`,
        );
      return fail(
        7,
        `Failed to connect to ${parsed.hostname} port ${port} after ${spent} ms: Couldn't connect to server`,
      );
    }
    const location = response.headers.find(([name]) => name.toLowerCase() === "location")?.[1];
    const statusLine = `HTTP/1.1 ${response.status}${response.statusText ? ` ${response.statusText}` : ""}`;
    const shown = `${statusLine}\r\n${response.headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
    if (flags.has("verbose")) {
      await sys.stderr.write(
        `*   Trying ${response.remoteAddress}:${socket === undefined ? port : 0}...\n* Connected to ${parsed.hostname} (${response.remoteAddress}) port ${port}\n> ${method} ${parsed.pathname}${parsed.search} HTTP/1.1\n${all.map(([n, v]) => `> ${n}: ${v}\n`).join("")}> \n${shown
          .trimEnd()
          .split("\r\n")
          .map((line) => `< ${line}\n`)
          .join("")}< \n`,
      );
    }
    if (flags.has("location") && location && response.status >= 300 && response.status < 400) {
      done.abort();
      if (redirects >= 50) return fail(47, "Maximum (50) redirects followed");
      url = new URL(location, url).href;
      if (response.status !== 307 && response.status !== 308 && method === "POST") {
        method = "GET";
        data = undefined;
      }
      if (flags.has("include") || flags.has("head")) await sys.stdout.write(shown);
      continue;
    }
    const size = await save(
      sys,
      request,
      response,
      flags.has("include") || flags.has("head") ? shown : "",
      parsed,
      method,
      stop,
    );
    done.abort();
    if (over.signal.aborted)
      return fail(
        28,
        `Operation timed out after ${Math.round(sys.clock.now() - began)} milliseconds with ${size} bytes received`,
      );
    await writeOut(sys, request, {
      http_code: String(response.status),
      response_code: String(response.status),
      url_effective: url,
      size_download: String(size),
      num_redirects: String(redirects),
      remote_ip: response.remoteAddress,
      remote_port: String(port),
      content_type: response.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "",
      time_total: ((sys.clock.now() - began) / 1000).toFixed(6),
      exitcode: "0",
    });
    if (flags.has("fail") && response.status >= 400) {
      if (!flags.has("silent") || flags.has("show-error"))
        await sys.stderr.write(`curl: (22) The requested URL returned error: ${response.status}\n`);
      return 22;
    }
    return 0;
  }
}

async function save(
  sys: Sys,
  request: Request,
  response: HttpResponse,
  head: string,
  url: URL,
  method: string,
  stop: AbortSignal,
): Promise<number> {
  const name =
    request.values.get("output") ?? (request.flags.has("remote-name") ? url.pathname.replace(/^.*\//, "") : "-");
  const file = name === "-" || name === "/dev/stdout" ? undefined : here(sys, name);
  const put = async (bytes: Uint8Array | string) =>
    file === undefined ? sys.stdout.write(bytes) : file === "/dev/null" ? undefined : sys.files.appendFile(file, bytes);
  if (file !== undefined && file !== "/dev/null") sys.files.writeFile(file, "");
  if (head) await put(head);
  if (method === "HEAD" || (request.flags.has("fail") && response.status >= 400)) return 0;
  let size = 0;
  if (response.body instanceof Uint8Array) {
    size = response.body.length;
    if (size > 0) await put(response.body);
    return size;
  }
  const reader = response.body.getReader();
  const cancel = () => void reader.cancel().catch(() => undefined);
  stop.addEventListener("abort", cancel, { once: true });
  if (stop.aborted) cancel();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      size += part.value.length;
      await put(part.value);
    }
  } catch (error) {
    if (!stop.aborted) throw error;
  }
  return size;
}

async function writeOut(sys: Sys, request: Request, values: Record<string, string>): Promise<void> {
  const format = request.values.get("write-out");
  if (format === undefined) return;
  await sys.stdout.write(
    format
      .replace(/%\{(\w+)\}/g, (_, name: string) => values[name] ?? "")
      .replace(/\\n/g, "\n")
      .replace(/\\t/g, "\t")
      .replace(/\\r/g, "\r"),
  );
}
