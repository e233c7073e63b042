/**
 * `npm run check`: format, lint, types, lessons, import directions. Runs everything and lists every failure, not the first.
 * `node scripts/check.mjs types` runs the type checks alone.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = (path) => ["node", `node_modules/${path}`];
const tsc = (project) => [...bin("typescript/bin/tsc"), "--noEmit", "-p", project];

const TYPES = {
  "types of the page and the simulator": tsc("tsconfig.json"),
  "types of the core": tsc("src/core/tsconfig.json"),
  "types of the objects and the Worker": tsc("src/objects/tsconfig.json"),
  "types of the gateway and the tests": tsc("src/gateway/tsconfig.json"),
};
const ALL = {
  "format and lint": [...bin("@biomejs/biome/bin/biome"), "check", "--error-on-warnings"],
  ...TYPES,
  "lessons are built": ["node", "scripts/lessons.mjs", "--check"],
  "import directions": [
    "node",
    "scripts/node24.mjs",
    "vitest/vitest.mjs",
    "run",
    "--project",
    "unit",
    "test/architecture",
  ],
};

/** Runs every check; returns the names of those that failed. */
export function check(checks = ALL) {
  const failed = [];
  for (const [name, [command, ...args]] of Object.entries(checks)) {
    const result = spawnSync(command === "node" ? process.execPath : command, args, { cwd: root, encoding: "utf8" });
    console.log(`${result.status === 0 ? "ok    " : "FAILED"} ${name}`);
    if (result.status === 0) continue;
    console.log(`${result.stdout ?? ""}${result.stderr ?? ""}`.trimEnd());
    failed.push(name);
  }
  return failed;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const failed = check(process.argv[2] === "types" ? TYPES : ALL);
  if (failed.length > 0) console.log(`\n${failed.length} failed: ${failed.join(", ")}`);
  process.exit(failed.length > 0 ? 1 : 0);
}
