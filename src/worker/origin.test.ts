import { expect, it } from "vitest";
import { isForeign } from "./origin";

const from = (headers: Record<string, string>, method = "GET"): Request =>
  new Request("http://localhost:8787/api/clusters/x/ws", { method, headers: { Host: "localhost:8787", ...headers } });

it.each([
  ["a program that says nothing", from({}), false],
  ["our own page", from({ Origin: "http://localhost:8787", "Sec-Fetch-Site": "same-origin" }, "POST"), false],
  ["a sandboxed page", from({ Origin: "null", "Sec-Fetch-Site": "cross-site" }, "POST"), true],
  ["a page of a published port's host", from({ Origin: "http://4000--abc.localhost:8787" }), true],
  ["another site's image or script", from({ "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors" }), true],
  ["a link on another site", from({ "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate" }), false],
  ["a form on another site", from({ "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate" }, "POST"), true],
])("%s", (_, request, foreign) => {
  expect(isForeign(request as Request)).toBe(foreign);
});
