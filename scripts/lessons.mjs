/**
 * Builds `src/lessons/generated/course.json` from `lessons/`. The loader is TypeScript, so it is bundled first and then run.
 * Called by the build; `node scripts/lessons.mjs --check` only compares and fails when the file is out of date.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const target = join(root, "src/lessons/generated/course.json");

const loader = join(root, "node_modules/.cache/slipway/lessons.mjs");
await build({
  entryPoints: [join(root, "src/lessons/loader.ts")],
  outfile: loader,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
});
const { loadCourse } = await import(pathToFileURL(loader).href);
const course = loadCourse((path) => readFileSync(join(root, "lessons", path), "utf8"));
const json = `${JSON.stringify(course, null, 1)}\n`;

if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== json) {
    console.error("src/lessons/generated/course.json is out of date: run node scripts/lessons.mjs");
    process.exit(1);
  }
} else {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, json);
}
