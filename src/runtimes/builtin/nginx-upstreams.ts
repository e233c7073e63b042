/** Names in a configuration that nginx wants to know when it starts: servers of `upstream`, and hosts of `proxy_pass` without variables. */
import { type Directive, NginxError } from "./nginx-config";

/** Throws NginxError for the first that no address stands for (nginx `ngx_http_upstream.c`). */
export function checkUpstreams(config: readonly Directive[], resolve: (host: string) => readonly string[]): void {
  const groups = new Set(all(config, "upstream").map(({ args }) => args[0]));
  const check = (host: string, shown: string, { place }: Directive) => {
    if (resolve(host).length === 0) throw new NginxError(`host not found in upstream "${shown}" in ${place}`);
  };
  for (const group of all(config, "upstream"))
    for (const server of all(group.block ?? [], "server")) {
      const [address = ""] = server.args;
      if (!address.startsWith("unix:")) check(address.replace(/:\d+$/, ""), address, server);
    }
  for (const pass of all(config, "proxy_pass")) {
    const [, authority = ""] = /^https?:\/\/([^/]+)/.exec(pass.args[0] ?? "") ?? [];
    const host = authority.replace(/:\d+$/, "");
    if (host !== "" && !authority.includes("$") && !groups.has(authority)) check(host, host, pass);
  }
}

const all = (directives: readonly Directive[], name: string): Directive[] =>
  directives.flatMap((each) => [...(each.name === name ? [each] : []), ...all(each.block ?? [], name)]);
