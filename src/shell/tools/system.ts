/** Tools about the process, its user, its machine and time; editors and wrappers that run other programs. */
import type { Program, Sys } from "../../api/process";
import { absolute, findProgram } from "../paths";
import { complain, here, nameOf, options, type ToolTable } from "./common";
import { ids } from "./files";

const say = async (sys: Sys, text: string): Promise<number> => {
  await sys.stdout.write(`${text}\n`);
  return 0;
};

/** Milliseconds of `1`, `0.5`, `2m`, `1h`; undefined when it is none. */
export function duration(text: string): number | undefined {
  const match = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * ({ s: 1, m: 60, h: 3600, d: 86400, "": 1 }[match[2] ?? ""] ?? 1) * 1000;
}

const sleep: Program = async (sys) => {
  let total = 0;
  if (sys.argv.length < 2) return complain(sys, "missing operand");
  for (const arg of sys.argv.slice(1)) {
    if (arg === "infinity") total = 2 ** 31;
    const millis = arg === "infinity" ? 0 : duration(arg);
    if (millis === undefined) return complain(sys, `invalid time interval '${arg}'`);
    total += millis;
  }
  await sys.clock.sleep(total);
  return 0;
};

/** Runs the rest of the arguments as a command. */
async function runRest(
  sys: Sys,
  argv: readonly string[],
  env: Record<string, string> = { ...sys.env },
): Promise<number> {
  const found = findProgram(sys.files, argv[0] ?? "", env.PATH ?? sys.env.PATH ?? "", sys.cwd);
  if (typeof found !== "string") {
    const missing = found.code === "ENOENT";
    await complain(
      sys,
      nameOf(sys) === "sudo"
        ? `${argv[0]}: command not found`
        : nameOf(sys) === "env"
          ? `'${argv[0]}': ${missing ? "No such file or directory" : "Permission denied"}`
          : `failed to run command '${argv[0]}': ${missing ? "No such file or directory" : "Permission denied"}`,
    );
    return nameOf(sys) === "sudo" ? 1 : missing ? 127 : 126;
  }
  const child = sys.spawn(argv, { env, ...(sys.stdoutTty === undefined ? {} : { stdoutTty: sys.stdoutTty }) });
  const undo = (["SIGINT", "SIGTERM", "SIGHUP"] as const).map((name) => sys.onSignal(name, () => child.kill(name)));
  const status = await child.exited;
  for (const step of undo) step();
  return status;
}

const env: Program = async (sys) => {
  let vars: Record<string, string> = { ...sys.env };
  const args = sys.argv.slice(1);
  while (args[0] !== undefined) {
    const arg = args[0];
    if (arg === "-i" || arg === "-") vars = {};
    else if (arg === "-u") {
      args.shift();
      delete vars[args[0] ?? ""];
    } else if (/^[A-Za-z_]\w*=/.test(arg)) vars[arg.slice(0, arg.indexOf("="))] = arg.slice(arg.indexOf("=") + 1);
    else if (arg !== "--") break;
    args.shift();
  }
  if (args.length > 0) return runRest(sys, args, vars);
  for (const [name, value] of Object.entries(vars)) await sys.stdout.write(`${name}=${value}\n`);
  return 0;
};

const printenv: Program = async (sys) => {
  if (sys.argv.length < 2) return env(sys);
  let status = 0;
  for (const name of sys.argv.slice(1)) {
    if (sys.env[name] === undefined) status = 1;
    else await say(sys, sys.env[name]);
  }
  return status;
};

const id: Program = async (sys) => {
  const opt = options(sys);
  const { uid, gid } = sys.user;
  const group = ids(sys, "group", gid);
  const name = /^\d+$/.test(sys.user.name) ? ids(sys, "passwd", uid) : sys.user.name;
  if (opt.has("u")) return say(sys, opt.has("n") ? name : String(uid));
  if (opt.has("g", "G")) return say(sys, opt.has("n") ? group : String(gid));
  const named = (number: number, word: string) => (word === String(number) ? word : `${number}(${word})`);
  return say(sys, `uid=${named(uid, name)} gid=${named(gid, group)} groups=${named(gid, group)}`);
};

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** Formats a time as strftime(3), in a time zone of IANA's name. */
export function strftime(format: string, millis: number, zone: string): string {
  let parts: Record<string, string>;
  try {
    parts = Object.fromEntries(
      new Intl.DateTimeFormat("en-US", {
        timeZone: zone,
        hourCycle: "h23",
        year: "numeric",
        month: "numeric",
        day: "numeric",
        hour: "numeric",
        minute: "numeric",
        second: "numeric",
        weekday: "long",
        timeZoneName: "short",
      })
        .formatToParts(millis)
        .map((p) => [p.type, p.value]),
    );
  } catch {
    return strftime(format, millis, "UTC");
  }
  const n = (name: string) => Number(parts[name]);
  const p2 = (v: number) => String(v).padStart(2, "0");
  const local = Date.UTC(n("year"), n("month") - 1, n("day"), n("hour"), n("minute"), n("second"));
  const offset = Math.round((local - Math.floor(millis / 1000) * 1000) / 60000);
  const sign = offset < 0 ? "-" : "+";
  const [oh, om] = [p2(Math.floor(Math.abs(offset) / 60)), p2(Math.abs(offset) % 60)];
  const day = DAYS.indexOf(parts.weekday ?? "");
  const month = MONTHS[n("month") - 1] as string;
  const yearDay =
    Math.floor((Date.UTC(n("year"), n("month") - 1, n("day")) - Date.UTC(n("year"), 0, 1)) / 86400000) + 1;
  const hour12 = n("hour") % 12 || 12;
  const one: Record<string, () => string> = {
    Y: () => String(n("year")),
    y: () => p2(n("year") % 100),
    C: () => p2(Math.floor(n("year") / 100)),
    m: () => p2(n("month")),
    d: () => p2(n("day")),
    e: () => String(n("day")).padStart(2),
    H: () => p2(n("hour")),
    I: () => p2(hour12),
    M: () => p2(n("minute")),
    S: () => p2(n("second")),
    p: () => (n("hour") < 12 ? "AM" : "PM"),
    a: () => (parts.weekday ?? "").slice(0, 3),
    A: () => parts.weekday ?? "",
    b: () => month.slice(0, 3),
    h: () => month.slice(0, 3),
    B: () => month,
    j: () => String(yearDay).padStart(3, "0"),
    u: () => String(day || 7),
    w: () => String(day),
    s: () => String(Math.floor(millis / 1000)),
    N: () =>
      String(Math.floor(millis % 1000))
        .padStart(3, "0")
        .padEnd(9, "0"),
    z: () => `${sign}${oh}${om}`,
    Z: () => (parts.timeZoneName ?? "UTC").replace(/^GMT$/, "UTC"),
    n: () => "\n",
    t: () => "\t",
    "%": () => "%",
    F: () => strftime("%Y-%m-%d", millis, zone),
    T: () => strftime("%H:%M:%S", millis, zone),
    R: () => strftime("%H:%M", millis, zone),
    D: () => strftime("%m/%d/%y", millis, zone),
    c: () => strftime("%a %b %e %H:%M:%S %Y", millis, zone),
    x: () => strftime("%m/%d/%y", millis, zone),
    X: () => strftime("%H:%M:%S", millis, zone),
    r: () => strftime("%I:%M:%S %p", millis, zone),
  };
  return format
    .replace(/%:z/g, `${sign}${oh}:${om}`)
    .replace(/%(-?)(\d?)([a-zA-Z%])/g, (all, minus: string, digits: string, c: string) => {
      const text = one[c]?.() ?? all;
      if (c === "N" && digits) return text.slice(0, Number(digits));
      return minus ? text.replace(/^[0 ]+(?=.)/, "") : text;
    });
}

const date: Program = async (sys) => {
  const opt = options(sys, "dr");
  const zone = opt.has("u") ? "UTC" : (sys.env.TZ ?? "UTC");
  let at = sys.clock.now();
  const given = opt.value("d") ?? opt.value("date");
  if (given !== undefined) {
    const relative = /^([-+]?\d+) (second|sec|minute|min|hour|day|week)s?( ago)?$/.exec(given);
    const unit =
      { second: 1, sec: 1, minute: 60, min: 60, hour: 3600, day: 86400, week: 604800 }[relative?.[2] ?? ""] ?? 0;
    if (relative) at += Number(relative[1]) * unit * 1000 * (relative[3] ? -1 : 1);
    else if (given.startsWith("@")) at = Number(given.slice(1)) * 1000;
    else if (given !== "now")
      at =
        given === "yesterday"
          ? at - 86_400_000
          : given === "tomorrow"
            ? at + 86_400_000
            : Date.parse(
                /[zZ]|[+-]\d\d:?\d\d$/.test(given)
                  ? given
                  : `${given.replace(" ", "T")}${given.length > 10 ? "Z" : ""}`,
              );
    if (Number.isNaN(at)) return complain(sys, `invalid date '${given}'`);
  }
  const format = opt.rest.find((arg) => arg.startsWith("+"))?.slice(1);
  if (format !== undefined) return say(sys, strftime(format, at, zone));
  if (opt.has("I", "iso-8601")) return say(sys, strftime("%Y-%m-%d", at, zone));
  if (opt.has("R")) return say(sys, strftime("%a, %d %b %Y %H:%M:%S %z", at, zone));
  return say(sys, strftime("%a %b %e %H:%M:%S %Z %Y", at, zone));
};

const which: Program = async (sys) => {
  let status = 0;
  for (const name of sys.argv.slice(1).filter((arg) => arg !== "-a")) {
    const found = findProgram(sys.files, name, sys.env.PATH ?? "", sys.cwd);
    if (typeof found === "string") await say(sys, found);
    else status = 1;
  }
  return status;
};

const timeout: Program = async (sys) => {
  const opt = sys.argv.slice(1);
  while (opt[0]?.startsWith("-")) {
    if (/^-[sk]$/.test(opt[0])) opt.shift();
    opt.shift();
  }
  const millis = duration(opt[0] ?? "");
  if (millis === undefined) return complain(sys, `invalid time interval '${opt[0] ?? ""}'`, 125);
  const over = new AbortController();
  let child: ReturnType<Sys["spawn"]>;
  try {
    child = sys.spawn(opt.slice(1));
  } catch {
    return complain(sys, `failed to run command '${opt[1]}': No such file or directory`, 127);
  }
  const late = sys.clock.sleep(millis, over.signal).then(
    () => "late" as const,
    () => "stopped" as const,
  );
  const first = await Promise.race([child.exited, late]);
  if (first === "late") {
    child.kill("SIGTERM");
    await child.exited;
    return 124;
  }
  over.abort();
  return child.exited;
};

const watch: Program = async (sys) => {
  const opt = options(sys, "n");
  const seconds = Number(opt.value("n") ?? 2);
  for (;;) {
    await sys.stdout.write(`\x1b[H\x1b[2JEvery ${seconds.toFixed(1)}s: ${opt.rest.join(" ")}\n\n`);
    await sys.spawn(["sh", "-c", opt.rest.join(" ")], { tty: false }).exited;
    await sys.clock.sleep(seconds * 1000);
  }
};

/** Editors do not take the terminal over: the page opens the file (it reads OSC 7777), where there is a page. */
const edit: Program = async (sys) => {
  const name = options(sys).rest.find((arg) => !arg.startsWith("+"));
  if (name === undefined) return complain(sys, "name a file to edit");
  const path = here(sys, name);
  if (!sys.tty) return complain(sys, "there is no page here that could open an editor");
  await sys.stdout.write(`\x1b]7777;edit;${path}\x07Opening ${path} in the editor.\n`);
  return 0;
};

const hostname: Program = async (sys) => {
  const opt = options(sys);
  // -i asks what the name stands for, -I for the interfaces.
  if (opt.has("I")) return say(sys, sys.net.addresses.map((each) => each.address).join(" "));
  if (opt.has("i")) return say(sys, sys.net.resolve(sys.hostname).join(" "));
  return say(sys, opt.has("s") ? (sys.hostname.split(".")[0] ?? "") : sys.hostname);
};

const rest =
  (drop: RegExp): Program =>
  (sys) => {
    const args = sys.argv.slice(1);
    while (args[0] && drop.test(args[0])) args.splice(0, /^-[ug]$/.test(args[0]) ? 2 : 1);
    return args.length > 0 ? runRest(sys, args) : Promise.resolve(0);
  };

const su: Program = async (sys) => {
  const at = sys.argv.indexOf("-c");
  return runRest(sys, at > 0 ? ["sh", "-c", sys.argv[at + 1] ?? ""] : ["sh"]);
};

const terminalOf = (sys: Sys) => sys.kernel?.processes().find(({ pid }) => pid === sys.pid)?.tty ?? "pts/0";

export const systemTools: ToolTable = {
  sleep,
  env,
  printenv,
  id,
  date,
  which,
  timeout,
  watch,
  hostname,
  su,
  sudo: rest(/^(-[EHnSi]+|-[ug])$/),
  nohup: rest(/^--$/),
  nice: rest(/^-/),
  setsid: rest(/^-/),
  nano: edit,
  vi: edit,
  vim: edit,
  edit,
  code: edit,
  true: async () => 0,
  false: async () => 1,
  whoami: async (sys) => say(sys, sys.user.name),
  arch: async (sys) => say(sys, "x86_64"),
  pwd: async (sys) => say(sys, absolute("/", sys.cwd)),
  tty: async (sys) => (sys.tty ? say(sys, `/dev/${terminalOf(sys)}`) : say(sys, "not a tty").then(() => 1)),
  clear: async (sys) => sys.stdout.write("\x1b[H\x1b[2J\x1b[3J").then(() => 0),
  reset: async (sys) => sys.stdout.write("\x1bc").then(() => 0),
  sync: async () => 0,
  echo: async (sys) => {
    const plain = sys.argv[1] === "-n";
    await sys.stdout.write(sys.argv.slice(plain ? 2 : 1).join(" ") + (plain ? "" : "\n"));
    return 0;
  },
  mktemp: async (sys) => {
    const opt = options(sys, "pt");
    const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    const path = here(
      sys,
      (opt.rest[0] ?? "/tmp/tmp.XXXXXXXXXX").replace(/X{3,}$/, (x) =>
        x.replace(/X/g, () => letters[Math.floor(sys.random() * letters.length)] as string),
      ),
    );
    if (opt.has("d")) sys.files.mkdir(path, { mode: 0o700 });
    else sys.files.writeFile(path, "", 0o600);
    return say(sys, path);
  },
};
