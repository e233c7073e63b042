/** What ps, kill, df, free and ping print of a kernel, whole, in the words of busybox and of a GNU system. */
import { describe, expect, it } from "vitest";
import type { Echo, Kernel, ProcessInfo } from "../../api/process";
import { shellProgram } from "../program";
import { START, testSys } from "../testing";
import { tools } from "./index";

const MIB = 1024 * 1024;
const process = (pid: number, ppid: number, ...argv: string[]): ProcessInfo => ({
  pid,
  ppid,
  uid: 0,
  user: "root",
  argv,
  name: argv[0] ?? "",
  state: "S",
  startedAt: START - 60_000,
  cpuTime: 1500,
  memory: 2 * MIB,
});
const PROCESSES = [process(1, 0, "sleep", "100"), process(9, 1, "redis-server", "*:6379")];

async function run(script: string, busybox: boolean, echo: Echo = { kind: "lost" }) {
  const signals: string[] = [];
  const kernel: Kernel = {
    release: "6.8.0-generic",
    bootedAt: START - 3_900_000,
    cpus: 2,
    memory: 2048 * MIB,
    memoryUse: () => ({ used: 512 * MIB, cached: 256 * MIB }),
    load: () => [0.5, 0.25, 0],
    limits: { memory: 0, nanoCpus: 0, pids: 0 },
    processes: () => PROCESSES,
    signal: (pid, name = "SIGTERM") => {
      if (!PROCESSES.some((one) => one.pid === pid)) throw Object.assign(new Error(), { code: "ESRCH" });
      signals.push(`${name} ${pid}`);
    },
    mounts: () => [
      { source: "proc", target: "/proc", type: "proc", options: "rw" },
      {
        source: "overlay",
        target: "/",
        type: "overlay",
        options: "rw",
        size: 20480 * MIB,
        used: 1536 * MIB,
        available: 17920 * MIB,
      },
    ],
    listening: () => [{ address: "0.0.0.0", port: 6379, pid: 9, name: "redis-server" }],
    ping: async () => echo,
  };
  const net = { resolve: (host: string) => (host === "nobody" ? [] : ["10.0.0.2"]) };
  const { busybox: binary, ...others } = tools;
  const programs = busybox && binary ? { ...others, busybox: binary } : others;
  const sys = testSys({ argv: ["bash", "-c", script], programs, kernel, net });
  const status = await shellProgram(sys);
  return { text: sys.out.text + sys.err.text, status, signals };
}

describe("on a GNU system", () => {
  it.each([
    [
      "ps -ef",
      "UID          PID    PPID  C STIME TTY          TIME CMD\nroot           1       0  0 23:59 ?        00:00:01 sleep 100\nroot           9       1  0 23:59 ?        00:00:01 redis-server *:6379\n",
    ],
    ["ps -o pid,comm -p 9", "    PID COMMAND\n      9 redis-server\n"],
    ["pgrep -a redis; pidof sleep", "9 redis-server *:6379\n1\n"],
    ["uptime", " 00:00:00 up  1:05,  0 users,  load average: 0.50, 0.25, 0.00\n"],
    ["df -h /", "Filesystem      Size  Used Avail Use% Mounted on\noverlay          20G  1.5G   18G   8% /\n"],
    [
      "netstat -tlnp",
      "Active Internet connections (only servers)\nProto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name    \ntcp        0      0 0.0.0.0:6379            0.0.0.0:*               LISTEN      9/redis-server      \n",
    ],
  ])("%s", async (script, text) => expect(await run(script, false)).toMatchObject({ text, status: 0 }));
});

describe("on a busybox", () => {
  it.each([
    [
      "ps aux",
      "PID   USER     TIME  COMMAND\n    1 root      0:01 sleep 100\n    9 root      0:01 redis-server *:6379\n",
    ],
    [
      "df -h",
      "Filesystem                 Size      Used Available Use% Mounted on\noverlay                   20.0G      1.5G     17.5G   8% /\n",
    ],
    [
      "free -m",
      "              total        used        free      shared  buff/cache   available\nMem:           2048         512        1280           0         256        1536\nSwap:             0           0           0\n",
    ],
  ])("%s", async (script, text) => expect(await run(script, true)).toMatchObject({ text, status: 0 }));
});

describe("signals", () => {
  it("reach the processes that are meant", async () => {
    expect((await run("kill -9 1; killall redis-server; pkill -HUP -f 6379", false)).signals).toEqual([
      "SIGKILL 1",
      "SIGTERM 9",
      "SIGHUP 9",
    ]);
  });
  it("to nobody are an error", async () => {
    expect(await run("kill 77", false)).toMatchObject({
      text: "bash: line 1: kill: (77) - No such process\n",
      status: 1,
    });
  });
});

describe("ping", () => {
  it("counts what came back", async () => {
    const echo: Echo = { kind: "reply", millis: 10, ttl: 64 };
    expect((await run("ping -c 2 web", true, echo)).text).toBe(
      "PING web (10.0.0.2): 56 data bytes\n64 bytes from 10.0.0.2: seq=0 ttl=64 time=10.000 ms\n64 bytes from 10.0.0.2: seq=1 ttl=64 time=10.000 ms\n\n--- web ping statistics ---\n2 packets transmitted, 2 packets received, 0% packet loss\nround-trip min/avg/max = 10.000/10.000/10.000 ms\n",
    );
  });
  it.each([
    [true, "ping: bad address 'nobody'\n", 1],
    [false, "ping: nobody: Name or service not known\n", 2],
  ])("knows no such name (busybox: %s)", async (busybox, text, status) =>
    expect(await run("ping -c 1 nobody", busybox)).toMatchObject({ text, status }),
  );
  it("says that a host cannot be reached", async () => {
    expect((await run("ping -c 1 web", false, { kind: "unreachable", from: "10.0.0.1" })).text).toBe(
      "PING web (10.0.0.2) 56(84) bytes of data.\nFrom 10.0.0.1 icmp_seq=1 Destination Host Unreachable\n\n--- web ping statistics ---\n1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms\n\n",
    );
  });
});
