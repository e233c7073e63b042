import { describe, expect, it } from "vitest";
import { memoryFiles } from "../testing";
import { parseNginx } from "./nginx-config";
import { locate, pathOf } from "./nginx-locations";

const answer = (config: string, path: string) =>
  locate(parseNginx(memoryFiles({ "/nginx.conf": config }), "/nginx.conf"), path)?.block[0]?.args[0];

describe("a location", () => {
  it.each([
    ["/a", "exact"],
    ["/a/b", "prefix"],
    ["/static/x.php", "kept"],
    ["/x.PHP", "pattern"],
    ["/other", "root"],
  ])("%s is answered by the one nginx takes: %s", (path, expected) => {
    const config = `location / { return root; } location = /a { return exact; } location /a/ { return prefix; }
      location ^~ /static/ { return kept; } location ~* \\.php$ { return pattern; }`;
    expect(answer(config, path)).toBe(expected);
  });

  it.each(["^/(a+)+$", "^/.*.*.*.*.*.*=$"])("%s takes no longer than its path is", (pattern) => {
    expect(
      answer(`location / { return root; } location ~ ${pattern} { return pattern; }`, `/${"a".repeat(3000)}!`),
    ).toBe("root");
  });

  it("may look ahead where that is all it does", () => {
    expect(answer("location / { return root; } location ~ ^/(?!api) { return page; }", "/x")).toBe("page");
  });
});

it("a path leads nowhere above the root", () => {
  expect([pathOf("/a/./b/../c%20d/"), pathOf("/../etc"), pathOf("/%zz")]).toEqual(["/a/c d/", undefined, undefined]);
});
