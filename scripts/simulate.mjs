/**
 * Plays random histories of a swarm and checks its invariants after every step.
 *
 *   npm run simulate -- --histories 10000 --seed 42 [--verbose] [--shrink]
 *
 * A failing seed is played again with `--histories 1 --seed SEED --verbose`; `--shrink` leaves out what the fault does not need.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const { values } = parseArgs({
  options: {
    histories: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    verbose: { type: "boolean", default: false },
    shrink: { type: "boolean", default: false },
  },
});

const folder = await mkdtemp(join(tmpdir(), "slipway-simulate-"));
const outfile = join(folder, "main.mjs");
const entry = fileURLToPath(new URL("../test/simulation/swarm/main.ts", import.meta.url));
await build({ entryPoints: [entry], outfile, bundle: true, format: "esm", platform: "node", logLevel: "error" });
const { simulate } = await import(pathToFileURL(outfile).href);
await rm(folder, { recursive: true });

const histories = Number(values.histories);
const started = process.hrtime.bigint();
const order = { histories, seed: Number(values.seed), verbose: values.verbose, shrink: values.shrink };
const failed = simulate(order, (line) => console.log(line));
const seconds = Number(process.hrtime.bigint() - started) / 1e9;
console.log(`${histories} histories from seed ${values.seed} in ${seconds.toFixed(1)} s, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
