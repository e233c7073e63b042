/** Text tools that stream, and the adapter for those that may see their whole input first. */

import type { Program, Sys } from "../../api/process";
import { MAX_COLLECTED } from "../limits";
import { basename } from "../paths";
import { bytesInput, decode, joinBytes, Reader, readAll } from "../streams";
import { filesFor } from "./adapter";
import { complain, eachInput, errorText, here, options, type ToolTable } from "./common";
import { uniq } from "./uniq";
import { wc } from "./wc";

const cat: Program = async (sys) => {
  const opt = options(sys);
  let row = 1;
  return eachInput(sys, opt.rest, async (input) => {
    if (!opt.has("n", "b", "E", "A")) {
      for (let bytes = await input.read(); bytes; bytes = await input.read()) await sys.stdout.write(bytes);
      return;
    }
    const reader = Reader.of(input);
    for (let line = await reader.until(); line; line = await reader.until()) {
      const text = decode(line);
      const shown = opt.has("E", "A") ? text.replace(/\n$/, "$$\n") : text;
      await sys.stdout.write(
        opt.has("n") || (opt.has("b") && text !== "\n") ? `${String(row++).padStart(6)}\t${shown}` : shown,
      );
    }
  });
};

function countOf(sys: Sys): { argv: string[]; lines: string } {
  const argv = [...sys.argv];
  const old = argv[1] && /^-\d+$/.exec(argv[1]);
  if (old) argv.splice(1, 1, "-n", old[0].slice(1));
  return { argv, lines: "10" };
}

const head: Program = async (sys) => {
  const opt = options({ ...sys, argv: countOf(sys).argv }, "nc");
  const bytes = opt.value("c");
  const count = Number(bytes ?? opt.value("n") ?? opt.value("lines") ?? 10);
  if (Number.isNaN(count))
    return complain(sys, `invalid number of ${bytes ? "bytes" : "lines"}: '${bytes ?? opt.value("n")}'`);
  let first = true;
  return eachInput(sys, opt.rest, async (input, name) => {
    if (opt.rest.length > 1) await sys.stdout.write(`${first ? "" : "\n"}==> ${name} <==\n`);
    first = false;
    const reader = Reader.of(input);
    if (bytes !== undefined && count >= 0) {
      for (let left = count; left > 0; ) {
        const part = await input.read();
        if (!part) return;
        await sys.stdout.write(part.subarray(0, left));
        left -= part.length;
      }
      return;
    }
    if (count < 0) {
      const all = await readAll(input, MAX_COLLECTED);
      if (bytes !== undefined) return sys.stdout.write(all.slice(0, all.length + count));
      return sys.stdout.write(
        decode(all)
          .split(/(?<=\n)/)
          .slice(0, count)
          .join(""),
      );
    }
    for (let i = 0; i < count; i++) {
      const line = await reader.until();
      if (!line) return;
      await sys.stdout.write(line);
    }
  });
};

const tail: Program = async (sys) => {
  const opt = options({ ...sys, argv: countOf(sys).argv }, "ncs");
  const from = opt.value("n") ?? "10";
  const pick = (bytes: Uint8Array): Uint8Array | string => {
    const amount = opt.value("c");
    if (amount !== undefined)
      return amount.startsWith("+")
        ? bytes.slice(Number(amount) - 1)
        : bytes.slice(Math.max(0, bytes.length - Math.abs(Number(amount))));
    const lines = decode(bytes).split(/(?<=\n)/);
    const n = Math.abs(Number(from));
    return from.startsWith("+") ? lines.slice(n - 1).join("") : n === 0 ? "" : lines.slice(-n).join("");
  };
  let first = true;
  const status = await eachInput(sys, opt.rest, async (input, name) => {
    if (opt.rest.length > 1 && !opt.has("q")) await sys.stdout.write(`${first ? "" : "\n"}==> ${name} <==\n`);
    first = false;
    await sys.stdout.write(pick(await readAll(input, MAX_COLLECTED)));
  });
  if (!opt.has("f", "F", "follow") || opt.rest.length === 0) return status;
  const sizes = new Map(opt.rest.map((name) => [name, size(sys, name)]));
  for (;;) {
    await sys.clock.sleep(1000);
    for (const name of opt.rest) {
      const now = size(sys, name);
      const before = sizes.get(name) ?? 0;
      if (now > before) await sys.stdout.write(sys.files.readFile(here(sys, name)).slice(before));
      sizes.set(name, now);
    }
  }
};

const size = (sys: Sys, name: string) => (sys.files.exists(here(sys, name)) ? sys.files.stat(here(sys, name)).size : 0);

const tee: Program = async (sys) => {
  const opt = options(sys);
  let status = 0;
  const paths: string[] = [];
  for (const name of opt.rest) {
    try {
      if (opt.has("a")) sys.files.appendFile(here(sys, name), "");
      else sys.files.writeFile(here(sys, name), "");
      paths.push(here(sys, name));
    } catch (error) {
      status = await complain(sys, `${name}: ${errorText(error)}`);
    }
  }
  for (let bytes = await sys.stdin.read(); bytes; bytes = await sys.stdin.read()) {
    for (const path of paths) sys.files.appendFile(path, bytes);
    await sys.stdout.write(bytes);
  }
  return status;
};

const yes: Program = async (sys) => {
  const chunk = `${sys.argv.slice(1).join(" ") || "y"}\n`.repeat(512);
  for (;;) {
    await sys.stdout.write(chunk);
    // Writes to a stream that never blocks must not hold the event loop.
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (sys.killed.aborted) return 143;
  }
};

const xargs: Program = async (sys) => {
  const args = sys.argv.slice(1);
  let replace: string | undefined;
  let perCall = Number.POSITIVE_INFINITY;
  let nul = false;
  let skipEmpty = false;
  while (args[0]?.startsWith("-")) {
    const arg = args.shift() as string;
    if (arg.startsWith("-I")) replace = arg.slice(2) || args.shift();
    else if (arg.startsWith("-n") || arg.startsWith("-L")) perCall = Number(arg.slice(2) || args.shift());
    else if (arg === "-0") nul = true;
    else if (arg.includes("r")) skipEmpty = true;
    else if (arg.startsWith("-P")) void (arg.slice(2) || args.shift());
  }
  const text = decode(await readAll(sys.stdin, MAX_COLLECTED));
  const words = nul
    ? text.split("\0").filter(Boolean)
    : replace !== undefined
      ? text.split("\n").filter(Boolean)
      : (text.match(/(?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? []).map((w) =>
          w.replace(/"([^"]*)"|'([^']*)'|\\(.)/g, "$1$2$3"),
        );
  const command = args.length > 0 ? args : ["echo"];
  const calls: string[][] = [];
  if (replace !== undefined)
    for (const word of words) calls.push(command.map((part) => part.replaceAll(replace as string, word)));
  else if (words.length === 0) {
    if (!skipEmpty) calls.push([...command]);
  } else for (let i = 0; i < words.length; i += perCall) calls.push([...command, ...words.slice(i, i + perCall)]);
  let status = 0;
  for (const call of calls) {
    try {
      const code = await sys.spawn(call, { stdin: bytesInput(""), stdout: sys.stdout, stderr: sys.stderr, tty: false })
        .exited;
      if (code === 255) return 124;
      if (code !== 0) status = code > 125 ? code : 123;
    } catch {
      return complain(sys, `${call[0]}: No such file or directory`, 127);
    }
  }
  return status;
};

const ADAPTED =
  "awk sed jq sort cut tr rg diff find basename dirname stat du expr od rev nl paste join comm tac split strings fold expand unexpand column tree file".split(
    " ",
  );

/** Runs a tool of just-bash over our files: the input is collected, the output comes at once. */
const adapted =
  (name: string): Program =>
  async (sys) => {
    const { Bash } = await import("just-bash/browser");
    const args = [...sys.argv.slice(1)];
    if (name === "paste" && args.every((arg) => /^-./.test(arg))) args.push("-");
    const stdin = sys.tty || args.length === 0 || name !== "find" ? await collect(sys, name, args) : "";
    const bash = new Bash({
      fs: filesFor(sys),
      cwd: sys.cwd,
      env: { ...sys.env },
      commands: [name as never, "echo", "cat", "rm", "ls", "sh"] as never,
    });
    const result = await bash.exec(name, {
      args: args as never,
      stdin,
      cwd: sys.cwd,
      env: { ...sys.env },
      signal: sys.killed,
    } as never);
    const bytes =
      (result as { stdoutKind?: string; stdoutEncoding?: string }).stdoutEncoding === "binary" ||
      (result as { stdoutKind?: string }).stdoutKind === "bytes"
        ? Uint8Array.from(result.stdout, (c) => c.charCodeAt(0))
        : result.stdout;
    await sys.stdout.write(bytes);
    await sys.stderr.write(result.stderr.replace(/^bash: line \d+: /gm, ""));
    return result.exitCode;
  };

/** Tools that never read standard input when a file is named must not wait for a terminal's. */
async function collect(sys: Sys, name: string, args: readonly string[]): Promise<string> {
  const needsNone = /^(find|basename|dirname|stat|du|expr|tree|file)$/.test(name);
  const operands = args.filter((arg) => !arg.startsWith("-"));
  const script = /^(awk|sed|rg|jq)$/.test(name) ? 1 : 0;
  if (needsNone || name === "diff" || (sys.tty && operands.length > script)) return "";
  const parts: Uint8Array[] = [];
  parts.push(await readAll(sys.stdin, MAX_COLLECTED));
  return decode(joinBytes(parts));
}

export const textTools: ToolTable = {
  wc,
  uniq,
  cat,
  head,
  tail,
  tee,
  yes,
  xargs,
  less: cat,
  more: cat,
  ...Object.fromEntries(ADAPTED.map((name) => [name, adapted(name)])),
  basename: async (sys) => {
    const [path = "", suffix = ""] = options(sys).rest;
    const name = basename(path);
    await sys.stdout.write(
      `${suffix && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name}\n`,
    );
    return 0;
  },
};
