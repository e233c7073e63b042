/** Tools that look at and change the file tree. */
import type { FileStat, Program, Sys } from "../../api/process";
import { charWidth } from "../line-editor";
import { basename } from "../paths";
import { complain, errorText, here, options, type ToolTable } from "./common";

const twoDigits = (n: number) => String(n).padStart(2, "0");
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

export function modeText(stat: FileStat): string {
  const kind = { dir: "d", file: "-", symlink: "l", socket: "s" }[stat.type];
  const bits = [6, 3, 0].map((shift) => {
    const n = (stat.mode >> shift) & 7;
    return `${n & 4 ? "r" : "-"}${n & 2 ? "w" : "-"}${n & 1 ? "x" : "-"}`;
  });
  const text = kind + bits.join("");
  return stat.mode & 0o1000 ? text.slice(0, 9) + (stat.mode & 1 ? "t" : "T") : text;
}

export function human(size: number): string {
  if (size < 1024) return String(size);
  let value = size;
  let unit = -1;
  while (value >= 1024 && unit < 4) {
    value /= 1024;
    unit++;
  }
  return `${value < 10 ? (Math.ceil(value * 10) / 10).toFixed(1) : Math.ceil(value)}${"KMGTP"[unit]}`;
}

export function ids(sys: Sys, file: "passwd" | "group", id: number): string {
  try {
    for (const line of new TextDecoder().decode(sys.files.readFile(`/etc/${file}`)).split("\n")) {
      const parts = line.split(":");
      if (parts[2] === String(id)) return parts[0] as string;
    }
  } catch {
    // No such database: the number is shown.
  }
  return id === 0 ? "root" : String(id);
}

const ls: Program = async (sys) => {
  const opt = options(sys);
  const tty = sys.stdoutTty ?? sys.tty !== undefined;
  const colour = opt.value("color") === "always" || (tty && opt.value("color") !== "never");
  const names = opt.rest.length > 0 ? opt.rest : ["."];
  const files: string[] = [];
  const folders: string[] = [];
  let status = 0;
  for (const name of names) {
    try {
      const stat = opt.has("l", "d") ? sys.files.lstat(here(sys, name)) : sys.files.stat(here(sys, name));
      (stat.type === "dir" && !opt.has("d") ? folders : files).push(name);
    } catch (error) {
      const busybox = sys.files.exists("/bin/busybox");
      await complain(sys, busybox ? `${name}: ${errorText(error)}` : `cannot access '${name}': ${errorText(error)}`);
      status = busybox ? 1 : 2;
    }
  }
  const show = (rows: { name: string; path: string }[]) => list(sys, rows, opt, tty, colour);
  if (files.length > 0) await show(files.map((name) => ({ name, path: here(sys, name) })));
  let first = files.length === 0;
  const walk = async (folder: string): Promise<void> => {
    const path = here(sys, folder);
    let inside = sys.files.readdir(path).filter((name) => opt.has("a", "A") || !name.startsWith("."));
    if (opt.has("a")) inside = [".", "..", ...inside];
    const rows = inside.map((name) => ({ name, path: here(sys, `${path}/${name}`) }));
    if (names.length > 1 || opt.has("R")) await sys.stdout.write(`${first ? "" : "\n"}${folder}:\n`);
    first = false;
    if (opt.has("l"))
      await sys.stdout.write(`total ${rows.reduce((sum, row) => sum + blocks(sys.files.lstat(row.path)), 0)}\n`);
    await show(rows);
    if (!opt.has("R")) return;
    for (const name of inside)
      if (name !== "." && name !== ".." && sys.files.lstat(here(sys, `${path}/${name}`)).type === "dir")
        await walk(`${folder.replace(/\/$/, "")}/${name}`);
  };
  for (const folder of folders) await walk(folder);
  return status;
};

/** As dircolors(1) has them. */
const COLOURS = { dir: "01;34", symlink: "01;36", socket: "01;35" };

const blocks = (stat: FileStat) =>
  stat.type === "symlink" ? 0 : stat.type === "dir" ? 4 : Math.ceil(stat.size / 4096) * 4;

async function list(
  sys: Sys,
  given: { name: string; path: string }[],
  opt: ReturnType<typeof options>,
  tty: boolean,
  colour: boolean,
): Promise<void> {
  let rows = given.map((row) => ({ ...row, stat: sys.files.lstat(row.path) }));
  if (opt.has("t")) rows = rows.sort((a, b) => b.stat.mtime - a.stat.mtime);
  if (opt.has("S")) rows = rows.sort((a, b) => b.stat.size - a.stat.size);
  if (opt.has("r")) rows.reverse();
  const paint = (row: (typeof rows)[number]) => {
    const { type, mode } = row.stat;
    const mark = opt.has("F", "p") && type === "dir" ? "/" : opt.has("F") && type === "socket" ? "=" : "";
    const code = type === "file" ? (mode & 0o111 ? "01;32" : "") : COLOURS[type];
    return (colour && code ? `\x1b[${code}m${row.name}\x1b[0m` : row.name) + mark;
  };
  if (opt.has("l")) {
    const cells = rows.map((row) => {
      const { stat } = row;
      const owner = opt.has("n") ? String(stat.uid) : ids(sys, "passwd", stat.uid);
      const group = opt.has("n") ? String(stat.gid) : ids(sys, "group", stat.gid);
      const size = opt.has("h")
        ? human(stat.type === "dir" ? 4096 : stat.size)
        : String(stat.type === "dir" ? 4096 : stat.size);
      const target = stat.type === "symlink" ? ` -> ${sys.files.readlink(row.path)}` : "";
      return [
        modeText(stat),
        stat.type === "dir" ? "2" : "1",
        owner,
        group,
        size,
        when(stat.mtime, sys.clock.now()),
        paint(row) + target,
      ];
    });
    if (sys.files.exists("/bin/busybox")) {
      for (const [mode, links = "", owner = "", group = "", size = "", time, name] of cells)
        await sys.stdout.write(
          `${mode} ${links.padStart(4)} ${owner.padEnd(8)} ${group.padEnd(8)} ${size.padStart(9)} ${time} ${name}\n`,
        );
      return;
    }
    const width = (i: number) => Math.max(...cells.map((cell) => (cell[i] as string).length));
    for (const c of cells) {
      await sys.stdout.write(
        `${c[0]} ${c[1]?.padStart(width(1))} ${c[2]?.padEnd(width(2))} ${c[3]?.padEnd(width(3))} ${c[4]?.padStart(width(4))} ${c[5]} ${c[6]}\n`,
      );
    }
    return;
  }
  if (!tty || opt.has("1")) {
    if (rows.length > 0) await sys.stdout.write(`${rows.map(paint).join("\n")}\n`);
    return;
  }
  await sys.stdout.write(
    columns(
      rows.map((row) => ({ shown: paint(row), width: [...row.name].reduce((n, c) => n + charWidth(c), 0) })),
      sys.tty?.columns ?? 80,
    ),
  );
}

/** Names in columns, filled downwards, as ls does on a terminal. */
export function columns(items: readonly { shown: string; width: number }[], total: number): string {
  for (let rows = 1; rows <= items.length; rows++) {
    const count = Math.ceil(items.length / rows);
    const widths = Array.from({ length: count }, (_, c) =>
      Math.max(...items.slice(c * rows, (c + 1) * rows).map((item) => item.width)),
    );
    if (rows < items.length && widths.reduce((sum, w) => sum + w + 2, -2) > total) continue;
    let text = "";
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < count; c++) {
        const item = items[c * rows + r];
        if (item)
          text += item.shown + (items[(c + 1) * rows + r] ? " ".repeat((widths[c] as number) - item.width + 2) : "");
      }
      text += "\n";
    }
    return text;
  }
  return "";
}

function when(mtime: number, now: number): string {
  const d = new Date(mtime);
  const recent = Math.abs(now - mtime) < 182 * 86_400_000;
  const tail = recent ? `${twoDigits(d.getUTCHours())}:${twoDigits(d.getUTCMinutes())}` : ` ${d.getUTCFullYear()}`;
  return `${MONTHS[d.getUTCMonth()]} ${String(d.getUTCDate()).padStart(2)} ${tail}`;
}

/** Runs `work` for every operand and reports what fails as `VERB 'NAME': reason`. */
const perOperand =
  (verb: string, work: (sys: Sys, path: string, opt: ReturnType<typeof options>) => void, valued = ""): Program =>
  async (sys) => {
    const opt = options(sys, valued);
    if (opt.rest.length === 0 && !opt.has("f")) return complain(sys, "missing operand");
    let status = 0;
    for (const name of opt.rest) {
      try {
        work(sys, here(sys, name), opt);
      } catch (error) {
        status = await complain(sys, `${verb} '${name}': ${errorText(error)}`);
      }
    }
    return status;
  };

const rm = perOperand("cannot remove", (sys, path, opt) => {
  const deep = opt.has("r", "R", "recursive");
  try {
    if (sys.files.lstat(path).type === "dir" && !deep) throw Object.assign(new Error(), { code: "EISDIR" });
  } catch (error) {
    if (opt.has("f") && (error as { code?: string }).code === "ENOENT") return;
    throw error;
  }
  sys.files.rm(path, { recursive: deep, force: opt.has("f") });
});

function copyTree(sys: Sys, from: string, to: string, keep: boolean): void {
  const stat = keep ? sys.files.lstat(from) : sys.files.stat(from);
  if (stat.type === "symlink") sys.files.symlink(sys.files.readlink(from), to);
  else if (stat.type === "dir") {
    if (to === from || to.startsWith(`${from}/`)) throw Object.assign(new Error(), { code: "EINVAL" });
    if (!sys.files.exists(to)) sys.files.mkdir(to, { mode: stat.mode });
    for (const name of sys.files.readdir(from)) copyTree(sys, `${from}/${name}`, `${to}/${name}`, keep);
  } else sys.files.writeFile(to, sys.files.readFile(from), stat.mode);
  if (keep && stat.type !== "symlink") sys.files.utimes(to, stat.mtime);
}

const copyOrMove =
  (move: boolean): Program =>
  async (sys) => {
    const opt = options(sys, "t");
    const names = [...opt.rest];
    const target = opt.value("t") ?? names.pop();
    if (names.length === 0)
      return complain(
        sys,
        target === undefined ? "missing file operand" : `missing destination file operand after '${target}'`,
      );
    const to = here(sys, target ?? ".");
    const folder = sys.files.exists(to) && sys.files.stat(to).type === "dir";
    if (names.length > 1 && !folder)
      return complain(
        sys,
        `target '${target}': ${sys.files.exists(to) ? "Not a directory" : "No such file or directory"}`,
      );
    let status = 0;
    for (const name of names) {
      const from = here(sys, name);
      const end = folder && !opt.has("T") ? here(sys, `${to}/${basename(from)}`) : to;
      try {
        if (!move && sys.files.stat(from).type === "dir" && !opt.has("r", "R", "a"))
          status = await complain(sys, `-r not specified; omitting directory '${name}'`);
        else if (!move) copyTree(sys, from, end, opt.has("a", "p", "d"));
        else {
          if (sys.files.exists(end) && sys.files.stat(end).type === "file") sys.files.rm(end);
          sys.files.rename(from, end);
        }
      } catch (error) {
        const missing = !sys.files.exists(from);
        status = await complain(
          sys,
          missing
            ? `cannot stat '${name}': ${errorText(error)}`
            : `cannot ${move ? "move" : "create regular file"} '${move ? name : target}'${move ? ` to '${target}'` : ""}: ${errorText(error)}`,
        );
      }
    }
    return status;
  };

/** A new mode from `755` or `u+x,go-w`. */
export function changedMode(text: string, old: number, dir: boolean): number | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return Number.parseInt(text, 8);
  let mode = old;
  for (const clause of text.split(",")) {
    const match = /^([ugoa]*)([-+=])([rwxXst]*)$/.exec(clause);
    if (!match) return undefined;
    const who = !match[1] || match[1].includes("a") ? "ugo" : match[1];
    for (const w of who) {
      const shift = { u: 6, g: 3, o: 0 }[w] as number;
      let bits = 0;
      for (const c of match[3] as string) bits |= { r: 4, w: 2, x: 1, X: dir || old & 0o111 ? 1 : 0 }[c] ?? 0;
      if (match[2] === "=") mode &= ~(7 << shift);
      mode = match[2] === "-" ? mode & ~(bits << shift) : mode | (bits << shift);
    }
    if (match[3]?.includes("t")) mode = match[2] === "-" ? mode & ~0o1000 : mode | 0o1000;
  }
  return mode;
}

function everything(sys: Sys, path: string, deep: boolean): string[] {
  if (!deep || sys.files.lstat(path).type !== "dir") return [path];
  return [path, ...sys.files.readdir(path).flatMap((name) => everything(sys, here(sys, `${path}/${name}`), true))];
}

const chmod: Program = async (sys) => {
  const args = sys.argv.slice(1);
  const deep = args.some((arg) => /^-[a-zA-Z]*R/.test(arg));
  const [mode, ...names] = args.filter((arg) => !/^-[Rvfc]+$/.test(arg));
  if (mode === undefined || names.length === 0) return complain(sys, "missing operand");
  let status = 0;
  for (const name of names) {
    try {
      for (const path of everything(sys, here(sys, name), deep)) {
        const stat = sys.files.stat(path);
        const next = changedMode(mode, stat.mode, stat.type === "dir");
        if (next === undefined) return await complain(sys, `invalid mode: '${mode}'`);
        sys.files.chmod(path, next);
      }
    } catch (error) {
      status = await complain(sys, `cannot access '${name}': ${errorText(error)}`);
    }
  }
  return status;
};

const chown: Program = async (sys) => {
  const opt = options(sys);
  const [owner, ...names] = opt.rest;
  if (owner === undefined || names.length === 0) return complain(sys, "missing operand");
  const [user, group] = owner.split(/[:.]/);
  const lookUp = (file: string, name: string | undefined, old: number): number => {
    if (!name) return old;
    if (/^\d+$/.test(name)) return Number(name);
    const row = sys.files.exists(`/etc/${file}`)
      ? new TextDecoder()
          .decode(sys.files.readFile(`/etc/${file}`))
          .split("\n")
          .find((line) => line.startsWith(`${name}:`))
      : undefined;
    return row ? Number(row.split(":")[2]) : -1;
  };
  for (const name of names) {
    try {
      for (const path of everything(sys, here(sys, name), opt.has("R"))) {
        const stat = sys.files.stat(path);
        const uid = lookUp("passwd", user, stat.uid);
        const gid = lookUp("group", group, stat.gid);
        if (uid < 0) return await complain(sys, `invalid user: '${owner}'`);
        if (gid < 0) return await complain(sys, `invalid group: '${owner}'`);
        sys.files.chown(path, uid, gid);
      }
    } catch (error) {
      return await complain(sys, `cannot access '${name}': ${errorText(error)}`);
    }
  }
  return 0;
};

const ln: Program = async (sys) => {
  const opt = options(sys);
  const [target, link = basename(target ?? "")] = opt.rest;
  if (target === undefined) return complain(sys, "missing file operand");
  let path = here(sys, link);
  if (sys.files.exists(path) && sys.files.stat(path).type === "dir" && !opt.has("n", "T"))
    path = here(sys, `${path}/${basename(target)}`);
  try {
    if (opt.has("f")) sys.files.rm(path, { force: true });
    if (opt.has("s")) sys.files.symlink(target, path);
    else sys.files.writeFile(path, sys.files.readFile(here(sys, target)), sys.files.stat(here(sys, target)).mode);
    return 0;
  } catch (error) {
    return complain(sys, `failed to create ${opt.has("s") ? "symbolic" : "hard"} link '${link}': ${errorText(error)}`);
  }
};

const show =
  (work: (sys: Sys, name: string) => string): Program =>
  async (sys) => {
    const opt = options(sys, "s");
    let status = 0;
    for (const name of opt.rest) {
      try {
        await sys.stdout.write(`${work(sys, name)}\n`);
      } catch (error) {
        status = 1;
        if (sys.argv[0]?.endsWith("realpath")) await complain(sys, `${name}: ${errorText(error)}`);
      }
    }
    return status;
  };

export const fileTools: ToolTable = {
  ls,
  dir: ls,
  rm,
  chmod,
  chown,
  chgrp: async (sys) =>
    chown({
      ...sys,
      argv: [...sys.argv.slice(0, 1), ...sys.argv.slice(1).map((arg, i) => (i === 0 ? `:${arg}` : arg))],
    }),
  ln,
  cp: copyOrMove(false),
  mv: copyOrMove(true),
  mkdir: perOperand(
    "cannot create directory",
    (sys, path, opt) =>
      sys.files.mkdir(path, {
        recursive: opt.has("p", "parents"),
        ...(opt.value("m") ? { mode: Number.parseInt(opt.value("m") as string, 8) } : {}),
      }),
    "m",
  ),
  rmdir: perOperand("failed to remove", (sys, path) => {
    if (sys.files.lstat(path).type !== "dir") throw Object.assign(new Error(), { code: "ENOTDIR" });
    sys.files.rm(path);
  }),
  touch: perOperand(
    "cannot touch",
    (sys, path, opt) => {
      if (sys.files.exists(path)) sys.files.utimes(path, sys.clock.now());
      else if (!opt.has("c")) sys.files.writeFile(path, "");
    },
    "dtr",
  ),
  realpath: show((sys, name) => sys.files.realpath(here(sys, name))),
  readlink: show((sys, name) =>
    /^-[fem]/.test(sys.argv[1] ?? "")
      ? sys.files.exists(here(sys, name))
        ? sys.files.realpath(here(sys, name))
        : here(sys, name)
      : sys.files.readlink(here(sys, name)),
  ),
};
