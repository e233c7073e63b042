/** The project's own source files and what they import, for the tests that look at the code itself. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface SourceFile {
  /** Path from the project's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  readonly from: string;
  /** A path as `from`'s without ending, or a package's name. */
  readonly to: string;
  readonly own: boolean;
  /** Only types are imported: nothing of it is there at run time. */
  readonly typesOnly: boolean;
}

/** All TypeScript below a folder, without tests and generated code. */
export function sourcesOf(folder: string): SourceFile[] {
  const found: SourceFile[] = [];
  const visit = (path: string): void => {
    for (const name of readdirSync(path).sort()) {
      const inner = join(path, name);
      if (statSync(inner).isDirectory()) {
        if (name !== "generated" && name !== "testdata" && name !== "node_modules") visit(inner);
      } else if (/\.tsx?$/.test(name) && !/\.(test|case)\.tsx?$|^testing\.ts$/.test(name))
        found.push({ path: relative(root, inner).replaceAll("\\", "/"), text: readFileSync(inner, "utf8") });
    }
  };
  visit(join(root, folder));
  return found;
}

const IMPORT = /^\s*(?:import|export)\s+(type\s+)?([^;"']*?from\s+)?["']([^"']+)["']/gm;
const DYNAMIC = /\bimport\(\s*["']([^"']+)["']\s*\)/g;

/** Everything a file imports or exports from elsewhere. */
export function importsOf(file: SourceFile): Import[] {
  const make = (specifier: string, typesOnly: boolean): Import => {
    const own = specifier.startsWith(".");
    return { from: file.path, own, typesOnly, to: own ? normalize(join(dirname(file.path), specifier)) : specifier };
  };
  const found: Import[] = [];
  for (const [, type, names = "", specifier] of file.text.matchAll(IMPORT))
    found.push(make(specifier as string, type !== undefined || onlyTypes(names)));
  for (const [, specifier] of file.text.matchAll(DYNAMIC)) found.push(make(specifier as string, false));
  return found;
}

/** `{ type A, type B } from`: each name is a type. */
function onlyTypes(names: string): boolean {
  const inner = /^\{([^}]*)\}\s*from\s*$/.exec(names)?.[1];
  const list = inner
    ?.split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  return list !== undefined && list.length > 0 && list.every((name) => name.startsWith("type "));
}
