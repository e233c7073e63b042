/**
 * `npm test`: builds, checks, and runs every test, a real browser's included. Arguments go to vitest and leave out the checks:
 *
 *   npm test -- --project unit src/cli
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, root } from "./build.mjs";
import { check } from "./check.mjs";

const args = process.argv.slice(2);
await build((line) => console.log(line));
const failed = args.length > 0 ? [] : check();
const vitest = fileURLToPath(new URL("node24.mjs", import.meta.url));
const results = join(mkdtempSync(join(tmpdir(), "slipway-tests-")), "results.json");
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${results}`];
const { status } = spawnSync(process.execPath, [vitest, "vitest/vitest.mjs", "run", ...reporters, ...args], {
  cwd: root,
  stdio: "inherit",
});
if (status !== 0) {
  failed.push("tests");
  sayFailures();
}
rmSync(join(results, ".."), { recursive: true });
console.log(failed.length > 0 ? `\nFAILED: ${failed.join(", ")}` : "\nAll checks and tests passed.");
process.exit(failed.length > 0 ? 1 : 0);

/** The failures once more, as the last thing printed: whoever keeps only the end of the output still learns what failed. */
function sayFailures() {
  let files = [];
  try {
    files = JSON.parse(readFileSync(results, "utf8")).testResults;
  } catch {
    return; // vitest did not get as far as writing it
  }
  for (const file of files)
    for (const test of file.assertionResults.filter((it) => it.status === "failed")) {
      console.log(`\nFAILED ${file.name.slice(root.length)}: ${test.fullName}`);
      console.log(test.failureMessages.join("\n").split("\n").slice(0, 40).join("\n"));
    }
}
