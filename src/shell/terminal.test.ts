/** The pseudo terminal and the line editor, byte by byte. */
import { describe, expect, it } from "vitest";
import { charWidth, interactive } from "./line-editor";
import { createPty } from "./pty";
import { ShellSession } from "./session";
import { testSys } from "./testing";

const bytes = (text: string) => new TextEncoder().encode(text);

function terminal() {
  let shown = "";
  const signals: string[] = [];
  const pty = createPty({
    output: (data) => {
      shown += new TextDecoder().decode(data);
    },
    signal: (name) => signals.push(name),
  });
  return { pty, signals, shown: () => shown };
}

describe("the pseudo terminal in cooked mode", () => {
  it("echoes, erases and hands over whole lines", async () => {
    const { pty, shown } = terminal();
    pty.master.input(bytes("lx\x7fs\r"));
    expect(await pty.slave.input.read()).toEqual(bytes("ls\n"));
    expect(shown()).toBe("lx\b \bs\r\n");
  });
  it("turns Ctrl-C into a signal and Ctrl-D into the end", async () => {
    const { pty, signals, shown } = terminal();
    pty.master.input(bytes("abc\x03\x04"));
    expect(await pty.slave.input.read()).toBeUndefined();
    expect(signals).toEqual(["SIGINT"]);
    expect(shown()).toBe("abc^C");
  });
  it("hands over bytes as typed when raw", async () => {
    const { pty, shown } = terminal();
    pty.slave.tty.setRaw(true);
    pty.master.input(bytes("\x1b[A\x03"));
    expect(await pty.slave.input.read()).toEqual(bytes("\x1b[A\x03"));
    expect(shown()).toBe("");
  });
  it("fails writes after the terminal went away", async () => {
    const { pty } = terminal();
    pty.master.hangup();
    await expect(pty.slave.output.write("x")).rejects.toMatchObject({ code: "EPIPE" });
  });
});

describe("the line editor", () => {
  /** Types keys into an interactive shell and resolves with the lines it ran. */
  async function type(keys: string): Promise<readonly string[]> {
    const { pty } = terminal();
    const { input, output, tty } = pty.slave;
    const sys = testSys({ tty, stdin: input, stdout: output, stderr: output });
    const session = new ShellSession(sys, { name: "bash" });
    pty.slave.tty.setRaw(true);
    pty.master.input(bytes(keys));
    pty.master.input(bytes("\x05\x15exit\r"));
    await interactive(session, sys, { prompt: () => "$ " });
    return session.shell.history;
  }
  it.each([
    ["moves and inserts", "ech\x1b[D\x1b[D\x1b[Dx\x05o\r", ["xecho", "exit"]],
    ["deletes words and yanks them", "echo one two\x17\x17\x19\r", ["echo one two", "exit"]],
    ["recalls history", "true\r\x1b[A\r", ["true", "exit"]],
    ["drops a line at Ctrl-C", "nonsense\x03: ok\r", [": ok", "exit"]],
    ["searches backwards", "true 1\r: 2\r\x12tru\r", ["true 1", ": 2", "true 1", "exit"]],
    ["edits wide characters", ": 你好\x7f\r", [": 你", "exit"]],
    ["goes on with an open quote", ": 'a\rb'\r", [": 'a\nb'", "exit"]],
    ["completes file names", "cd /tm\t\r", ["cd /tmp/", "exit"]],
  ])("%s", async (_, keys, lines) => expect(await type(keys)).toEqual(lines));
  it("counts CJK as two columns", () => expect(["a", "你", "é", "🐳"].map(charWidth)).toEqual([1, 2, 1, 2]));
});
