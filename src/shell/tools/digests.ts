/** Tools over bytes, whatever they mean: md5sum and its relatives, base64. */
import type { Program, Sys } from "../../api/process";
import { MAX_COLLECTED } from "../limits";
import { decode, readAll } from "../streams";
import { complain, eachInput, errorText, here, options, type ToolTable } from "./common";
import { md5 } from "./md5";

type Digest = (bytes: Uint8Array) => Promise<Uint8Array>;

const sha =
  (name: string): Digest =>
  async (bytes) =>
    new Uint8Array(await crypto.subtle.digest(name, bytes.slice()));

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const sum =
  (digest: Digest): Program =>
  async (sys) => {
    const opt = options(sys);
    if (opt.has("c", "check")) return check(sys, digest, opt.rest, opt.has("quiet", "status"));
    return eachInput(sys, opt.rest, async (input, name) => {
      await sys.stdout.write(`${hex(await digest(await readAll(input, MAX_COLLECTED)))}  ${name}\n`);
    });
  };

/** `-c`: compares the files with a list of sums. */
async function check(sys: Sys, digest: Digest, lists: readonly string[], quiet: boolean): Promise<number> {
  let wrong = 0;
  const status = await eachInput(sys, lists, async (input) => {
    const rows = decode(await readAll(input, MAX_COLLECTED)).matchAll(/^([0-9a-f]+) [ *](.+)$/gm);
    for (const [, expected, name = ""] of rows) {
      try {
        const right = hex(await digest(sys.files.readFile(here(sys, name)))) === expected;
        if (!right) wrong++;
        if (!right || !quiet) await sys.stdout.write(`${name}: ${right ? "OK" : "FAILED"}\n`);
      } catch (error) {
        wrong++;
        await complain(sys, `${name}: ${errorText(error)}`);
        await sys.stdout.write(`${name}: FAILED open or read\n`);
      }
    }
  });
  if (wrong === 0) return status;
  return complain(sys, `WARNING: ${wrong} computed checksum${wrong === 1 ? " did" : "s did"} NOT match`);
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

const base64: Program = async (sys) => {
  const opt = options(sys, "w");
  const width = Number(opt.value("w") ?? opt.value("wrap") ?? 76);
  let status = 0;
  const failed = await eachInput(sys, opt.rest, async (input) => {
    const bytes = await readAll(input, MAX_COLLECTED);
    if (!opt.has("d", "decode")) {
      const text = toBase64(bytes);
      const lines = width > 0 ? (text.match(new RegExp(`.{1,${width}}`, "g")) ?? []) : [text];
      await sys.stdout.write(width > 0 ? lines.map((line) => `${line}\n`).join("") : text);
      return;
    }
    const text = decode(bytes).replace(/\s/g, "");
    try {
      await sys.stdout.write(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));
    } catch (error) {
      if ((error as { code?: string }).code === "EPIPE") throw error;
      status = await complain(sys, "invalid input");
    }
  });
  return failed || status;
};

export const digestTools: ToolTable = {
  md5sum: sum(async (bytes) => md5(bytes)),
  sha1sum: sum(sha("SHA-1")),
  sha256sum: sum(sha("SHA-256")),
  sha512sum: sum(sha("SHA-512")),
  base64,
};
