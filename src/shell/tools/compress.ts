/** gzip and its relatives, over the platform's compression streams. */
import type { Program, Sys } from "../../api/process";
import { MAX_COLLECTED } from "../limits";
import { readAll } from "../streams";
import { complain, errorText, here, nameOf, options, type ToolTable } from "./common";

export async function through(bytes: Uint8Array, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const piped = new Blob([bytes.slice()]).stream().pipeThrough(stream as ReadableWritablePair<Uint8Array, Uint8Array>);
  return new Uint8Array(await new Response(piped).arrayBuffer());
}

async function one(sys: Sys, name: string, unpack: boolean, opt: ReturnType<typeof options>): Promise<number> {
  const path = here(sys, name);
  try {
    if (unpack && !name.endsWith(".gz")) return await complain(sys, `${name}: unknown suffix -- ignored`, 2);
    const bytes = await through(
      sys.files.readFile(path),
      unpack ? new DecompressionStream("gzip") : new CompressionStream("gzip"),
    );
    if (opt.has("c")) await sys.stdout.write(bytes);
    else {
      sys.files.writeFile(unpack ? path.slice(0, -3) : `${path}.gz`, bytes);
      if (!opt.has("k")) sys.files.rm(path);
    }
    return 0;
  } catch (error) {
    return complain(sys, `${name}: ${error instanceof TypeError ? "not in gzip format" : errorText(error)}`);
  }
}

const gzip: Program = async (sys) => {
  const given = options(sys);
  const unpack = nameOf(sys) !== "gzip" || given.has("d");
  const opt =
    nameOf(sys) === "zcat"
      ? { ...given, has: (...names: string[]) => names.includes("c") || given.has(...names) }
      : given;
  if (opt.rest.length === 0) {
    const all = await readAll(sys.stdin, MAX_COLLECTED);
    await sys.stdout.write(
      await through(all, unpack ? new DecompressionStream("gzip") : new CompressionStream("gzip")),
    );
    return 0;
  }
  let status = 0;
  for (const name of opt.rest) status = (await one(sys, name, unpack, opt)) || status;
  return status;
};

export const compressTools: ToolTable = { gzip, gunzip: gzip, zcat: gzip };
