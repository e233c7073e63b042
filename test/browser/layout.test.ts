/** The page in the widths of a desk, a small laptop and a phone: nothing sticks out, and every pane is reached. */
import { beforeAll, describe, expect, it } from "vitest";
import { serverAndBrowser } from "../support/browser-server";
import { createCluster, type TestCluster } from "../support/cluster";
import { type Language, studentAt } from "./student";

const here = serverAndBrowser();

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await createCluster(here.server.origin, { seed: 2 });
  await cluster.run("docker swarm init");
  await cluster.run("docker service create -d --name web --replicas 3 -p 8080:80 nginx");
  await cluster.advance("20s");
});

const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
  { width: 390, height: 844 },
];

describe.each<Language>(["en", "zh"])("in %s", (language) => {
  it.each(sizes)("keeps headers and page within $width pixels", async (size) => {
    const student = await studentAt(here.browser, `${here.server.origin}/s/${cluster.id}`, language);
    const { page } = student;
    await page.setViewportSize(size);
    await page.locator('[data-pick="machine:node1"]').press("Enter");
    await page.locator(".machine-panel").waitFor();
    const outside = await page.evaluate(() => {
      const wide = document.documentElement.scrollWidth > innerWidth ? ["the page"] : [];
      const boxes = [...document.querySelectorAll<HTMLElement>(".pane-header, .top-bar, .why, .pane-jump")];
      const over = boxes.filter((it) => it.offsetParent !== null && it.scrollWidth > it.clientWidth + 1);
      return [...wide, ...over.map((it) => it.className)];
    });
    expect(outside).toEqual([]);
    expect(student.complaints).toEqual([]);
    await page.close();
  });
});

it("leads to each pane on a phone, and opens one that is collapsed", async () => {
  const { page } = await studentAt(here.browser, `${here.server.origin}/s/${cluster.id}`, "en");
  await page.setViewportSize({ width: 390, height: 844 });
  const jump = page.getByRole("navigation", { name: "Parts of the page" });
  await page.getByRole("button", { name: "Collapse Map" }).click();
  for (const [name, pane] of [
    ["Browser", "browser"],
    ["Map", "map"],
    ["Lesson", "lesson"],
  ] as const) {
    await jump.getByRole("button", { name }).click();
    await page.waitForFunction((wanted) => document.activeElement?.getAttribute("data-pane") === wanted, pane);
    const top = await page.locator(`[data-pane="${pane}"]`).evaluate((it) => it.getBoundingClientRect().top);
    expect(top).toBeLessThan(844 - 44);
    expect(await page.locator(`[data-pane="${pane}"]`).getAttribute("data-open")).toBe("true");
  }
  await page.close();
});
