/** The whole get-started lesson as a student does it: in the editor, in the terminal, in the little browser. Once per language. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { serverAndBrowser } from "../support/browser-server";
import { type Language, type Student, studentAt } from "./student";

const here = serverAndBrowser();

const folder = "lessons/01-get-started/01-containers-and-services";
const fileText = (path: string): string => readFileSync(`${folder}/files/${path}`, "utf8");

const deploy = "docker stack deploy -c docker-compose.yml getstartedlab";
const ask = "curl -4 http://localhost:4000";
const answer = /Hello.*!\s+Hostname: ([0-9a-f]{12})\s+Visits: cannot connect to Redis, counter disabled/;

async function createFiles({ page }: Student): Promise<void> {
  for (const path of ["Dockerfile", "requirements.txt", "app.py"]) {
    await page.locator(`[data-file="${path}"]`).click();
    await page.getByRole("tab", { name: path }).waitFor();
  }
}

async function runContainer(student: Student): Promise<void> {
  await student.opens(3);
  await student.runFromLesson("docker run -p 4000:80 friendlyhello");
  await student.sees(/Running on/);
  await student.page.locator(".key-button").click();
  await student.sees(/[#$] *$/);
  await student.runFromLesson("docker run -d -p 4000:80 friendlyhello");
  await student.sees(/[0-9a-f]{64}/);
  await student.runFromLesson(ask);
  await student.sees(answer);
}

async function share(student: Student): Promise<void> {
  await student.opens(5);
  await student.runFromLesson("docker login -u student");
  await student.sees(/Password: *$/);
  await student.page.keyboard.type("open-sesame");
  await student.page.keyboard.press("Enter");
  await student.sees(/Login Succeeded/);
  await student.runFromLesson("docker tag friendlyhello student/get-started:part2");
  await student.runFromLesson("docker push student/get-started:part2");
  await student.sees(/part2: digest: sha256:/);
}

/** Host names of so many answers, one after the other. */
async function hostNames(student: Student, count: number): Promise<string[]> {
  const names: string[] = [];
  for (let turn = 0; turn < count; turn++) {
    await student.run(ask);
    names.push((await student.sees(answer))[1] ?? "");
  }
  return names;
}

describe.each<Language>(["en", "zh"])("in %s", (language) => {
  it("does the whole lesson", async () => {
    const student = await studentAt(here.browser, here.server.origin, language);
    const { page } = student;
    const id = new URL(page.url()).pathname.split("/").pop();
    expect(await page.locator("html").getAttribute("lang")).toBe(language === "zh" ? "zh-CN" : "en");

    await createFiles(student);
    await student.hasDone(1);

    await student.opens(2);
    await student.runFromLesson("docker build -t friendlyhello .");
    await student.sees(/Successfully tagged friendlyhello:latest/);
    await student.hasDone(2);

    await runContainer(student);
    await student.hasDone(3);

    await student.opens(4);
    await student.runFromLesson("docker container logs $(docker container ls -lq)");
    await student.sees(/GET \/ HTTP/);
    await student.runFromLesson("docker container stop $(docker container ls -q)");
    await student.hasDone(4);

    await share(student);
    await student.hasDone(5);

    await student.opens(6);
    await student.runFromLesson("docker run -d -p 4000:80 student/get-started:part2");
    await student.sees(/[0-9a-f]{64}/);
    await page.locator(".port-chip").click();
    await page.frameLocator(".browser-frame").getByText("Hello World!").waitFor();
    await student.runFromLesson("docker container stop $(docker container ls -q)");
    await student.hasDone(6);

    await student.opens(7);
    await page.locator('[data-file="docker-compose.yml"]').click();
    let compose = fileText("docker-compose.yml");
    const edit = async (from: string, to: string) => {
      await student.edits("docker-compose.yml", compose, from, to);
      compose = compose.replace(from, to);
    };
    await edit("username/repo:tag", "student/get-started:part2");
    await student.hasDone(7);

    await student.opens(8);
    await student.runFromLesson("docker swarm init");
    await student.sees(/To add a worker to this swarm/);
    await student.runFromLesson(deploy);
    await student.hasDone(8);
    expect(await page.locator('.token[data-state="running"]').count()).toBe(5);

    await student.opens(9);
    const five = await hostNames(student, 5);
    expect(new Set(five).size).toBe(5);
    await student.run("docker container ls -q");
    for (const name of five) await student.sees(new RegExp(name));
    await student.hasDone(9);

    await student.opens(10);
    await edit("replicas: 5", "replicas: 7");
    await student.runFromLesson(deploy);
    await student.hasDone(10);
    expect(new Set(await hostNames(student, 7))).toEqual(expect.objectContaining({ size: 7 }));

    await student.opens(11);
    await student.edits("app.py", fileText("app.py"), "Hello {name}!", "Hello again, {name}!");
    await student.runFromLesson("docker build -t student/get-started:part3 .");
    await student.sees(/Successfully tagged student\/get-started:part3/);
    await student.runFromLesson("docker push student/get-started:part3");
    await student.sees(/part3: digest: sha256:/);
    await edit("get-started:part2", "get-started:part3");
    await student.runFromLesson(deploy);
    // Seven tasks, each given ten seconds to end: made shorter.
    await fetch(`${here.server.origin}/api/clusters/${id}/clock`, { method: "POST", body: '{"speed":10}' });
    await page.waitForFunction(() => {
      const tags = [...document.querySelectorAll('.token[data-state="running"] .token-tag')];
      return tags.length === 7 && tags.every((tag) => tag.textContent === "part3");
    });
    await student.run(ask);
    await student.sees(/Hello again, World!/);
    await student.hasDone(11);

    await student.opens(12);
    await student.runFromLesson("docker stack rm getstartedlab");
    await student.hasDone(12);

    await student.opens(13);
    await student.runFromLesson("docker swarm leave --force");
    await student.sees(/Node left the swarm/);
    await student.hasDone(13);
    expect(student.complaints).toEqual([]);
  });
});

it("comes back whole after a reload, and a second tab shows the same terminal", async () => {
  const student = await studentAt(here.browser, here.server.origin, "en");
  await createFiles(student);
  await student.run("echo kept-$((40 + 2))");
  await student.sees(/kept-42/);
  const again = await student.page.context().newPage();
  await again.goto(student.page.url());
  await again.locator(".xterm-accessibility-tree", { hasText: "kept-42" }).waitFor();
  await again.getByRole("tab", { name: "app.py" }).waitFor();
  await student.page.reload();
  await student.sees(/kept-42/);
  await student.hasDone(1);
  expect(student.complaints).toEqual([]);
});

it("keeps what is typed while the connection is lost", async () => {
  const student = await studentAt(here.browser, here.server.origin, "en");
  const { page } = student;
  await student.run("echo kept-$((40 + 2))");
  await student.sees(/kept-42/);
  await here.server.crash();
  await page.getByText("The connection is lost").waitFor();
  await page.keyboard.type("echo late-$((40 + 3))");
  await page.keyboard.press("Enter");
  await here.server.start();
  await student.sees(/late-43/);
});

it("makes the cluster as new at the reset button", async () => {
  const student = await studentAt(here.browser, here.server.origin, "en");
  const { page } = student;
  await createFiles(student);
  await student.hasDone(1);
  await page.getByRole("button", { name: "Reset", exact: true }).click();
  await page.getByRole("button", { name: "Reset the cluster" }).click();
  await page.locator('.step-list li:first-child button[data-done="false"]').waitFor();
  await student.run("ls | wc -l");
  await student.sees(/^0$/m);
  expect(student.complaints).toEqual([]);
});
