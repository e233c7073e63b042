import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { en } from "./en";
import { zh } from "./zh";

const places = (sentence: string) => (sentence.match(/\{\w+\}/g) ?? []).sort();

it("has the same places to fill in both languages", () => {
  const differing = Object.keys(en).filter((key) => {
    const name = key as keyof typeof en;
    return places(en[name]).join() !== places(zh[name]).join();
  });
  expect(differing).toEqual([]);
});

it("has no sentence that the page never says", () => {
  const source = globSync("web/**/*.{ts,tsx}", { exclude: ["web/ui/i18n/**"] })
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
  // These are put together from a prefix and a name.
  const composed =
    /^(state|theme|pane|why|filter|map\.filter|map\.group|happened)\.|^machine\.(is|power|daemon|network|disk|registry|swarm)\b/;
  const unused = Object.keys(en).filter((key) => !composed.test(key) && !source.includes(`"${key}"`));
  expect(unused).toEqual(["map.picture", "map.table"]); // t(`map.${choice}`)
});
