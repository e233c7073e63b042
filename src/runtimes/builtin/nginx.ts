/** `nginx`: configuration, static files, return, proxy_pass; access log on standard output as in the official image. */
import type { HttpRequest, HttpResponse, Program, Sys } from "../../api/process";
import { header, httpDate, logDate, nginxDate, respond, untilSignal } from "./http";
import { type Directive, NginxError, parseNginx } from "./nginx-config";
import { type Location, locate, pathOf } from "./nginx-locations";
import { checkUpstreams } from "./nginx-upstreams";

interface Server {
  readonly ports: readonly number[];
  readonly block: readonly Directive[];
  readonly names: readonly string[];
}

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html",
  htm: "text/html",
  css: "text/css",
  js: "application/javascript",
  json: "application/json",
  txt: "text/plain",
  xml: "text/xml",
  svg: "image/svg+xml",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  ico: "image/x-icon",
  pdf: "application/pdf",
  wasm: "application/wasm",
  md: "application/octet-stream",
};

const REASONS: Readonly<Record<number, string>> = {
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Not Allowed",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Temporarily Unavailable",
  504: "Gateway Time-out",
};

export const nginx: Program = async (sys) => {
  const args = sys.argv.slice(1);
  const version = sys.env.NGINX_VERSION ?? "1.29.2";
  if (args.includes("-v") || args.includes("-V")) {
    await sys.stderr.write(`nginx version: nginx/${version}\n`);
    return 0;
  }
  const file = args.includes("-c") ? (args[args.indexOf("-c") + 1] ?? "") : "/etc/nginx/nginx.conf";
  let config: Directive[];
  try {
    config = parseNginx(sys.files, file);
    // One that ran before the host went away has known its upstreams then.
    if (!sys.recovered) checkUpstreams(config, (host) => sys.net.resolve(host));
  } catch (error) {
    if (!(error instanceof NginxError)) throw error;
    await sys.stderr.write(
      args.includes("-t")
        ? `nginx: [emerg] ${error.message}\nnginx: configuration file ${file} test failed\n`
        : `${nginxDate(sys.clock.now())} [emerg] ${sys.pid}#${sys.pid}: ${error.message}\nnginx: [emerg] ${error.message}\n`,
    );
    return 1;
  }
  if (args.includes("-t")) {
    await sys.stderr.write(
      `nginx: the configuration file ${file} syntax is ok\nnginx: configuration file ${file} test is successful\n`,
    );
    return 0;
  }
  if (args.includes("-s")) return 0;
  return new Nginx(sys, version, config).run(file);
};

class Nginx {
  #http: readonly Directive[];
  #servers: Server[];
  readonly #turns = new Map<string, number>();
  readonly #open = new Set<Promise<HttpResponse>>();

  constructor(
    private readonly sys: Sys,
    private readonly version: string,
    config: readonly Directive[],
  ) {
    this.#http = block(config, "http");
    this.#servers = serversOf(this.#http);
  }

  async run(file: string): Promise<number> {
    const { sys } = this;
    await this.#note("notice", 'using the "epoll" event method');
    await this.#note("notice", `nginx/${this.version}`);
    await this.#note("notice", "OS: Linux 5.15.0-generic");
    await this.#note("notice", "start worker processes");
    const open = new Map<number, { close(): void }>();
    const listen = () => {
      const wanted = new Set(this.#servers.flatMap((server) => server.ports));
      for (const port of wanted) {
        if (!open.has(port)) open.set(port, sys.net.listen(port, { http: (request) => this.#counted(port, request) }));
      }
      for (const [port, handle] of open) {
        if (wanted.has(port)) continue;
        handle.close();
        open.delete(port);
      }
    };
    try {
      listen();
    } catch (error) {
      if ((error as { code?: string }).code !== "EADDRINUSE") throw error;
      await this.#note("emerg", `bind() to 0.0.0.0:${this.#servers[0]?.ports[0]} failed (98: Address already in use)`);
      return 1;
    }
    sys.onSignal("SIGHUP", () => {
      try {
        const config = parseNginx(sys.files, file);
        checkUpstreams(config, (host) => sys.net.resolve(host));
        this.#http = block(config, "http");
        this.#servers = serversOf(this.#http);
        listen();
      } catch (error) {
        void this.#note("emerg", (error as Error).message);
      }
    });
    const signal = await untilSignal(sys, ["SIGQUIT", "SIGTERM", "SIGINT"]);
    if (!signal) return 137;
    const number = { SIGQUIT: 3, SIGTERM: 15, SIGINT: 2 }[signal as "SIGQUIT" | "SIGTERM" | "SIGINT"];
    await this.#note(
      "notice",
      `signal ${number} (${signal}) received${signal === "SIGQUIT" ? ", shutting down" : ", exiting"}`,
    );
    if (signal === "SIGQUIT") {
      for (const handle of open.values()) handle.close();
      await this.#drained();
    }
    if (sys.killed.aborted) return 137;
    await this.#note("notice", "exit");
    return 0;
  }

  /** A request that a graceful end waits for. */
  #counted(port: number, request: HttpRequest): Promise<HttpResponse> {
    const answer = this.#answer(port, request);
    this.#open.add(answer);
    const done = () => void this.#open.delete(answer);
    answer.then(done, done);
    return answer;
  }

  /** Everything that was begun is answered, or somebody has lost patience. */
  async #drained(): Promise<void> {
    const { killed } = this.sys;
    const impatience = new Promise<void>((resolve) => killed.addEventListener("abort", () => resolve()));
    while (this.#open.size > 0 && !killed.aborted)
      await Promise.race([Promise.allSettled([...this.#open]), impatience]);
  }

  #note(level: string, text: string): Promise<void> {
    return this.sys.stderr
      .write(`${nginxDate(this.sys.clock.now())} [${level}] ${this.sys.pid}#${this.sys.pid}: ${text}\n`)
      .catch(() => {});
  }

  async #answer(port: number, request: HttpRequest): Promise<HttpResponse> {
    const host = (header(request, "host") ?? "").replace(/:\d+$/, "");
    const here = this.#servers.filter((one) => one.ports.includes(port));
    const server = here.find((one) => one.names.includes(host)) ?? here[0];
    const plain = server ? await this.#handle(server, request, 0) : this.#error(404);
    const withError = plain.error && server ? await this.#errorPage(server, request, plain) : plain;
    const body = withError.body instanceof Uint8Array ? withError.body.length : 0;
    const agent = header(request, "user-agent") ?? "-";
    if (server && setting(server.block, "access_log")?.[0] !== "off") {
      const line = `${request.remoteAddress} - - [${logDate(this.sys.clock.now())}] "${request.method} ${request.path} HTTP/1.1" ${withError.status} ${body} "${header(request, "referer") ?? "-"}" "${agent}" "${header(request, "x-forwarded-for") ?? "-"}"\n`;
      void this.sys.stdout.write(line).catch(() => {});
    }
    const own = withError.headers.filter(([name]) => !/^(server|date)$/i.test(name));
    return {
      status: withError.status,
      headers: [["Server", `nginx/${this.version}`], ["Date", httpDate(this.sys.clock.now())], ...own],
      body: request.method === "HEAD" ? new Uint8Array(0) : withError.body,
    };
  }

  #error(status: number): HttpResponse & { error: true } {
    const title = `${status} ${REASONS[status] ?? ""}`.trim();
    const page = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx/${this.version}</center>\r\n</body>\r\n</html>\r\n`;
    return { ...respond(status, page, [["Content-Type", "text/html"]]), error: true };
  }

  async #errorPage(server: Server, request: HttpRequest, plain: HttpResponse): Promise<HttpResponse> {
    for (const { name, args } of server.block) {
      if (name !== "error_page" || !args.slice(0, -1).includes(String(plain.status))) continue;
      const page = await this.#handle(server, { ...request, method: "GET", path: args.at(-1) ?? "/" }, 1);
      if (!page.error) return { ...page, status: plain.status };
    }
    return plain;
  }

  async #handle(server: Server, request: HttpRequest, depth: number): Promise<HttpResponse & { error?: true }> {
    const path = pathOf(request.path.split("?")[0] ?? "/");
    if (path === undefined) return this.#error(400);
    const location = locate(server.block, path);
    const scope = [
      ...(location?.block ?? []),
      ...server.block.filter((one) => one.name !== "location"),
      ...this.#http.filter((one) => one.name !== "server"),
    ];
    const headers = scope
      .filter((one) => one.name === "add_header")
      .map((one) => [one.args[0] ?? "", this.#expand(one.args[1] ?? "", request)] as const);
    const returned =
      (location?.block ?? []).find((one) => one.name === "return") ?? server.block.find((one) => one.name === "return");
    if (returned) return this.#return(returned.args, request, scope, headers);
    const pass = location?.block.find((one) => one.name === "proxy_pass")?.args[0];
    if (pass) return this.#proxy(pass, location?.prefix ?? "/", scope, request);
    return this.#files(path, scope, location, server, request, headers, depth);
  }

  #return(
    args: readonly string[],
    request: HttpRequest,
    scope: readonly Directive[],
    headers: readonly (readonly [string, string])[],
  ): HttpResponse & { error?: true } {
    const status = /^\d+$/.test(args[0] ?? "") ? Number(args[0]) : 302;
    const text = this.#expand((/^\d+$/.test(args[0] ?? "") ? args[1] : args[0]) ?? "", request);
    if (status >= 300 && status < 400 && text) {
      const page = this.#error(status);
      return { status, headers: [...page.headers, ["Location", text], ...headers], body: page.body };
    }
    if (!text && status >= 400) return this.#error(status);
    return respond(status, text, [["Content-Type", setting(scope, "default_type")?.[0] ?? "text/plain"], ...headers]);
  }

  #files(
    path: string,
    scope: readonly Directive[],
    location: Location | undefined,
    server: Server,
    request: HttpRequest,
    headers: readonly (readonly [string, string])[],
    depth: number,
  ): Promise<HttpResponse & { error?: true }> | (HttpResponse & { error?: true }) {
    if (request.method !== "GET" && request.method !== "HEAD") return this.#error(405);
    const root = setting(scope, "root")?.[0] ?? "/etc/nginx/html";
    const alias = location?.block.find((one) => one.name === "alias")?.args[0];
    const full = (name: string) =>
      alias && location
        ? `${alias.replace(/\/$/, "")}/${name.slice(location.prefix.length).replace(/^\//, "")}`
        : `${root.replace(/\/$/, "")}${name}`;
    const tries = setting(scope, "try_files");
    if (tries) {
      for (const one of tries.slice(0, -1)) {
        const name = one.replaceAll("$uri", path);
        if (this.#isFile(full(name)) || (name.endsWith("/") && this.#isDir(full(name))))
          return this.#file(full(name), name, scope, headers);
      }
      const last = tries.at(-1) ?? "";
      if (last.startsWith("=")) return this.#error(Number(last.slice(1)));
      if (depth > 8) return this.#error(500);
      return this.#handle(server, { ...request, path: last.replaceAll("$uri", path) }, depth + 1);
    }
    return this.#file(full(path), path, scope, headers);
  }

  #file(
    full: string,
    name: string,
    scope: readonly Directive[],
    headers: readonly (readonly [string, string])[],
  ): HttpResponse & { error?: true } {
    const { files } = this.sys;
    if (this.#isDir(full)) {
      if (!name.endsWith("/"))
        return {
          ...this.#error(301),
          headers: [
            ["Location", `${name}/`],
            ["Content-Type", "text/html"],
          ],
        };
      const index = (setting(scope, "index") ?? ["index.html"])
        .map((one) => `${full.replace(/\/$/, "")}/${one}`)
        .find((one) => this.#isFile(one));
      if (index) return this.#file(index, index, scope, headers);
      if (setting(scope, "autoindex")?.[0] === "on")
        return respond(200, this.#listing(full, name), [["Content-Type", "text/html"], ...headers]);
      void this.#note("error", `directory index of "${full}" is forbidden`);
      return this.#error(403);
    }
    if (!this.#isFile(full)) {
      void this.#note("error", `open() "${full}" failed (2: No such file or directory)`);
      return this.#error(404);
    }
    const stat = files.stat(full);
    const type =
      TYPES[full.split(".").at(-1)?.toLowerCase() ?? ""] ??
      setting(scope, "default_type")?.[0] ??
      "application/octet-stream";
    const tag = `"${Math.floor(stat.mtime / 1000).toString(16)}-${stat.size.toString(16)}"`;
    return respond(200, files.readFile(full), [
      ["Content-Type", type],
      ["Last-Modified", httpDate(stat.mtime)],
      ["ETag", tag],
      ["Accept-Ranges", "bytes"],
      ...headers,
    ]);
  }

  #listing(full: string, name: string): string {
    const rows = this.sys.files.readdir(full).map((one) => {
      const shown = this.#isDir(`${full}/${one}`) ? `${one}/` : one;
      return `<a href="${encodeURI(shown)}">${shown.replace(/&/g, "&amp;").replace(/</g, "&lt;")}</a>`;
    });
    return `<html>\r\n<head><title>Index of ${name}</title></head>\r\n<body>\r\n<h1>Index of ${name}</h1><hr><pre><a href="../">../</a>\r\n${rows.join("\r\n")}\r\n</pre><hr></body>\r\n</html>\r\n`;
  }

  async #proxy(
    pass: string,
    prefix: string,
    scope: readonly Directive[],
    request: HttpRequest,
  ): Promise<HttpResponse & { error?: true }> {
    const match = /^http:\/\/([^/]+)(\/.*)?$/.exec(this.#expand(pass, request));
    if (!match) return this.#error(500);
    const [, authority = "", uri] = match;
    const target = this.#upstream(authority);
    const path = uri === undefined ? request.path : uri + request.path.slice(prefix.length);
    const set = scope
      .filter((one) => one.name === "proxy_set_header")
      .map((one) => [one.args[0] ?? "", this.#expand(one.args[1] ?? "", request)] as const);
    const given = new Set([...set.map(([name]) => name.toLowerCase()), "host", "connection"]);
    const headers = [
      ...request.headers.filter(([name]) => !given.has(name.toLowerCase())),
      ...set.filter(([, value]) => value !== ""),
      ["Connection", "close"] as const,
    ];
    if (!headers.some(([name]) => name.toLowerCase() === "host")) headers.push(["Host", authority]);
    try {
      const answer = await this.sys.net.http({ ...request, path, headers, url: `http://${target}${path}` });
      return {
        status: answer.status,
        headers: answer.headers.filter(([name]) => !/^(connection|transfer-encoding)$/i.test(name)),
        body: answer.body,
      };
    } catch (error) {
      const code = (error as { code?: string }).code ?? "";
      const why =
        {
          ECONNREFUSED: "connect() failed (111: Connection refused)",
          ENOTFOUND: `${authority} could not be resolved`,
          ETIMEDOUT: "upstream timed out (110: Connection timed out)",
        }[code] ?? `connect() failed (${code})`;
      await this.#note(
        "error",
        `*1 ${why} while connecting to upstream, client: ${request.remoteAddress}, request: "${request.method} ${request.path} HTTP/1.1", upstream: "http://${target}${path}"`,
      );
      return this.#error(code === "ETIMEDOUT" ? 504 : 502);
    }
  }

  /** The next server of an `upstream` block by turns, or the authority itself. */
  #upstream(authority: string): string {
    const group = this.#http.find((one) => one.name === "upstream" && one.args[0] === authority);
    const servers = (group?.block ?? []).filter((one) => one.name === "server").map((one) => one.args[0] ?? "");
    if (servers.length === 0) return authority;
    const turn = this.#turns.get(authority) ?? 0;
    this.#turns.set(authority, turn + 1);
    return servers[turn % servers.length] ?? authority;
  }

  #expand(text: string, request: HttpRequest): string {
    const [uri = "/", query = ""] = request.path.split("?");
    const host = header(request, "host") ?? "";
    const known: Record<string, string> = {
      host: host.replace(/:\d+$/, ""),
      http_host: host,
      uri,
      request_uri: request.path,
      args: query,
      query_string: query,
      remote_addr: request.remoteAddress,
      scheme: "http",
      request_method: request.method,
      hostname: this.sys.hostname,
      server_port: "80",
      server_addr: this.sys.net.addresses.at(-1)?.address ?? "127.0.0.1",
      proxy_add_x_forwarded_for: [header(request, "x-forwarded-for"), request.remoteAddress].filter(Boolean).join(", "),
      nginx_version: this.version,
      is_args: query ? "?" : "",
      server_name: host.replace(/:\d+$/, ""),
    };
    return text.replace(
      /\$\{?(\w+)\}?/g,
      (whole, name: string) =>
        known[name] ?? (name.startsWith("http_") ? (header(request, name.slice(5).replace(/_/g, "-")) ?? "") : whole),
    );
  }

  #isFile(path: string): boolean {
    return this.sys.files.exists(path) && this.sys.files.stat(path).type === "file";
  }

  #isDir(path: string): boolean {
    const folder = path.replace(/(.)\/+$/, "$1");
    return this.sys.files.exists(folder) && this.sys.files.stat(folder).type === "dir";
  }
}

const block = (directives: readonly Directive[], name: string) =>
  directives.find((one) => one.name === name)?.block ?? [];
const setting = (scope: readonly Directive[], name: string) => scope.find((one) => one.name === name)?.args;

function serversOf(http: readonly Directive[]): Server[] {
  return http
    .filter((one) => one.name === "server")
    .map(({ block = [] }) => {
      const ports = block
        .filter((one) => one.name === "listen")
        .map((one) => Number((one.args[0] ?? "80").replace(/^.*:/, "")) || 80);
      return { ports: ports.length > 0 ? ports : [80], block, names: setting(block, "server_name") ?? [] };
    });
}
