import { describe, expect, it } from "vitest";
import { canonicalName, familiarString, parseReference, withTag } from "./references";

const refusal = (text: string) => {
  try {
    parseReference(text);
  } catch (error) {
    return (error as Error).message;
  }
};

describe("references", () => {
  it.each([
    ["python", "docker.io/library/python", "python:latest"],
    ["docker.io/library/python:2.7-slim", "docker.io/library/python", "python:2.7-slim"],
    ["index.docker.io/a/b", "docker.io/a/b", "a/b:latest"],
    ["username/repo:tag", "docker.io/username/repo", "username/repo:tag"],
    ["localhost:5000/x", "localhost:5000/x", "localhost:5000/x:latest"],
    ["localhost/x:1", "localhost/x", "localhost/x:1"],
    [`a@sha256:${"0".repeat(64)}`, "docker.io/library/a", `a@sha256:${"0".repeat(64)}`],
  ])("understands %s", (text, canonical, familiar) => {
    expect([canonicalName(parseReference(text)), familiarString(withTag(parseReference(text)))]).toEqual([
      canonical,
      familiar,
    ]);
  });

  it.each([
    ["", "invalid reference format"],
    ["bad tag", "invalid reference format"],
    ["a:", "invalid reference format"],
    ["-a", "invalid reference format"],
    ["UPPER", "invalid reference format: repository name (library/UPPER) must be lowercase"],
    ["a".repeat(64), `invalid repository name (${"a".repeat(64)}), cannot specify 64-byte hexadecimal strings`],
  ])("refuses %s", (text, message) => {
    expect(refusal(text)).toBe(message);
  });
});
