/** What must not take the server down: each of these lines has been typed by somebody. */
import { describe, expect, it } from "vitest";
import { MAX_SAVED_STATE } from "./limits";
import { ShellSession } from "./session";
import { Collector } from "./streams";
import { testSys } from "./testing";
import { tools } from "./tools/index";

function session() {
  const opened = new ShellSession(testSys({ programs: tools }), { name: "bash", interactive: false });
  const run = async (line: string) => {
    const [stdout, stderr] = [new Collector(1e6), new Collector(1e6)];
    const status = await opened.run(line, { stdin: { read: async () => undefined }, stdout, stderr });
    return { status, stdout: stdout.text, stderr: stderr.text };
  };
  return { opened, run };
}

describe("hostile lines", () => {
  it("a fork bomb meets the limit of processes and burns out", async () => {
    const { opened, run } = session();
    const { stderr } = await run(":(){ :|:& };:; wait");
    await Promise.all(opened.shell.jobs.map((job) => job.done));
    expect(stderr === "" || stderr.includes("bash: fork: retry: Resource temporarily unavailable\n")).toBe(true);
    expect((await run("echo still here")).stdout).toBe("still here\n");
  }, 60_000);

  it.each([
    ["one variable that doubles", "x=a; while true; do x=$x$x; done"],
    ["ever more variables", "x=$(printf '%1000s' | tr ' ' y); for ((i = 0; ; i++)); do eval v$i=$x; done"],
    ["an array that grows", "x=$(printf '%99999s' y); while true; do a+=(\"$x\"); done"],
    ["a width nobody has", "printf '%2000000000d' 1"],
  ])("%s ends the line, not the shell", async (_, line) => {
    const { opened, run } = session();
    const { status, stderr } = await run(line);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^bash: xrealloc: cannot allocate \d+ bytes\n$/);
    expect((await run("unset x; echo still here")).stdout).toBe("still here\n");
    expect(JSON.stringify(opened.save()).length).toBeLessThan(MAX_SAVED_STATE * 1.5);
  });

  it("what subshells held is free again", async () => {
    const { run } = session();
    const line = "for i in 1 2 3 4 5 6 7 8 9 10; do (x=$(printf '%2000000s' y); echo ${#x}); done";
    expect((await run(line)).stdout).toBe("2000000\n".repeat(10));
  });

  it("an endless loop leaves the others their turn and ends by Ctrl-C", async () => {
    const { opened, run } = session();
    const running = run("while true; do :; done");
    let turns = 0;
    for (; turns < 20; turns++) await new Promise((resolve) => setTimeout(resolve, 5));
    opened.interrupt();
    expect([(await running).status, turns]).toEqual([130, 20]);
  });

  it("what is too large to keep is left out of what is saved, and the rest is kept", async () => {
    const { opened, run } = session();
    await run("big=$(printf '%200000s'); small=1");
    const { variables } = opened.save();
    expect([variables.big, variables.small?.value]).toEqual([undefined, "1"]);
  });
});

describe("numbers", () => {
  it.each([
    ["seq 3", "1\n2\n3\n", ""],
    ["seq 2 4; seq 5 -2 1", "2\n3\n4\n5\n3\n1\n", ""],
    ["seq -w 8 10; seq -s , 3; seq 0 .5 1", "08\n09\n10\n1,2,3\n0.0\n0.5\n1.0\n", ""],
    ["seq -f 'n%03g' 2", "n001\nn002\n", ""],
    ["seq 3 1", "", ""],
    ["seq 1 1000000000 | head -2", "1\n2\n", ""],
    ["seq x", "", "seq: invalid floating point argument: 'x'\nTry 'seq --help' for more information.\n"],
  ])("%s", async (line, stdout, stderr) => {
    expect(await session().run(line)).toMatchObject({ stdout, stderr });
  });
});

describe("devices", () => {
  it.each([
    ["head -c 5000 /dev/zero | wc -c", "5000\n", ""],
    ["head -c 70000 < /dev/urandom | wc -c", "70000\n", ""],
    ["echo a > /dev/full", "", "bash: line 1: echo: write error: No space left on device\n"],
    ["dd if=/dev/zero of=x bs=1M count=2 status=none; wc -c < x", "2097152\n", ""],
    ["printf abcdef | dd bs=1 skip=2 count=3 2>/dev/null", "cde", ""],
    ["printf abcdef > f; printf XY | dd of=f bs=1 seek=2 conv=notrunc status=none; cat f", "abXYef", ""],
    ["dd if=nowhere", "", "dd: failed to open 'nowhere': No such file or directory\n"],
    ["dd frob=1", "", "dd: unrecognized operand 'frob=1'\n"],
    ["dd bs=x", "", "dd: invalid number: 'x'\n"],
  ])("%s", async (line, stdout, stderr) => {
    expect(await session().run(line)).toMatchObject({ stdout, stderr });
  });

  it("dd counts what it copied", async () => {
    const { stderr } = await session().run("dd if=/dev/zero of=x bs=1M count=10");
    expect(stderr).toMatch(
      /^10\+0 records in\n10\+0 records out\n10485760 bytes \(10 MB, 10 MiB\) copied, .* s, .*B\/s\n$/,
    );
  });
});
