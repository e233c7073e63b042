/** The grammar of nginx's configuration: directives, blocks, includes. Unknown directives are refused as nginx does. */
import type { Files } from "../../api/process";

export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block?: readonly Directive[];
  /** FILE:LINE. */
  readonly place: string;
}

/** What `nginx -t` would say. */
export class NginxError extends Error {}

const KNOWN = new Set(
  "user worker_processes error_log pid events worker_connections http include default_type sendfile tcp_nopush tcp_nodelay keepalive_timeout gzip gzip_types gzip_proxied gzip_min_length log_format access_log server listen server_name location root alias index try_files return rewrite proxy_pass proxy_set_header proxy_http_version proxy_redirect proxy_buffering proxy_read_timeout proxy_connect_timeout proxy_send_timeout proxy_cache_bypass upstream add_header error_page autoindex charset client_max_body_size expires internal deny allow types server_tokens resolver set least_conn ip_hash keepalive daemon multi_accept use if types_hash_max_size underscores_in_headers ssl_protocols worker_rlimit_nofile load_module master_process stub_status".split(
    " ",
  ),
);

interface Token {
  readonly text: string;
  readonly line: number;
  readonly quoted: boolean;
}

/** Reads a file and what it includes. Throws NginxError. */
export function parseNginx(files: Files, path: string, depth = 0): Directive[] {
  if (!files.exists(path)) throw new NginxError(`open() "${path}" failed (2: No such file or directory)`);
  if (depth > 8) throw new NginxError(`too many nested includes in ${path}:1`);
  const tokens = tokenize(new TextDecoder().decode(files.readFile(path)));
  const reader = new Reader(files, path, tokens, depth);
  return reader.block(true, "");
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  const pattern =
    /(\n)|[ \t\r]+|#[^\n]*|"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)'|([{};])|((?:[^\s{};"'#]|\$\{\w+\}|\{\d+(?:,\d*)?\})+)/g;
  for (const [whole, newline, double, single, mark, word] of text.matchAll(pattern)) {
    const quoted = double ?? single;
    if (quoted !== undefined)
      tokens.push({
        text: quoted.replace(/\\(["'\\ntr])/g, (_, c: string) => ({ n: "\n", t: "\t", r: "\r" })[c] ?? c),
        line,
        quoted: true,
      });
    else if (mark ?? word) tokens.push({ text: mark ?? word ?? "", line, quoted: false });
    line += newline ? 1 : whole.split("\n").length - 1;
  }
  return tokens;
}

class Reader {
  #at = 0;

  constructor(
    private readonly files: Files,
    private readonly path: string,
    private readonly tokens: readonly Token[],
    private readonly depth: number,
  ) {}

  block(top: boolean, parent: string): Directive[] {
    const directives: Directive[] = [];
    for (;;) {
      const token = this.tokens[this.#at++];
      if (!token) {
        if (top) return directives;
        throw new NginxError(`unexpected end of file, expecting "}" in ${this.path}:${this.tokens.at(-1)?.line ?? 1}`);
      }
      if (token.text === "}" && !token.quoted) {
        if (!top) return directives;
        throw new NginxError(`unexpected "}" in ${this.path}:${token.line}`);
      }
      directives.push(...this.#directive(token, parent));
    }
  }

  #directive(name: Token, parent: string): readonly Directive[] {
    if (name.text === ";" || name.text === "{")
      throw new NginxError(`unexpected "${name.text}" in ${this.path}:${name.line}`);
    if (!KNOWN.has(name.text) && parent !== "types")
      throw new NginxError(`unknown directive "${name.text}" in ${this.path}:${name.line}`);
    const args: string[] = [];
    const place = `${this.path}:${name.line}`;
    for (;;) {
      const token = this.tokens[this.#at++];
      if (!token) throw new NginxError(`unexpected end of file, expecting ";" or "}" in ${this.path}:${name.line}`);
      if (!token.quoted && token.text === "}")
        throw new NginxError(`directive "${name.text}" is not terminated by ";" in ${this.path}:${token.line}`);
      if (!token.quoted && token.text === ";") break;
      if (!token.quoted && token.text === "{")
        return [{ name: name.text, args, block: this.block(false, name.text), place }];
      args.push(token.text);
    }
    return name.text === "include" ? this.#include(args[0] ?? "") : [{ name: name.text, args, place }];
  }

  #include(pattern: string): Directive[] {
    const full = pattern.startsWith("/") ? pattern : `/etc/nginx/${pattern}`;
    if (full.endsWith("mime.types")) return [];
    if (!full.includes("*")) return parseNginx(this.files, full, this.depth + 1);
    const dir = full.slice(0, full.lastIndexOf("/"));
    if (!this.files.exists(dir)) return [];
    const [head = "", tail = ""] = full.slice(dir.length + 1).split("*");
    return this.files
      .readdir(dir)
      .filter((name) => name.startsWith(head) && name.endsWith(tail))
      .flatMap((name) => parseNginx(this.files, `${dir}/${name}`, this.depth + 1));
  }
}
