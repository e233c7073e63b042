import { expect, it } from "vitest";
import { parseAddress } from "./address";

it.each([
  ["http://localhost:4000", { port: 4000, path: "/" }],
  ["localhost:4000/a?b=c", { port: 4000, path: "/a?b=c" }],
  [":4000/x", { port: 4000, path: "/x" }],
  ["4000", { port: 4000, path: "/" }],
  ["node1:4000/", { port: 4000, path: "/" }],
  ["http://example.com:80/", undefined],
  ["javascript:alert(1)", undefined],
  ["localhost:70000", undefined],
])("reads %s", (text, address) => {
  expect(parseAddress(text, ["node1"])).toEqual(address);
});
