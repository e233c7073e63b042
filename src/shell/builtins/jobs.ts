/** Jobs and signals: `jobs`, `wait`, `fg`, `kill`, `trap`. */
import type { SignalName } from "../../api/process";
import { ExitError, type Job } from "../control";
import type { Shell } from "../shell";
import { SIGNALS, signalNameOf } from "../signals";
import { type Call, fail, numeric, out, single } from "./call";
import { stoppable } from "./reading";

const signalName = (text: string) => (text === "0" ? "EXIT" : signalNameOf(text));

export async function trap(call: Call): Promise<number> {
  const { shell } = call;
  const args = call.args.filter((arg) => arg !== "--");
  if (args.length === 0 || args[0] === "-p") {
    for (const [name, action] of shell.traps)
      await out(
        call,
        `trap -- ${single(action)} ${shell.bash && !/^(EXIT|ERR|DEBUG|RETURN)$/.test(name) ? `SIG${name}` : name}\n`,
      );
    return 0;
  }
  const [action, ...names] = args.length === 1 ? ["-", args[0] as string] : (args as [string, ...string[]]);
  for (const given of names) {
    const name = signalName(given);
    if (!/^(EXIT|ERR|DEBUG|RETURN)$/.test(name) && !Object.values(SIGNALS).includes(name)) {
      return fail(call, `${given}: invalid signal specification`);
    }
    if (action === "-") shell.traps.delete(name);
    else shell.traps.set(name, action as string);
    if (name === "EXIT") shell.exitFds = call.fds;
    if (!/^(EXIT|ERR|DEBUG|RETURN|KILL)$/.test(name) && action !== "-") {
      shell.sys.onSignal(`SIG${name}` as SignalName, () => {
        if (shell.traps.has(name)) shell.pending.push(name);
        else throw new ExitError(130);
      });
    }
  }
  return 0;
}

function jobOf(shell: Shell, text: string | undefined): Job | undefined {
  const open = shell.jobs.filter((job) => !job.reported);
  if (text === undefined || /^%[%+]?$/.test(text)) return open.at(-1);
  if (text === "%-") return open.at(-2);
  if (text.startsWith("%"))
    return open.find((job) => String(job.id) === text.slice(1) || job.source.startsWith(text.slice(1)));
  return shell.jobs.find((job) => String(job.pid) === text);
}

const stateOf = (job: Job) =>
  job.status === undefined
    ? "Running"
    : job.status === 0
      ? "Done"
      : job.status === 143
        ? "Terminated"
        : `Exit ${job.status}`;

/** The lines `jobs` prints; finished jobs are forgotten after that. */
export function jobLines(shell: Shell, onlyDone: boolean): string[] {
  const open = shell.jobs.filter((job) => !job.reported);
  const lines = open.flatMap((job, i) => {
    if (onlyDone && job.status === undefined) return [];
    const mark = i === open.length - 1 ? "+" : i === open.length - 2 ? "-" : " ";
    return [`[${job.id}]${mark}  ${stateOf(job).padEnd(24)}${job.source}${job.status === undefined ? " &" : ""}`];
  });
  for (const job of open) if (job.status !== undefined) job.reported = true;
  return lines;
}

export async function jobs(call: Call): Promise<number> {
  if (call.args[0] === "-p")
    for (const job of call.shell.jobs.filter((j) => !j.reported)) await out(call, `${job.pid}\n`);
  else for (const line of jobLines(call.shell, false)) await out(call, `${line}\n`);
  return 0;
}

export async function wait(call: Call): Promise<number> {
  const { shell } = call;
  const names = call.args.filter((arg) => !arg.startsWith("-"));
  if (names.length === 0) {
    for (const job of shell.jobs.filter((j) => !j.reported)) {
      await stoppable(shell, job.done);
      job.reported = true;
    }
    return 0;
  }
  let status = 0;
  for (const name of names) {
    const job = jobOf(shell, name);
    if (!job)
      status = await fail(
        call,
        name.startsWith("%") ? `${name}: no such job` : `pid ${name} is not a child of this shell`,
        127,
      );
    else {
      status = await stoppable(shell, job.done);
      job.reported = true;
    }
  }
  return status;
}

export async function fg(call: Call): Promise<number> {
  const { shell } = call;
  const job = jobOf(shell, call.args[0]);
  if (!job) return fail(call, `${call.args[0] ?? "current"}: no such job`);
  if (call.argv[0] === "bg") return 0;
  await out(call, `${job.source}\n`);
  job.reported = true;
  shell.foreground.abort.signal.addEventListener("abort", () => job.foreground.kill("SIGINT"));
  return job.done;
}

export async function kill(call: Call): Promise<number> {
  let signal = "TERM";
  const args = [...call.args];
  if (args[0] === "-l") {
    await out(call, `${Object.values(SIGNALS).join(" ")}\n`);
    return 0;
  }
  if (args[0] === "-s" || args[0] === "-n") {
    signal = signalName(args[1] ?? "");
    args.splice(0, 2);
  } else if (args[0]?.startsWith("-") && args[0] !== "--") signal = signalName((args.shift() as string).slice(1));
  if (args.length === 0)
    return fail(call, "usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]", 2);
  let status = 0;
  for (const target of args) {
    const job = jobOf(call.shell, target);
    if (job && (target.startsWith("%") || String(job.pid) === target)) {
      if (signal !== "EXIT" && job.status === undefined)
        job.foreground.kill(
          signal === "KILL" ? "SIGKILL" : signal === "INT" ? "SIGINT" : signal === "HUP" ? "SIGHUP" : "SIGTERM",
        );
      continue;
    }
    if (target.startsWith("%")) {
      status = await fail(call, `${target}: no such job`);
      continue;
    }
    if (!numeric(target)) {
      status = await fail(call, `${target}: arguments must be process or job IDs`);
      continue;
    }
    try {
      call.shell.sys.kernel?.signal(Number(target), signal === "EXIT" ? undefined : (`SIG${signal}` as SignalName));
      if (!call.shell.sys.kernel) status = await fail(call, `(${target}) - No such process`);
    } catch (error) {
      const denied = (error as { code?: string }).code === "EPERM";
      status = await fail(call, `(${target}) - ${denied ? "Operation not permitted" : "No such process"}`);
    }
  }
  return status;
}
