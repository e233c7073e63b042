import { expect, it } from "vitest";
import { blocksOf } from "./markdown";

it("finds commands, keys and files among the prose", () => {
  const text = "Look:\n\n```run\nls -l\n\ndocker ps\n```\n\n```keys\nCtrl+C\n```\n\n```file=app.py\n```";
  expect(blocksOf(text).filter((block) => block.kind !== "html" || block.html.trim() !== "")).toEqual([
    { kind: "html", html: "<p>Look:</p>\n" },
    { kind: "run", commands: ["ls -l", "docker ps"] },
    { kind: "keys", key: "Ctrl+C" },
    { kind: "file", path: "app.py" },
  ]);
});

it("shows raw HTML as text and drops links that are not http", () => {
  const html = blocksOf("a <img src=x onerror=alert(1)> [b](javascript:alert(1)) <script>alert(2)</script>")
    .map((block) => (block.kind === "html" ? block.html : ""))
    .join("");
  expect(html).not.toMatch(/<(img|script|a)\b/);
  expect(html).toContain("&lt;img src=x");
});

it("joins lines of Chinese without a space", () => {
  expect(blocksOf("镜像和\n容器，\nDocker")).toEqual([{ kind: "html", html: "<p>镜像和容器，\nDocker</p>\n" }]);
});
