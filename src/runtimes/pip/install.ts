/** `pip install`: requirements to releases, dependencies first found first, and pip's own account of it. */
import type { Sys } from "../../api/process";
import type { PythonVersion } from "../micropython/version";
import type { PackageIndex, PackageRelease } from "./index";
import { type Installed, installed, remove, write } from "./site";
import { canonical, compareVersions, parseRequirement, type Requirement, satisfies, specifierText } from "./versions";

export interface Context {
  readonly sys: Sys;
  readonly version: PythonVersion;
  readonly pip: string; // pip's own version
  readonly site: string;
  readonly index: PackageIndex;
}

interface Wanted {
  readonly requirement: Requirement;
  /** ` (from -r requirements.txt (line 1))` or ` (from Flask...)`. */
  readonly from: string;
  readonly direct: boolean;
}

interface Options {
  readonly wanted: Wanted[];
  quiet: boolean;
  upgrade: boolean;
}

class Failed extends Error {
  constructor(
    readonly lines: string,
    readonly code = 1,
  ) {
    super(lines);
  }
}

const WITH_VALUE =
  /^(--trusted-host|-i|--index-url|--extra-index-url|--timeout|--retries|-t|--target|--prefix|--root|--cache-dir|-c|--constraint|--progress-bar|--proxy|--root-user-action|--find-links|-f|--platform|--no-binary|--only-binary)$/;
const NO_VALUE =
  /^(--no-cache-dir|--no-cache|--user|--no-deps|--pre|--disable-pip-version-check|--no-input|--force-reinstall|--no-build-isolation|--ignore-installed|-I|--prefer-binary|--break-system-packages|-v|--verbose|--no-warn-script-location|--compile|--no-compile|--require-hashes|--no-color)$/;

/** Runs the command; resolves with the exit code. */
export async function install(context: Context, args: readonly string[]): Promise<number> {
  const { sys } = context;
  try {
    const options = parse(context, args);
    if (options.wanted.length === 0) {
      throw new Failed('ERROR: You must give at least one requirement to install (see "pip help install")\n');
    }
    await deprecation(context);
    await run(context, options);
    return 0;
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    await sys.stderr.write(error.lines);
    return error.code;
  }
}

function parse(context: Context, args: readonly string[]): Options {
  const options: Options = { wanted: [], quiet: false, upgrade: false };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    const [name = "", value] =
      arg.startsWith("--") && arg.includes("=")
        ? [arg.slice(0, arg.indexOf("=")), arg.slice(arg.indexOf("=") + 1)]
        : [arg];
    if (name === "-r" || name === "--requirement") {
      const path = value ?? args[++i];
      if (path === undefined) throw new Failed(usage(`${name} option requires 1 argument`), 2);
      options.wanted.push(...fromFile(context, path));
    } else if (WITH_VALUE.test(name)) {
      if (value === undefined) i++;
    } else if (name === "-q" || name === "--quiet" || name === "-qq") options.quiet = true;
    else if (name === "-U" || name === "--upgrade") options.upgrade = true;
    else if (NO_VALUE.test(name)) continue;
    else if (name.startsWith("-")) throw new Failed(usage(`no such option: ${name}`), 2);
    else options.wanted.push({ requirement: read(arg, ""), from: "", direct: true });
  }
  return options;
}

const usage = (problem: string) =>
  `\nUsage:   \n  pip install [options] <requirement specifier> [package-index-options] ...\n  pip install [options] -r <requirements file> [package-index-options] ...\n\n${problem}\n`;

function fromFile(context: Context, path: string): Wanted[] {
  const { sys } = context;
  const full = path.startsWith("/") ? path : `${sys.cwd === "/" ? "" : sys.cwd}/${path}`;
  if (!sys.files.exists(full)) {
    throw new Failed(`ERROR: Could not open requirements file: [Errno 2] No such file or directory: '${path}'\n`);
  }
  const lines = new TextDecoder().decode(sys.files.readFile(full)).split(/\r?\n/);
  return lines.flatMap((raw, i) => {
    const line = raw.replace(/(^|\s)#.*$/, "").trim();
    if (line === "" || line.startsWith("-")) return [];
    const where = ` (from -r ${path} (line ${i + 1}))`;
    return [{ requirement: read(line, where), from: where, direct: true }];
  });
}

function read(text: string, where: string): Requirement {
  const requirement = parseRequirement(text);
  if (requirement) return requirement;
  throw new Failed(`ERROR: Invalid requirement: '${text}'${where}\n`);
}

/** pip 20.0.2 says goodbye to Python 2.7 first. */
async function deprecation(context: Context): Promise<void> {
  if (context.version.major !== 2) return;
  await context.sys.stderr.write(
    "DEPRECATION: Python 2.7 reached the end of its life on January 1st, 2020. Please upgrade your Python as Python 2.7 is no longer maintained. A future version of pip will drop support for Python 2.7. More details about Python 2 support in pip, can be found at https://pip.pypa.io/en/latest/development/release-process/#python-2-support\n",
  );
}

async function run(context: Context, options: Options): Promise<void> {
  const { sys, site } = context;
  const say = (text: string) => (options.quiet ? Promise.resolve() : sys.stdout.write(text));
  const have = new Map(installed(sys.files, site).map((one) => [canonical(one.name), one]));
  const chosen = new Map<string, PackageRelease>();
  const replaced: Installed[] = [];
  const queue = [...options.wanted];
  const direct = new Set(options.wanted.map((one) => canonical(one.requirement.name)));
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { requirement, from } = next;
    const key = canonical(requirement.name);
    const old = have.get(key);
    const upgrade = options.upgrade && next.direct;
    if (old && satisfies(old.version, requirement) && !upgrade) {
      await say(
        `Requirement already satisfied: ${requirement.text} in ${site.replace(/^\/usr\/local/, "/usr/local")}${from} (${old.version})\n`,
      );
      continue;
    }
    const taken = chosen.get(key);
    if (taken) {
      if (!satisfies(taken.version, requirement)) throw new Failed(conflict(requirement));
      continue;
    }
    const rivals = [...queue, next]
      .filter((one) => canonical(one.requirement.name) === key)
      .map((one) => one.requirement);
    const release = choose(context, next, rivals);
    chosen.set(key, release);
    if (old) replaced.push(old);
    await say(download(context, next, release));
    if (context.version.major === 2 || Number(context.pip.split(".")[0]) < 20) {
      queue.push(...needs(release));
    } else queue.unshift(...needs(release));
  }
  if (chosen.size === 0) return;
  const order = sorted(context, chosen);
  await say(
    `Installing collected packages: ${order.map((one) => (context.version.major === 2 ? one.name : listed(one))).join(", ")}\n`,
  );
  for (const old of replaced) {
    await say(
      `  Attempting uninstall: ${old.name}\n    Found existing installation: ${old.name} ${old.version}\n    Uninstalling ${old.name}-${old.version}:\n      Successfully uninstalled ${old.name}-${old.version}\n`,
    );
    remove(sys.files, site, old);
  }
  for (const release of order) write(sys.files, site, release, direct.has(canonical(release.name)));
  const done = order.map((one) => `${context.version.major === 2 ? one.name : listed(one)}-${one.version}`).sort();
  await say(`Successfully installed ${done.join(" ")}\n`);
  await farewell(context);
}

/** Newer pips list names as the wheels spell them, which for these projects is lower case. */
const listed = (release: PackageRelease) => release.name.toLowerCase();

const needs = (release: PackageRelease): Wanted[] =>
  release.requires.flatMap((text) => {
    const requirement = parseRequirement(text);
    return requirement ? [{ requirement, from: ` (from ${release.name.toLowerCase()})`, direct: false }] : [];
  });

/** Dependencies come before what needs them; newer pips also sort by how deep they lie. */
function sorted(context: Context, chosen: ReadonlyMap<string, PackageRelease>): PackageRelease[] {
  const order: PackageRelease[] = [];
  const level = new Map<PackageRelease, number>();
  const visit = (release: PackageRelease): number => {
    const known = level.get(release);
    if (known !== undefined) return known;
    level.set(release, 0);
    const below = release.requires.flatMap((text) => chosen.get(canonical(parseRequirement(text)?.name ?? "")) ?? []);
    const own = below.reduce((most, one) => Math.max(most, visit(one) + 1), 0);
    level.set(release, own);
    order.push(release);
    return own;
  };
  for (const release of chosen.values()) visit(release);
  if (context.version.major === 2) return order;
  const name = (release: PackageRelease) => canonical(release.name);
  return order.sort((a, b) => (level.get(a) ?? 0) - (level.get(b) ?? 0) || (name(a) < name(b) ? -1 : 1));
}

function choose(context: Context, wanted: Wanted, rivals: readonly Requirement[]): PackageRelease {
  const all = context.index.releases(wanted.requirement.name);
  const usable = all.filter((one) => fits(context.version, one));
  const matching = usable.filter((one) => rivals.every((rival) => satisfies(one.version, rival)));
  const best = matching.toSorted((a, b) => compareVersions(b.version, a.version))[0];
  if (best) return best;
  const { requirement, from } = wanted;
  const versions = usable.map((one) => one.version).filter((one, i, list) => list.indexOf(one) === i);
  throw new Failed(
    `ERROR: Could not find a version that satisfies the requirement ${shown(requirement)}${from} (from versions: ${versions.join(", ") || "none"})\n` +
      `ERROR: No matching distribution found for ${shown(requirement)}${context.version.major === 2 ? from : ""}\n`,
  );
}

const shown = (requirement: Requirement) => `${requirement.name}${specifierText(requirement)}`;

function fits(version: PythonVersion, release: PackageRelease): boolean {
  const at = version.major * 100 + version.minor;
  const [a, b] = release.python.from;
  const below = release.python.below;
  if (version.major === 2 && release.python.from[0] === 3) return false;
  return at >= a * 100 + b && (!below || at < below[0] * 100 + below[1]);
}

function conflict(requirement: Requirement): string {
  return `ERROR: Cannot install because these package versions have conflicting dependencies: ${requirement.text}\nERROR: ResolutionImpossible: for help visit https://pip.pypa.io/en/latest/topics/dependency-resolution/#dealing-with-dependency-conflicts\n`;
}

function download(context: Context, wanted: Wanted, release: PackageRelease): string {
  const { requirement } = wanted;
  if (context.version.major === 2) {
    return `Collecting ${requirement.text}\n  Downloading ${release.wheel} (${Math.ceil(release.size / 1000)} kB)\n`;
  }
  const modern = compareVersions(context.pip, "23.1") >= 0;
  const from = wanted.from.replace(/^ \(from (?!-r)(\S+)\)$/, (_, name: string) => ` (from ${name})`);
  if (modern) {
    return `Collecting ${requirement.text}${from}\n  Downloading ${release.wheel}.metadata (${(release.size / 40_000).toFixed(1)} kB)\n`;
  }
  return `Collecting ${requirement.text}\n  Downloading ${release.wheel} (${Math.ceil(release.size / 1000)} kB)\n`;
}

/** What pip says at the end: being root, being old. */
async function farewell(context: Context): Promise<void> {
  const { sys, version, pip } = context;
  if (version.major === 2) {
    await sys.stderr.write(
      `WARNING: You are using pip version ${pip}; however, version 20.3.4 is available.\nYou should consider upgrading via the '/usr/local/bin/python -m pip install --upgrade pip' command.\n`,
    );
    return;
  }
  if (sys.user.uid === 0) {
    const tail =
      compareVersions(pip, "24.1") >= 0
        ? ", possibly rendering your system unusable. It is recommended to use a virtual environment instead: https://pip.pypa.io/warnings/venv. Use the --root-user-action option if you know what you are doing and want to suppress this warning."
        : ". It is recommended to use a virtual environment instead: https://pip.pypa.io/warnings/venv";
    await sys.stderr.write(
      `WARNING: Running pip as the 'root' user can result in broken permissions and conflicting behaviour with the system package manager${tail}\n`,
    );
  }
  if (pip !== NEWEST_PIP && !sys.env.PIP_DISABLE_PIP_VERSION_CHECK) {
    await sys.stderr.write(
      `\n[notice] A new release of pip is available: ${pip} -> ${NEWEST_PIP}\n[notice] To update, run: pip install --upgrade pip\n`,
    );
  }
}

const NEWEST_PIP = "25.3";
