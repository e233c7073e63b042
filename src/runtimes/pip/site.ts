/** The installed packages of a Python: `*.dist-info` folders in site-packages, read and written as pip does. */
import type { Files } from "../../api/process";
import type { PackageRelease } from "./index";
import { canonical } from "./versions";

export interface Installed {
  readonly name: string;
  readonly version: string;
  readonly dir: string; // the dist-info folder
}

const decoder = new TextDecoder();

export function installed(files: Files, site: string): Installed[] {
  if (!files.exists(site)) return [];
  return files
    .readdir(site)
    .filter((entry) => entry.endsWith(".dist-info"))
    .map((entry) => {
      const dir = `${site}/${entry}`;
      const metadata = field(files, dir);
      const [name = "", version = ""] = entry.slice(0, -10).split(/-(?=[^-]*$)/);
      return { name: metadata("Name") || name, version: metadata("Version") || version, dir };
    })
    .sort((a, b) => (canonical(a.name) < canonical(b.name) ? -1 : 1));
}

/** A reader of one distribution's METADATA fields. */
export function field(files: Files, dir: string): (name: string) => string {
  const text = files.exists(`${dir}/METADATA`) ? decoder.decode(files.readFile(`${dir}/METADATA`)) : "";
  return (name) => new RegExp(`^${name}: (.*)$`, "m").exec(text)?.[1] ?? "";
}

/** All `Requires-Dist` names of a distribution. */
export function requirementsOf(files: Files, dir: string): string[] {
  const text = files.exists(`${dir}/METADATA`) ? decoder.decode(files.readFile(`${dir}/METADATA`)) : "";
  return [...text.matchAll(/^Requires-Dist: (.*)$/gm)].map((match) => match[1] ?? "");
}

/** Writes a release's modules, its dist-info and its console scripts. */
export function write(files: Files, site: string, release: PackageRelease, requested: boolean): void {
  const dist = `${release.name.replace(/-/g, "_")}-${release.version}.dist-info`;
  const record: string[] = [];
  const put = (path: string, text: string, mode?: number) => {
    const full = path.startsWith("/") ? path : `${site}/${path}`;
    files.mkdir(full.slice(0, full.lastIndexOf("/")), { recursive: true });
    files.writeFile(full, text, mode);
    if (mode !== undefined) files.chmod(full, mode);
    record.push(`${path.startsWith("/") ? `../../../bin/${path.split("/").at(-1)}` : path},,`);
  };
  for (const [path, text] of Object.entries(release.files)) put(path, text);
  for (const [command, module] of Object.entries(release.scripts)) {
    put(`/usr/local/bin/${command}`, script(module), 0o755);
  }
  const requires = release.requires.map((one) => `Requires-Dist: ${one}\n`).join("");
  put(
    `${dist}/METADATA`,
    `Metadata-Version: 2.1\nName: ${release.name}\nVersion: ${release.version}\nSummary: ${release.summary}\nHome-page: ${release.homePage}\nLicense: ${release.license}\n${requires}`,
  );
  put(`${dist}/INSTALLER`, "pip\n");
  if (requested) put(`${dist}/REQUESTED`, "");
  record.push(`${dist}/RECORD,,`);
  files.writeFile(`${site}/${dist}/RECORD`, `${record.join("\n")}\n`);
}

const script = (module: string) =>
  `#!/usr/local/bin/python\nimport sys\nfrom ${module}.__main__ import main\nif __name__ == '__main__':\n    sys.exit(main())\n`;

/** Removes what RECORD lists, and folders left empty. */
export function remove(files: Files, site: string, one: Installed): void {
  const lines = decoder.decode(files.readFile(`${one.dir}/RECORD`)).split("\n");
  for (const line of lines) {
    const path = (line.split(",")[0] ?? "").replace(/^(\.\.\/)+bin\//, "/usr/local/bin/");
    if (path !== "") files.rm(path.startsWith("/") ? path : `${site}/${path}`, { force: true });
  }
  files.rm(one.dir, { recursive: true, force: true });
  const folders = new Set(
    lines.filter((line) => line.includes("/") && !line.startsWith("..")).map((line) => line.split("/")[0]),
  );
  for (const folder of folders) {
    const path = `${site}/${folder}`;
    if (files.exists(path) && isEmpty(files, path)) files.rm(path, { recursive: true });
  }
}

function isEmpty(files: Files, path: string): boolean {
  return files
    .readdir(path)
    .every((name) => files.stat(`${path}/${name}`).type === "dir" && isEmpty(files, `${path}/${name}`));
}
