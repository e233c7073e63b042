/** Machines by the page: made to fail, brought back, drained, added and removed; and what the page says has happened. */
import { describe, expect, it } from "vitest";
import type { MachineDocument } from "../../src/api/cluster";
import { serverAndBrowser } from "../support/browser-server";
import { createCluster, type TestCluster } from "../support/cluster";
import { type Language, type Student, studentAt } from "./student";

const here = serverAndBrowser();

/** Two nodes with a service on both, its clock moved by the test alone. */
async function pair(): Promise<TestCluster> {
  const cluster = await createCluster(here.server.origin, { seed: 5, machines: 2 });
  await cluster.run("docker swarm init");
  const token = (await cluster.run("docker swarm join-token -q worker")).trim();
  await cluster.run(`docker swarm join --token ${token} 192.168.99.101:2377`, { machine: "node2" });
  await cluster.run("docker service create -d --name web --replicas 2 -p 8080:80 nginx");
  await cluster.advance("20s");
  await cluster.json("POST", "/clock", { paused: true });
  return cluster;
}

const open = (cluster: TestCluster, language: Language = "en") =>
  studentAt(here.browser, `${here.server.origin}/s/${cluster.id}`, language);
const choose = ({ page }: Student, machine: string) => page.locator(`[data-pick="machine:${machine}"]`).press("Enter");
const press = ({ page }: Student, control: string, position: string) =>
  page.getByRole("group", { name: control, exact: true }).getByRole("button", { name: position, exact: true }).click();
const card = ({ page }: Student, machine: string) =>
  page.locator(".machine", { has: page.getByText(machine, { exact: true }) });
const happened = ({ page }: Student, text: string | RegExp) =>
  page.locator(".journal li", { hasText: text }).first().waitFor();

it("switches a machine off and on, and says what follows", async () => {
  const cluster = await pair();
  const student = await open(cluster);
  const { page } = student;
  await choose(student, "node2");
  const panel = page.getByRole("region", { name: "Machine node2", exact: true });
  await panel.getByText("It is a worker: it runs the tasks that the managers give it.").waitFor();

  await press(student, "Power", "off");
  await panel.getByText(/Everything on it ended at once\. The managers find it down after some 15 s/).waitFor();
  await card(student, "node2").getByText("switched off").waitFor();
  await happened(student, "node2 was switched off: everything on it ended.");
  await page.locator('[role="status"][aria-live="polite"]', { hasText: "Everything on it ended at once" }).waitFor();

  await cluster.advance("30s");
  await happened(student, "The managers count node2 as down.");
  await panel.getByText("Its tasks are started on other nodes.", { exact: false }).waitFor();
  await card(student, "node1").locator('.token[data-state="running"]').nth(1).waitFor();

  await press(student, "Power", "on");
  await cluster.advance("30s");
  await happened(student, "The managers count node2 as ready.");
  expect(await panel.locator(".control-note").count()).toBe(0);
  expect(student.complaints).toEqual([]);
  await page.close();
});

describe.each<Language>(["en", "zh"])("in %s", (language) => {
  const words = {
    en: {
      steps: [
        ["Docker daemon", "crashed", "Its containers run on unwatched", "The daemon of node2 crashed."],
        ["Docker daemon", "up", undefined, "The daemon of node2 is up again."],
        ["Network", "cut", "so that some run twice until it is back", "node2 was cut off from the network."],
        ["Network", "slow", "Each packet takes 200 ms more each way", "The network of node2 got worse"],
        ["Network", "fine", undefined, "The network of node2 is fine again."],
        ["Registry", "slow", "Pulls and pushes take ten times as long", "The registry answers node2 slowly."],
        ["Disk", "full", "no space left on device", "The disk of node2 is full."],
        ["As a node", "drained", "Its tasks were stopped and start on other nodes", "node2 was drained"],
      ],
    },
    zh: {
      steps: [
        ["Docker 守护进程", "崩溃", "容器无人看管地继续运行", "node2 的守护进程崩溃了"],
        ["Docker 守护进程", "运行", undefined, "node2 的守护进程恢复了"],
        ["网络", "断开", "有些任务会同时运行两份", "node2 与网络断开了"],
        ["网络", "缓慢", "每个数据包单程多用 200 ms", "node2 的网络变差了"],
        ["网络", "正常", undefined, "node2 的网络恢复正常"],
        ["仓库", "缓慢", "拉取和推送要用十倍时间", "仓库对 node2 的响应变慢了"],
        ["磁盘", "已满", "no space left on device", "node2 的磁盘满了"],
        ["作为节点", "排空", "它的任务被停止，在其他节点上启动", "node2 被排空"],
      ],
    },
  }[language];

  it("makes a machine fail in every way, and explains each", async () => {
    const cluster = await pair();
    const student = await open(cluster, language);
    const { page } = student;
    await choose(student, "node2");
    for (const [control, position, note, event] of words.steps as [string, string, string | undefined, string][]) {
      await press(student, control, position);
      if (note) await page.locator(".control-note", { hasText: note }).waitFor();
      await happened(student, event);
    }
    const machine = await cluster.json<MachineDocument>("GET", "/machines/node2");
    expect(machine).toMatchObject({ daemon: "up", network: "ok", registry: { slow: 10 }, disk: "full" });
    expect(await cluster.run("docker node inspect -f '{{.Spec.Availability}}' node2")).toBe("drain\n");
    expect(student.complaints).toEqual([]);
    await page.close();
  });
});

it("adds a machine, opens its terminal, removes it", async () => {
  const student = await open(await pair());
  const { page } = student;
  await page.getByRole("button", { name: "Add a machine" }).click();
  const panel = page.getByRole("region", { name: "Machine node3", exact: true });
  await panel.getByText(/It is in no swarm\./).waitFor();
  await panel.getByRole("button", { name: "Terminal" }).click();
  await page.getByRole("tab", { name: "node3", selected: true }).waitFor();
  await student.run("hostname");
  await student.sees(/^node3$/m);

  await panel.getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove node3" }).click();
  await panel.waitFor({ state: "detached" });
  await page.getByRole("tab", { name: "node3" }).waitFor({ state: "detached" });
  await page.getByRole("tab", { name: "node1", selected: true }).waitFor();
  await page.getByRole("button", { name: "Events" }).click();
  await happened(student, "node3 was added.");
  await happened(student, "node3 was removed.");
  expect(student.complaints).toEqual([]);
  await page.close();
});

it("says where a request went, and why what answered is there", async () => {
  const cluster = await pair();
  const student = await open(cluster);
  const { page } = student;
  await page.getByRole("button", { name: "Events" }).click();
  await page.getByText("Nothing has happened since this page was opened.").waitFor();
  await fetch(`${here.server.origin}/p/node2@${cluster.id}/8080/`);
  const entry = page.locator('[data-happened="request"]');
  await entry.waitFor();
  expect(await entry.innerText()).toMatch(/GET \/ came in at port 8080 of node2; web\.\d on node[12] answered 200\./);
  const why = entry.getByRole("button");
  await why.press("Enter");
  await page
    .getByRole("region", { name: /^Why web\.\d is running$/ })
    .locator('[data-reason="running"]')
    .waitFor();
  await page.keyboard.press("Escape");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Why");
  await page.close();
});

it("lets a machine go by Escape, and the keyboard is where it was", async () => {
  const student = await open(await pair());
  const { page } = student;
  await choose(student, "node1");
  const panel = page.getByRole("region", { name: "Machine node1", exact: true });
  await panel.getByRole("button", { name: "off" }).focus();
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  expect(await page.evaluate(() => document.activeElement?.getAttribute("data-pick"))).toBe("machine:node1");
  await page.getByRole("button", { name: "Table" }).click();
  const rows = page.getByRole("table", { name: "Machines" }).getByRole("row");
  expect(await rows.nth(1).getByRole("cell").allInnerTexts()).toEqual(["192.168.99.101", "leader", "on", "1", "1"]);
  await page.getByRole("button", { name: "node1", exact: true }).press("Enter");
  await panel.waitFor();
  await page.close();
});
