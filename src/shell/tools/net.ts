/** Tools of the network beside curl: wget, name look-ups, addresses, nc. */
import type { HttpResponse, Program, Sys } from "../../api/process";
import { codeOf, joinBytes } from "../streams";
import { complain, here, options, type ToolTable } from "./common";
import { curl } from "./curl";
import { isBusybox } from "./processes";

const wget: Program = async (sys) => {
  const opt = options(sys, "OTtU");
  const given = opt.rest[0];
  if (given === undefined) return complain(sys, "missing URL");
  const url = new URL(/^\w+:\/\//.test(given) ? given : `http://${given}`);
  const quiet = opt.has("q");
  const address = sys.net.resolve(url.hostname)[0];
  if (!address) return complain(sys, `bad address '${url.hostname}'`);
  const port = url.port || "80";
  if (!quiet) await sys.stderr.write(`Connecting to ${url.host} (${address}:${port})\n`);
  let response: HttpResponse;
  try {
    response = await sys.net.http({
      url: url.href,
      method: "GET",
      path: url.pathname + url.search,
      headers: [
        ["Host", url.host],
        ["User-Agent", "Wget"],
      ],
      remoteAddress: "",
    });
  } catch (error) {
    const why =
      {
        ECONNREFUSED: "Connection refused",
        EHOSTUNREACH: "Host is unreachable",
        ENETUNREACH: "Network is unreachable",
        ETIMEDOUT: "Operation timed out",
      }[codeOf(error) ?? ""] ?? "Connection reset by peer";
    return complain(sys, `can't connect to remote host (${address}): ${why}`);
  }
  if (response.status >= 400)
    return complain(sys, `server returned error: HTTP/1.1 ${response.status} ${response.statusText ?? ""}`.trimEnd());
  if (opt.has("spider")) return quiet ? 0 : sys.stderr.write("remote file exists\n").then(() => 0);
  const parts: Uint8Array[] = [];
  if (response.body instanceof Uint8Array) parts.push(response.body);
  else {
    const reader = response.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) parts.push(part.value);
  }
  const name = opt.value("O") ?? (url.pathname.replace(/^.*\//, "") || "index.html");
  if (name === "-") await sys.stdout.write(joinBytes(parts));
  else sys.files.writeFile(here(sys, name), joinBytes(parts));
  if (!quiet) await sys.stderr.write(name === "-" ? "written to stdout\n" : `saving to '${name}'\n'${name}' saved\n`);
  return 0;
};

function nameserver(sys: Sys): string {
  if (!sys.files.exists("/etc/resolv.conf")) return "127.0.0.11";
  return (
    /nameserver\s+(\S+)/.exec(new TextDecoder().decode(sys.files.readFile("/etc/resolv.conf")))?.[1] ?? "127.0.0.11"
  );
}

const nslookup: Program = async (sys) => {
  const [host = "", asked] = options(sys).rest;
  const server = asked ?? nameserver(sys);
  const found = sys.net.resolve(host);
  const busybox = sys.files.exists("/bin/busybox");
  await sys.stdout.write(`Server:\t\t${server}\nAddress:\t${busybox ? `${server}:53` : `${server}#53`}\n\n`);
  if (found.length === 0) {
    // busybox asks for IPv4 and IPv6 addresses apart, and prints both answers.
    await sys.stdout.write(`** server can't find ${host}: NXDOMAIN\n\n`.repeat(busybox ? 2 : 1));
    return 1;
  }
  await sys.stdout.write(
    `Non-authoritative answer:\n${found.map((address) => `Name:\t${host}\nAddress: ${address}\n`).join("")}\n${busybox ? "Non-authoritative answer:\n\n" : ""}`,
  );
  return 0;
};

const dig: Program = async (sys) => {
  const host = sys.argv.slice(1).find((arg) => !/^[+@-]/.test(arg) && !/^(A|AAAA|ANY|IN)$/.test(arg)) ?? ".";
  const found = sys.net.resolve(host);
  if (sys.argv.includes("+short")) await sys.stdout.write(found.map((a) => `${a}\n`).join(""));
  else
    await sys.stdout.write(
      `;; ->>HEADER<<- opcode: QUERY, status: ${found.length > 0 ? "NOERROR" : "NXDOMAIN"}, id: ${Math.floor(sys.random() * 65536)}\n;; QUESTION SECTION:\n;${host}.\t\t\tIN\tA\n\n${found.length > 0 ? `;; ANSWER SECTION:\n${found.map((a) => `${host}.\t\t600\tIN\tA\t${a}\n`).join("")}\n` : ""};; SERVER: ${nameserver(sys)}#53(${nameserver(sys)}) (UDP)\n`,
    );
  return 0;
};

const getent: Program = async (sys) => {
  const [, database, name = ""] = sys.argv;
  if (database === "hosts" || database === "ahosts") {
    const found = sys.net.resolve(name);
    // musl knows one address and calls the name its own alias.
    const lines = sys.files.exists("/etc/alpine-release")
      ? found.slice(0, 1).map((address) => `${address.padEnd(16)}  ${name}  ${name}\n`)
      : found.map((address) => `${address.padEnd(15)} ${name}\n`);
    await sys.stdout.write(lines.join(""));
    return found.length > 0 ? 0 : 2;
  }
  const path = `/etc/${database}`;
  if (!sys.files.exists(path)) return 2;
  const rows = new TextDecoder()
    .decode(sys.files.readFile(path))
    .split("\n")
    .filter((row) => row !== "" && (name === "" || row.startsWith(`${name}:`) || row.split(":")[2] === name));
  await sys.stdout.write(rows.map((row) => `${row}\n`).join(""));
  return rows.length > 0 ? 0 : 2;
};

/** What busybox says of a connection that did not come about, with or without -v. */
function busyboxRefusal(host: string, address: string | undefined, port: string, code: string | undefined): string {
  if (address === undefined) return `bad address '${host}'`;
  const why =
    code === "ECONNREFUSED"
      ? "Connection refused"
      : code === "EHOSTUNREACH"
        ? "Host is unreachable"
        : code === "ENETUNREACH"
          ? "Network is unreachable"
          : "Operation timed out";
  return `${host} (${address}:${port}): ${why}`;
}

const nc: Program = async (sys) => {
  const opt = options(sys, "wp");
  const [host = "", port = ""] = opt.rest;
  try {
    const socket = await sys.net.connect(host, Number(port));
    if (opt.has("v"))
      await sys.stderr.write(
        isBusybox(sys)
          ? `${host} (${socket.remoteAddress}:${port}) open\n`
          : `Connection to ${host} ${port} port [tcp/*] succeeded!\n`,
      );
    if (opt.has("z")) {
      socket.destroy();
      return 0;
    }
    void (async () => {
      for (let bytes = await sys.stdin.read(); bytes; bytes = await sys.stdin.read()) await socket.write(bytes);
      socket.end();
    })().catch(() => undefined);
    for (let bytes = await socket.read(); bytes; bytes = await socket.read()) await sys.stdout.write(bytes);
    return 0;
  } catch (error) {
    const address = sys.net.resolve(host)[0];
    if (isBusybox(sys)) return complain(sys, busyboxRefusal(host, address, port, codeOf(error)));
    if (opt.has("v"))
      await complain(
        sys,
        `connect to ${host} port ${port} (tcp) failed: ${codeOf(error) === "ECONNREFUSED" ? "Connection refused" : "Name or service not known"}`,
      );
    return 1;
  }
};

export const netTools: ToolTable = { curl, wget, nslookup, dig, getent, nc };
