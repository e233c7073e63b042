/** Why a task is in its state: chosen on the map by keyboard, explained in both languages, aloud too. */
import { beforeAll, describe, expect, it } from "vitest";
import { serverAndBrowser } from "../support/browser-server";
import { createCluster, type TestCluster } from "../support/cluster";
import { type Language, type Student, studentAt } from "./student";

const here = serverAndBrowser();

let cluster: TestCluster;

/** Three nodes, and a task of each kind, held still. */
beforeAll(async () => {
  cluster = await createCluster(here.server.origin, { seed: 11, machines: 3 });
  const { run, json, advance } = cluster;
  await run("docker swarm init");
  const token = (await run("docker swarm join-token -q worker")).trim();
  for (const machine of ["node2", "node3"])
    await run(`docker swarm join --token ${token} 192.168.99.101:2377`, { machine });
  await run("docker service create -d --name web --replicas 3 -p 8080:80 nginx");
  await run("docker service create -d --name big --reserve-cpu 64 alpine sleep 1000");
  await run("docker service create -d --name each --mode global nginx");
  await advance("30s");
  await run("docker node update --availability drain node3");
  await run("docker service create -d --name bad --restart-delay 45s --restart-max-attempts 3 alpine false");
  await advance("20s");
  await json("POST", "/clock", { paused: true });
});

const words = {
  en: {
    close: "Close the explanation",
    pending: "Why big.1 is pending",
    pendingReasons: ["None of 3 nodes can take it.", "2 of 3 nodes have too little left of what it reserves."],
    cpu: "It needs 64 CPUs; 2 of 2 are free.",
    stopped: "fails Resource",
    running: "Why web.1 is running",
    here: "here",
    ranking: /this service's tasks: \d; all tasks: \d; recent failures: 0/,
    ready: "Why bad.1 is ready",
    delay: /starts when the restart delay is over: in \d+\ss\./,
    policy: "Restart policy: any, after 45 s; 1 of 3 restarts is used.",
    shutDown: /^Why each\.\w{5} is shut down$/,
    drained: "node3 was drained.",
  },
  zh: {
    close: "关闭说明",
    pending: "big.1 为什么是“待定”",
    pendingReasons: ["3 个节点中没有一个能接收它。", "3 个节点中有 2 个剩余资源不够它预留。"],
    cpu: "需要 64 个 CPU；2 个中空闲 2 个。",
    stopped: "未通过 Resource",
    running: "web.1 为什么是“运行中”",
    here: "在这里",
    ranking: /该服务的任务：\d；全部任务：\d；近期失败：0/,
    ready: "bad.1 为什么是“就绪”",
    delay: /重启延迟结束后启动：还有 \d+\ss。/,
    policy: "重启策略：any，延迟 45 s；3 次重启已用 1 次。",
    shutDown: /^each\.\w{5} 为什么是“已关闭”$/,
    drained: "node3 被排空。",
  },
} as const;

const open = (language: Language) => studentAt(here.browser, `${here.server.origin}/s/${cluster.id}`, language);
const panel = ({ page }: Student, name: string | RegExp) => page.getByRole("region", { name, exact: true });

/** From the one task in the order of Tab by arrow keys to the task with this label, and Enter. */
async function choose({ page }: Student, label: string | RegExp): Promise<void> {
  await page.locator('.map [data-pick][tabindex="0"]').focus();
  await page.keyboard.press("Home");
  const fits = (text: string) => (typeof label === "string" ? text === label : label.test(text));
  for (let left = 40; left > 0; left--) {
    const now = await page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
    if (fits(now)) return page.keyboard.press("Enter");
    await page.keyboard.press("ArrowRight");
  }
  throw new Error(`no task ${label} on the map`);
}

describe.each<Language>(["en", "zh"])("in %s", (language) => {
  it("explains tasks that wait, run, restart and ended, to eyes and ears", async () => {
    const student = await open(language);
    const { page } = student;
    const said = page.locator('[role="status"][aria-live="polite"]');
    const text = words[language];

    await choose(student, text.pending);
    const pending = panel(student, text.pending);
    await pending.getByText(text.cpu).first().waitFor();
    expect(await pending.locator(".why-reasons li").allInnerTexts()).toEqual(
      expect.arrayContaining([...text.pendingReasons]),
    );
    expect(await pending.locator('[data-first="true"]').filter({ hasText: text.stopped }).count()).toBeGreaterThan(0);
    expect(await said.innerText()).toContain(`${text.pending}. ${text.pendingReasons[0]}`);
    expect(await pending.locator('.why-nodes li[data-fits="false"]').count()).toBeGreaterThan(0);

    await choose(student, text.running);
    const running = panel(student, text.running);
    await running.getByText(text.here, { exact: true }).waitFor();
    expect(await running.locator('[data-reason^="placed."]').count()).toBe(1);
    expect(await running.locator(".why-rank").first().innerText()).toMatch(text.ranking);
    expect(await pending.count()).toBe(0);

    await choose(student, text.ready);
    const ready = panel(student, text.ready);
    await ready.getByText(text.policy).waitFor();
    expect(await ready.locator('[data-reason="ready.delay"]').innerText()).toMatch(text.delay);

    await choose(student, text.shutDown);
    await panel(student, text.shutDown).getByText(text.drained).waitFor();
    expect(student.complaints).toEqual([]);
    await page.close();
  });
});

it("lets go by Escape and by its button, and the keyboard is where it was", async () => {
  const student = await open("en");
  const { page } = student;
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
  const { pending, close } = words.en;
  await choose(student, pending);
  expect(await page.locator(`[aria-label="${pending}"][data-pick]`).getAttribute("aria-pressed")).toBe("true");
  await panel(student, pending).waitFor();
  await page.keyboard.press("Escape");
  await panel(student, pending).waitFor({ state: "detached" });
  expect(await focused()).toBe(pending);

  await page.keyboard.press("Enter");
  await panel(student, pending).getByRole("button", { name: close }).press("Enter");
  await panel(student, pending).waitFor({ state: "detached" });
  expect(await focused()).toBe(pending);

  await page.keyboard.press("Enter");
  await panel(student, pending).locator("summary").focus();
  await page.keyboard.press("Escape");
  expect(await focused()).toBe(pending);
  await page.close();
});

it("explains an earlier task of a slot, and from the table", async () => {
  const student = await open("en");
  const { page } = student;
  await choose(student, "Why the earlier bad.1 is failed");
  const failed = panel(student, "Why bad.1 is failed");
  await failed.getByText("Its process ended with exit code 1.").waitFor();
  await page.getByRole("button", { name: "Table" }).click();
  await page.getByRole("button", { name: "big.1", exact: true }).press("Enter");
  await panel(student, words.en.pending).waitFor();
  await page.keyboard.press("Escape");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("big.1");
  await page.close();
});

it("leaves the chosen task in sight on a small screen, and beside the panel on a large map", async () => {
  const student = await open("en");
  const { page } = student;
  await page.setViewportSize({ width: 1024, height: 700 });
  await choose(student, words.en.running);
  const found = panel(student, words.en.running);
  await found.locator(".why-nodes").waitFor();
  await page.waitForFunction(() => {
    const map = document.querySelector(".map")?.getBoundingClientRect();
    const token = document.querySelector('[data-selected="true"]')?.getBoundingClientRect();
    return map && token && map.height >= 120 && token.top >= map.top - 1 && token.bottom <= map.bottom + 1;
  });
  await page.getByRole("button", { name: "Map over the whole page" }).click();
  const [map, why] = [await page.locator(".map").boundingBox(), await found.boundingBox()];
  expect(why?.x).toBeGreaterThanOrEqual((map?.x ?? 0) + (map?.width ?? 0) - 1);
  expect(map?.width).toBeGreaterThan(600);
  await page.getByRole("button", { name: "Map back to its place" }).click();
  expect(await page.locator(".pane-terminal").isVisible()).toBe(true);
  await page.close();
});
