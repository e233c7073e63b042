/** The map of 64 machines and a thousand tasks: what a change draws, what can be chosen from it, and that it all is there. */
import { beforeAll, expect, it } from "vitest";
import { serverAndBrowser } from "../support/browser-server";
import { createCluster, type TestCluster } from "../support/cluster";
import { type Student, studentAt } from "./student";

const here = serverAndBrowser();

let cluster: TestCluster;
let student: Student;

beforeAll(async () => {
  cluster = await createCluster(here.server.origin, { seed: 64, machines: 64 });
  const { run, advance, json } = cluster;
  await run("docker swarm init");
  const token = (await run("docker swarm join-token -q worker")).trim();
  const join = `docker swarm join --token ${token} 192.168.99.101:2377`;
  for (let n = 2; n <= 64; n++) await run(join, { machine: `node${n}` });
  await run("docker service create -d --name web --replicas 900 nginx");
  await run("docker service create -d --name api --replicas 95 alpine sleep 100000");
  await run("docker service create -d --name big --replicas 5 --reserve-cpu 64 alpine sleep 1000");
  await advance("20s");
  await json("POST", "/clock", { paused: true });
  student = await studentAt(here.browser, `${here.server.origin}/s/${cluster.id}`, "en");
});

const tokens = () => student.page.locator(".map [data-token]");
const show = async (which: string, option: string) => {
  const select = student.page.getByRole("combobox", { name: which, exact: true });
  const value = await select.locator("option", { hasText: option }).first().getAttribute("value");
  await select.selectOption(value);
};

it("draws all of it, and a task that ends touches only what shows it", async () => {
  const { page } = student;
  expect(await tokens().count()).toBe(1000);
  expect(await page.locator(".machine").count()).toBe(64);
  const before = await tokens().evaluateAll((all) => all.map((it) => (it as HTMLElement).dataset.token ?? ""));
  await page.evaluate(() => {
    const touched = new Set<Node>();
    const map = document.querySelector(".map") as Element;
    new MutationObserver((changes) => {
      for (const { target } of changes) touched.add(target);
    }).observe(map, { subtree: true, childList: true, attributes: true, characterData: true });
    Object.assign(window, { touched });
  });
  await cluster.run("docker kill $(docker ps -q | head -n 1)", { machine: "node5" });
  await cluster.advance("20s");
  await page.waitForFunction((known) => {
    const running = [...document.querySelectorAll<HTMLElement>('.map [data-token][data-state="running"]')];
    return running.length === 995 && running.some((it) => !known.includes(it.dataset.token ?? "")); // its successor
  }, before);
  const touched = await page.evaluate(() => (window as unknown as { touched: Set<Node> }).touched.size);
  expect(touched).toBeLessThan(40); // of more than four thousand elements
});

it("keeps one task in the order of Tab, and the arrow keys go through all", async () => {
  const { page } = student;
  expect(await page.locator('.map [data-pick][tabindex="0"]').count()).toBe(1);
  await page.locator('.map [data-pick][tabindex="0"]').focus();
  await page.keyboard.press("End");
  const last = await page.evaluate(() => (document.activeElement as HTMLElement).dataset.pick);
  expect(last).toBe(await page.locator(".map [data-pick]").last().getAttribute("data-pick"));
});

it("shows a service, a state, a machine, and all again", async () => {
  const { page } = student;
  const shown = page.locator(".map-shown");
  await show("Service", "big");
  expect(await shown.innerText()).toBe("5 of 1000 shown");
  expect(await tokens().count()).toBe(5);
  expect(await page.locator(".token-name").first().innerText()).toBe("big.1"); // few enough for words
  await page.getByRole("button", { name: "Show all" }).click();

  await show("State", "pending");
  expect(await tokens().count()).toBe(5);
  await page.getByRole("button", { name: "Show all" }).click();

  await show("Machine", "node7 (");
  expect(await page.locator(".machine h3").allInnerTexts()).toEqual(["node7"]);
  expect(await tokens().count()).toBeLessThan(30);
  await page.getByRole("button", { name: "Table" }).click();
  expect(await page.locator(".map-tables tbody tr [data-pick]").count()).toBeLessThan(30);
  await page.getByRole("button", { name: "Picture" }).click();
  await page.getByRole("button", { name: "Show all" }).click();
  expect(await tokens().count()).toBe(1000);
});

it("groups by service and by state", async () => {
  const { page } = student;
  await show("Grouped by", "by service");
  expect(await page.locator(".token-group h3").allInnerTexts()).toEqual([
    "api\n95 tasks",
    "big\n5 tasks",
    "web\n900 tasks",
  ]);
  await show("Grouped by", "by state");
  expect(await page.locator(".token-group .group-name").allInnerTexts()).toEqual(["pending", "running"]);
  await show("Grouped by", "by machine");
  expect(student.complaints).toEqual([]);
});
