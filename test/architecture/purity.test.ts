/** Time and chance come into the simulation as values: nobody in it looks at a clock or rolls dice. */
import { expect, it } from "vitest";
import { sourcesOf } from "../support/sources";

const CLOCKS_AND_DICE =
  /\bMath\.random\b|\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b|\bcrypto\.(getRandomValues|randomUUID)\b/;
const ASYNC = /\basync\b|\bawait\b|\bsetTimeout\b|\bsetInterval\b|\bfetch\(/;

/** The rooms in which a cluster is simulated, and the files in them that stand at the edge. */
const SIMULATED = ["src/core", "src/engine-api", "src/cli", "src/shell", "src/runtimes", "src/host", "src/lessons"];
const AT_THE_EDGE = ["src/host/pace.ts", "src/host/chance.ts"];

/** Lines of code (comments apart) that match, as `path:line: text`. */
function linesWith(pattern: RegExp, folders: readonly string[]): string[] {
  return folders
    .flatMap(sourcesOf)
    .filter(({ path }) => !AT_THE_EDGE.includes(path))
    .flatMap(({ path, text }) =>
      text
        .split("\n")
        .map((line, index) => ({
          place: `${path}:${index + 1}: ${line.trim()}`,
          code: line.replace(/\/\/.*|^\s*\/?\*.*/, ""),
        }))
        .filter(({ code }) => pattern.test(code))
        .map(({ place }) => place),
    );
}

it("has no clock and no dice in the simulation", () => {
  expect(linesWith(CLOCKS_AND_DICE, SIMULATED)).toEqual([]);
});

it("waits for nothing in the core", () => {
  expect(linesWith(ASYNC, ["src/core"])).toEqual([]);
});
