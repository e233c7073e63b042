/** `pip`: install, uninstall, list, freeze, show. The index comes from outside (`src/catalog` has one). */
import type { Program, Sys } from "../../api/process";
import { libraryDir, type PythonVersion, shortVersion } from "../micropython/version";
import { type Context, install } from "./install";
import { field, installed, remove, requirementsOf } from "./site";
import { canonical, parseRequirement } from "./versions";

/** One release, as `src/catalog/packages` describes it. */
export interface PackageRelease {
  readonly name: string;
  readonly version: string;
  readonly python: { readonly from: readonly [number, number]; readonly below?: readonly [number, number] };
  readonly requires: readonly string[];
  readonly size: number;
  readonly wheel: string;
  readonly summary: string;
  readonly homePage: string;
  readonly license: string;
  readonly files: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}

/** Where pip looks packages up. */
export interface PackageIndex {
  releases(name: string): readonly PackageRelease[];
}

const COMMANDS =
  "install, download, uninstall, freeze, list, show, check, config, search, cache, index, wheel, hash, completion, debug, help";

/** The command for one Python version. */
export function pipProgram(version: PythonVersion, index: PackageIndex): Program {
  return async (sys) => {
    const site = `${libraryDir(version)}/site-packages`;
    const own = installed(sys.files, site).find((one) => one.name === "pip");
    const context: Context = { sys, version, pip: own?.version ?? "25.3", site, index };
    const args = sys.argv.slice(1);
    const command = args.find((arg) => !arg.startsWith("-"));
    if (args.includes("--version") || args.includes("-V")) {
      await sys.stdout.write(`pip ${context.pip} from ${site}/pip (python ${shortVersion(version)})\n`);
      return 0;
    }
    const rest = command === undefined ? [] : args.slice(args.indexOf(command) + 1);
    switch (command) {
      case undefined:
      case "help":
        await sys.stdout.write(`\nUsage:   \n  pip <command> [options]\n\nCommands: ${COMMANDS}\n`);
        return 0;
      case "install":
        return install(context, rest);
      case "uninstall":
        return uninstall(context, rest);
      case "list":
        return list(context, rest);
      case "freeze":
        return freeze(context);
      case "show":
        return show(context, rest);
      case "check":
        await sys.stdout.write("No broken requirements found.\n");
        return 0;
      case "cache":
      case "config":
        return 0;
      default:
        await sys.stderr.write(`ERROR: unknown command "${command}"${nearest(command)}\n`);
        return 1;
    }
  };
}

function nearest(command: string): string {
  const near = ["install", "uninstall", "freeze", "list", "show"].find((one) => one.startsWith(command.slice(0, 3)));
  return near ? ` - maybe you meant "${near}"` : "";
}

async function list({ sys, site }: Context, args: readonly string[]): Promise<number> {
  const all = installed(sys.files, site);
  if (args.some((arg) => arg.endsWith("freeze"))) {
    await sys.stdout.write(all.map((one) => `${one.name}==${one.version}\n`).join(""));
    return 0;
  }
  const width = (texts: readonly string[]) => Math.max(...texts.map((text) => text.length));
  const name = width(["Package", ...all.map((one) => one.name)]);
  const version = width(["Version", ...all.map((one) => one.version)]);
  const rows = all.map((one) => `${one.name.padEnd(name)} ${one.version}`);
  await sys.stdout.write(
    `${[`${"Package".padEnd(name)} Version`, `${"-".repeat(name)} ${"-".repeat(version)}`, ...rows].join("\n")}\n`,
  );
  return 0;
}

async function freeze({ sys, site }: Context): Promise<number> {
  const all = installed(sys.files, site).filter((one) => !["pip", "setuptools", "wheel"].includes(one.name));
  await sys.stdout.write(all.map((one) => `${one.name}==${one.version}\n`).join(""));
  return 0;
}

async function show({ sys, site }: Context, names: readonly string[]): Promise<number> {
  const all = installed(sys.files, site);
  let shown = 0;
  for (const name of names.filter((one) => !one.startsWith("-"))) {
    const one = all.find((other) => canonical(other.name) === canonical(name));
    if (!one) {
      await sys.stderr.write(`WARNING: Package(s) not found: ${name}\n`);
      continue;
    }
    const get = field(sys.files, one.dir);
    const requires = requirementsOf(sys.files, one.dir).map((text) => parseRequirement(text)?.name ?? text);
    const users = all.filter((other) =>
      requirementsOf(sys.files, other.dir).some(
        (text) => canonical(parseRequirement(text)?.name ?? "") === canonical(one.name),
      ),
    );
    const head = shown++ > 0 ? "---\n" : "";
    await sys.stdout.write(
      `${head}Name: ${one.name}\nVersion: ${one.version}\nSummary: ${get("Summary")}\nHome-page: ${get("Home-page")}\nAuthor: \nAuthor-email: \nLicense: ${get("License")}\nLocation: ${site}\nRequires: ${requires.join(", ")}\nRequired-by: ${users.map((user) => user.name).join(", ")}\n`,
    );
  }
  return shown > 0 ? 0 : 1;
}

async function uninstall({ sys, site }: Context, args: readonly string[]): Promise<number> {
  const names = args.filter((arg) => !arg.startsWith("-"));
  for (const name of names) {
    const one = installed(sys.files, site).find((other) => canonical(other.name) === canonical(name));
    if (!one) {
      await sys.stderr.write(`WARNING: Skipping ${name} as it is not installed.\n`);
      continue;
    }
    const title = `${one.name}-${one.version}`;
    await sys.stdout.write(`Found existing installation: ${one.name} ${one.version}\nUninstalling ${title}:\n`);
    if (!args.includes("-y") && !args.includes("--yes") && !(await confirmed(sys, title, one.dir))) return 1;
    remove(sys.files, site, one);
    await sys.stdout.write(`  Successfully uninstalled ${title}\n`);
  }
  return 0;
}

async function confirmed(sys: Sys, _title: string, dir: string): Promise<boolean> {
  await sys.stdout.write(`  Would remove:\n    ${dir}/*\nProceed (Y/n)? `);
  const answer = new TextDecoder()
    .decode((await sys.stdin.read()) ?? new Uint8Array(0))
    .trim()
    .toLowerCase();
  return answer === "" || answer === "y";
}
