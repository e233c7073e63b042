/**
 * `npm run bench`: how much the simulation costs. Rates are ratios to a bare Worker-to-Durable-Object echo behind the same gateway
 * in the same seconds, so that they mean the same on any machine: each ratio is the median over many short rounds, each against the echo
 * of its own round, because the speed of a shared machine changes from one second to the next. Names of parts as arguments
 * (`npm run bench -- ingress core`) leave the others out.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, root } from "../scripts/build.mjs";
import { newNode } from "../scripts/node24.mjs";
import { requestsPerSecond } from "./load.mjs";
import { median, say } from "./say.mjs";

const ROUNDS = 15;
const ROUND_MILLIS = 1000;
const PORTS = { slipway: 18787, echo: 18788 };
const origin = `http://localhost:${PORTS.slipway}`;

const APP = `from flask import Flask
import os, socket
app = Flask(__name__)

@app.route("/")
def hello():
    return "Hello {}! {}\\n".format(os.getenv("NAME", "world"), socket.gethostname())

app.run(host="0.0.0.0", port=80)
`;
const DOCKERFILE = `FROM python:2.7-slim
WORKDIR /app
COPY . /app
RUN pip install flask
CMD ["python", "app.py"]
`;

const PARTS = { ingress, replicas: thousandReplicas, start: newCluster, page: pageWeight, core: largeSwarm };
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(PARTS);
const unknown = wanted.find((name) => !Object.hasOwn(PARTS, name));
if (unknown) throw new Error(`no such part: ${unknown}; there are ${Object.keys(PARTS).join(", ")}`);

await build((line) => console.log(line));
const children = [];
const states = [];
try {
  await serve(["scripts/start.mjs"], PORTS.slipway);
  await serve(["bench/echo-server.mjs", String(PORTS.echo)], PORTS.echo);
  for (const name of wanted) await PARTS[name]();
} finally {
  for (const child of children) child.kill("SIGTERM");
  await Promise.all(children.map((child) => new Promise((resolve) => child.once("exit", resolve))));
  for (const state of states) rmSync(state, { recursive: true, force: true });
}

async function ingress() {
  const cluster = await create();
  await cluster.run("docker run -d -p 8080:80 traefik/whoami");
  await cluster.put("root/bench/app.py", APP);
  await cluster.put("root/bench/Dockerfile", DOCKERFILE);
  await cluster.run("docker build -q -t app /root/bench && docker run -d -p 8081:80 app");
  await cluster.json("POST", "/clock", { advance: "5s" });
  const targets = {
    echo: `http://localhost:${PORTS.echo}/p/${cluster.id}/8080/`,
    whoami: `${origin}/p/${cluster.id}/8080/`,
    "app.py": `${origin}/p/${cluster.id}/8081/`,
  };
  const rates = { echo: [], whoami: [], "app.py": [] };
  for (const url of Object.values(targets)) await requestsPerSecond(url, { millis: 3000 });
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, url] of Object.entries(targets))
      rates[name].push(await requestsPerSecond(url, { millis: ROUND_MILLIS }));
  say("echo, Worker to Durable Object", `${median(rates.echo).toFixed(0)} requests/s`, "the yardstick");
  for (const [name, target] of [
    ["whoami", 0.5],
    ["app.py", 0.3],
  ]) {
    const ratios = rates[name].map((rate, round) => rate / rates.echo[round]);
    const ratio = median(ratios);
    const spread = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
    say(
      `ingress to ${name}`,
      `${median(rates[name]).toFixed(0)} requests/s`,
      `ratio ${ratio.toFixed(2)}, ${spread}`,
      `at least ${target}`,
      ratio >= target,
    );
  }
  await cluster.remove();
}

async function thousandReplicas() {
  const cluster = await create({ machines: 10 });
  const token = (await cluster.run("docker swarm init >/dev/null && docker swarm join-token -q worker")).trim();
  for (let n = 2; n <= 10; n++)
    await cluster.run(`docker swarm join --token ${token} 192.168.99.101:2377`, `node${n}`).catch(() => undefined);
  const began = performance.now();
  await cluster.run("docker service create --detach --name big --replicas 1000 traefik/whoami");
  let replicas = "";
  let simulated = 0;
  for (; replicas !== "1000/1000" && simulated < 600; simulated += 5) {
    await cluster.json("POST", "/clock", { advance: "5s" });
    replicas = (await cluster.run("docker service ls --format '{{.Replicas}}'")).trim();
  }
  const millis = performance.now() - began;
  const each = millis / 1000;
  say(
    "1,000 replicas, deploy to all Running",
    `${millis.toFixed(0)} ms`,
    `${each.toFixed(2)} ms a task, ${replicas}, ${simulated} s simulated`,
  );
  await cluster.remove();
}

async function newCluster() {
  const times = [];
  for (let round = 0; round < 10; round++) {
    const began = performance.now();
    const cluster = await create();
    const answer = await fetch(`${origin}/c/${cluster.id}/v1.51/version`);
    if (!answer.ok) throw new Error(`version: ${answer.status}`);
    await answer.arrayBuffer();
    times.push(performance.now() - began);
    await cluster.remove();
  }
  const millis = median(times);
  say("new cluster to first docker version", `${millis.toFixed(0)} ms`, "", "under 100 ms", millis < 100);
}

/** What the page's document names is loaded before its terminal is usable; the editor comes after. */
function pageWeight() {
  const web = join(root, "dist/web");
  const html = readFileSync(join(web, "index.html"), "utf8");
  const scripts = [...html.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, path]) => path);
  const bytes = scripts.reduce((sum, path) => sum + gzipSync(readFileSync(join(web, path))).length, 0);
  say("JavaScript before the terminal", `${(bytes / 1000).toFixed(0)} kB gzipped`, "", "under 250 kB", bytes < 250_000);
}

/** The core alone, in a process of its own with its own heap. */
async function largeSwarm() {
  const child = spawn(newNode(), ["--expose-gc", "bench/core.mjs"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const code = await new Promise((resolve) => child.once("exit", resolve));
  if (code !== 0) throw new Error(`bench/core.mjs ended with ${code}`);
}

async function create(wish = {}) {
  const { id } = await (await post("/api/clusters", wish)).json();
  const base = `/api/clusters/${id}`;
  const json = async (method, path, body) => {
    const answer = await fetch(`${origin}${base}${path}`, { method, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  return {
    id,
    json,
    run: async (command, machine) => {
      const { stdout, stderr, exitCode } = await json("POST", "/exec", { command, machine });
      if (exitCode !== 0) throw new Error(`${command}: ${stdout}${stderr}`);
      return stdout;
    },
    put: (path, content) => fetch(`${origin}${base}/files/${path}`, { method: "PUT", body: content }),
    remove: () => fetch(`${origin}${base}`, { method: "DELETE" }),
  };
}

function post(path, body) {
  return fetch(`${origin}${path}`, { method: "POST", body: JSON.stringify(body) });
}

/** Starts a server and waits until it says that it is ready. */
function serve(args, port) {
  const state = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  states.push(state);
  const child = spawn(process.execPath, args[0].startsWith("bench") ? [...args, state] : args, {
    cwd: root,
    env: { ...process.env, PORT: String(port), SLIPWAY_STATE: state },
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    child.stdout.on("data", (part) => String(part).includes("Slipway is ready at") && resolve());
    child.once("exit", (code) => reject(new Error(`${args[0]} ended with ${code}`)));
  });
}
