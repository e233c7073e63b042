/** Jobs: how a list is started beside the shell. What is done with them afterwards is `builtins/jobs`. */
import type { AndOr } from "./ast";
import { type Fds, Foreground, Interrupted, type Job, write } from "./control";
import type { Shell } from "./shell";
import { bytesInput } from "./streams";

/** Runs a list beside the shell (`&`) as a job of its own. */
export async function startInBackground(parent: Shell, item: AndOr, fds: Fds): Promise<void> {
  const shell = parent.fork();
  shell.foreground = new Foreground();
  shell.traps = new Map();
  const own = new Map(fds);
  if (!parent.interactive || fds.get(0)?.tty) own.set(0, { input: bytesInput("") });
  const simple = item.rest.length === 0 && item.first.commands.length === 1 ? item.first.commands[0] : undefined;
  let pid = 0;
  const running = shell
    .subshell(async () => {
      await shell.andOr({ ...item, background: false }, own);
      return shell.status;
    })
    .catch((error: unknown) => (error instanceof Interrupted ? 143 : 1));
  if (simple?.t === "simple")
    for (let i = 0; i < 20 && shell.foreground.children.size === 0; i++) await Promise.resolve();
  pid = [...shell.foreground.children][0]?.pid ?? parent.sys.pid + 1000 + parent.jobs.length;
  const id = Math.max(0, ...parent.jobs.filter((job) => !job.reported).map((job) => job.id)) + 1;
  const job: Job = {
    id,
    pid,
    source: item.source,
    done: running,
    foreground: shell.foreground,
    status: undefined,
    reported: false,
  };
  void running.then((status) => {
    job.status = status;
  });
  parent.jobs = [...parent.jobs.filter((old) => !old.reported), job];
  parent.lastBackground = pid;
  parent.status = 0;
  if (parent.interactive) await write(fds, 2, `[${id}] ${pid}\n`);
}
