import { describe, expect, it } from "vitest";
import { installsServiceWorker } from "./ports";

describe("a request under a published port's path", () => {
  it.each([
    [{ "Service-Worker": "script" }, true],
    [{ "Sec-Fetch-Dest": "serviceworker" }, true],
    [{}, false],
  ])("with %j installs a service worker: %s", (headers, expected) => {
    expect(installsServiceWorker(new Request("http://x/sw.js", { headers: headers as HeadersInit }))).toBe(expected);
  });
});
