import { describe, expect, it } from "vitest";
import { allMatches, compileRegex, replaceMatches } from "./regex";

describe("expressions", () => {
  it.each([
    ["(a+)+$", `${"a".repeat(5000)}!`],
    ["^(a|a)*$", `${"a".repeat(5000)}!`],
    [".*.*.*.*.*=.*", "x".repeat(3000)],
    ["(x+x+)+y", "x".repeat(3000)],
  ])("%s takes no more time than its text is long", (source, text) => {
    expect(compileRegex(source).test(text)).toBe(false);
  });

  it.each([
    ["o(.)", "foo bar", 1, ["oo", "o"]],
    ["(a)|(b)+", "xbb", 1, ["bb", undefined, "b"]],
    ["(.)\\1", "abccd", 2, ["cc", "c"]],
    ["b(?=c)", "abc", 1, ["b"]],
    ["[[:x]+[*+]+", "a[:x**", 1, ["[:x**"]],
  ])("%s finds %s", (source, text, index, groups) => {
    expect(compileRegex(source).find(text)).toEqual({ index, groups });
  });

  it("takes the longest way where POSIX does", () => {
    expect(compileRegex("a|ab", { longest: true }).find("xab")?.groups[0]).toBe("ab");
    expect(compileRegex("a|ab").find("xab")?.groups[0]).toBe("a");
  });

  it("refuses what cannot be done in bounded time", () => {
    expect(() => compileRegex("(a+)+\\1")).toThrow(SyntaxError);
    expect(() => compileRegex("(")).toThrow(SyntaxError);
    expect(() => compileRegex("(a+")).toThrow(SyntaxError);
  });

  it("goes on after each match, empty ones included", () => {
    expect([...allMatches(compileRegex("x*"), "axx")].map(({ index }) => index)).toEqual([0, 1, 3]);
    expect(replaceMatches(compileRegex("(a+)+b*"), "aab-ab", (match) => `<${match}>`)).toBe("<aab>-<ab>");
    expect(replaceMatches(compileRegex("a"), "aa", () => "b", false)).toBe("ba");
  });
});
