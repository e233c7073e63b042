import { describe, expect, it } from "vitest";
import { parseDecimal } from "./decimal";
import { ignoreMatcher } from "./dockerignore";
import { formatDuration, parseDuration } from "./duration";
import { parsePortSpec } from "./ports";
import { familiarString, fullName, parseReference } from "./reference";
import { ramInBytes } from "./size";

const outcome = (act: () => unknown) => {
  try {
    return act();
  } catch (error) {
    return (error as Error).message;
  }
};

describe("image references", () => {
  it.each([
    ["nginx", "docker.io/library/nginx", "nginx:latest"],
    ["alice/app:v1", "docker.io/alice/app", "alice/app:v1"],
    ["localhost:5000/a/b", "localhost:5000/a/b", "localhost:5000/a/b:latest"],
    ["UPPER/x", "UPPER/x", "UPPER/x:latest"],
  ])("%s", (text, full, familiar) => {
    const ref = parseReference(text);
    expect([fullName(ref), familiarString(ref)]).toEqual([full, familiar]);
  });

  it.each([
    ["Foo", "invalid reference format: repository name (library/Foo) must be lowercase"],
    ["a:b:c", "invalid reference format"],
    ["", "invalid reference format"],
    ["-x", "invalid reference format"],
  ])("refuses %j", (text, message) => {
    expect(outcome(() => parseReference(text))).toBe(message);
  });
});

describe("ports", () => {
  it.each([
    ["80", [{ port: "80/tcp", binding: { HostIp: "", HostPort: "" } }]],
    ["127.0.0.1:53:53/udp", [{ port: "53/udp", binding: { HostIp: "127.0.0.1", HostPort: "53" } }]],
    [
      "8000-8001:80-81",
      [
        { port: "80/tcp", binding: { HostIp: "", HostPort: "8000" } },
        { port: "81/tcp", binding: { HostIp: "", HostPort: "8001" } },
      ],
    ],
    ["99999:80", "invalid hostPort: 99999"],
    ["abc", "invalid containerPort: abc"],
    ["80:80/foo", "invalid proto: foo"],
  ])("%s", (spec, expected) => {
    expect(outcome(() => parsePortSpec(spec))).toEqual(expected);
  });
});

it.each([
  ["64m", 67108864],
  ["1.5GiB", 1610612736],
  ["5mib", 5242880],
  ["xx", "invalid size: 'xx'"],
  ["4zz", "invalid suffix: 'zz'"],
  ["-1", "invalid size: '-1'"],
  ["1k5", 'strconv.ParseFloat: parsing "1k5": invalid syntax'],
])("size %s", (text, expected) => {
  expect(outcome(() => ramInBytes(text))).toBe(expected);
});

it.each([
  ["0.5", 500000000],
  ["1/3", "value is too precise"],
  ["abc", "failed to parse abc as a rational number"],
])("CPUs %s", (text, expected) => {
  expect(outcome(() => parseDecimal(text))).toBe(expected);
});

it.each([
  ["1m30s", 90e9, "1m30s"],
  ["250ms", 250e6, "250ms"],
  ["1h", 3600e9, "1h0m0s"],
])("duration %s", (text, nanos, shown) => {
  expect([parseDuration(text), formatDuration(nanos)]).toEqual([nanos, shown]);
});

it("a dockerignore file's last match wins, and a pattern holds for all below", () => {
  const ignored = ignoreMatcher("*.log\n!keep.log\nnode_modules\n**/tmp\n# no\n");
  const paths = ["a.log", "keep.log", "sub/a.log", "node_modules/x/y", "deep/tmp/f", "src/a.ts"];
  expect(paths.filter(ignored)).toEqual(["a.log", "node_modules/x/y", "deep/tmp/f"]);
});
