/**
 * `npm test`: builds, checks, and runs every test, a real browser's included. Arguments go to vitest and leave out the checks:
 *
 *   npm test -- --project unit src/cli
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build, root } from "./build.mjs";
import { check } from "./check.mjs";

const args = process.argv.slice(2);
await build((line) => console.log(line));
const failed = args.length > 0 ? [] : check();
const vitest = fileURLToPath(new URL("node24.mjs", import.meta.url));
const { status } = spawnSync(process.execPath, [vitest, "vitest/vitest.mjs", "run", ...args], {
  cwd: root,
  stdio: "inherit",
});
if (status !== 0) failed.push("tests");
console.log(failed.length > 0 ? `\nFAILED: ${failed.join(", ")}` : "\nAll checks and tests passed.");
process.exit(failed.length > 0 ? 1 : 0);
