/** The shell language against what bash says, streaming, interruption. */
import { describe, expect, it } from "vitest";
import type { Program } from "../api/process";
import { shellProgram } from "./program";
import { ShellSession } from "./session";
import { decode, Pipe, readAll } from "./streams";
import recorded from "./testdata/bash.json";
import { testSys } from "./testing";

const cat: Program = async (sys) => {
  for (let b = await sys.stdin.read(); b; b = await sys.stdin.read()) await sys.stdout.write(b);
  return 0;
};
const forever: Program = async (sys) => {
  for (;;) {
    await sys.stdout.write("y\n".repeat(1000));
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (sys.killed.aborted) return 130;
  }
};
const first: Program = async (sys) => {
  await sys.stdin.read();
  await sys.stdout.write("first\n");
  return 0;
};
const programs = { cat, forever, first };

async function bash(script: string) {
  const sys = testSys({ argv: ["bash", "-c", script], programs });
  const status = await shellProgram(sys);
  return { script, stdout: sys.out.text, stderr: sys.err.text, status };
}

describe("scripts as bash 5.2 runs them", () => {
  for (const row of recorded) it(row.script, async () => expect(await bash(row.script)).toEqual(row));
});

describe("pipelines", () => {
  it("ends a writer that nobody reads any more", async () => {
    expect((await bash("forever | first; echo ${PIPESTATUS[@]}")).stdout).toBe("first\n141 0\n");
  });
});

describe("a session", () => {
  const session = () => new ShellSession(testSys({ programs }), { name: "bash" });
  const streams = () => {
    const stdout = new Pipe();
    return {
      io: { stdin: { read: async () => undefined }, stdout, stderr: stdout },
      text: async () => {
        stdout.closeWrite();
        return decode(await readAll(stdout));
      },
    };
  };
  it("stops a busy loop at Ctrl-C", async () => {
    const s = session();
    const { io } = streams();
    const running = s.run("while true; do :; done", io);
    setTimeout(() => s.interrupt(), 1);
    expect(await running).toBe(130);
  });
  it("keeps directory, variables and functions between lines and through a saved state", async () => {
    const s = session();
    await s.run("cd /tmp; x='a b'; f() { echo \"$x in $PWD\"; }", streams().io);
    const other = session();
    other.restore(JSON.parse(JSON.stringify(s.save())));
    const { io, text } = streams();
    await other.run("f", io);
    expect(await text()).toBe("a b in /tmp\n");
  });
  it("names an unknown command as an interactive bash does", async () => {
    const { io, text } = streams();
    expect(await session().run("foo", io)).toBe(127);
    expect(await text()).toBe("bash: foo: command not found\n");
  });
});
