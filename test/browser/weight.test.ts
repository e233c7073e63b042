/** How much script a visitor waits for: all that is loaded before the terminal can be typed into, compressed. */
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { openPage } from "../support/browser";
import { serverAndBrowser } from "../support/browser-server";
import { createCluster } from "../support/cluster";

const here = serverAndBrowser();

const most = 250_000; // bytes

it("loads less than 250 kB before the terminal is ready, and the editor after", async () => {
  const { id } = await createCluster(here.server.origin);
  const { page } = await openPage(here.browser, here.server.origin);
  const scripts: { url: string; size: Promise<number> }[] = [];
  page.on("response", (response) => {
    if (!/\.m?js$/.test(new URL(response.url()).pathname)) return;
    scripts.push({ url: response.url(), size: response.body().then((body) => gzipSync(body).length) });
  });
  await page.goto(`${here.server.origin}/s/${id}`);
  await page.waitForSelector(".xterm-screen");
  const before = [...scripts];
  const sizes = await Promise.all(before.map((it) => it.size));
  expect(before.length).toBeGreaterThan(0);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(most);
  expect(before.filter((it) => /monaco|editor/.test(it.url))).toEqual([]);
});
