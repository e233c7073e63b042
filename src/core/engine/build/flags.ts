/** Flags of an instruction (`COPY --from=...`), after BuildKit's `instructions/bflag.go`. */
import { nearest } from "./nearest";
import { type Node, SyntaxFault } from "./parser";

export interface Flags {
  has(name: string): boolean;
  string(name: string): string;
}

/** Throws for unknown, repeated and empty ones. */
export function readFlags(node: Node, accepted: Readonly<Record<string, "string" | "bool" | "list">>): Flags {
  const values = new Map<string, string>();
  for (const flag of node.flags) {
    const at = flag.indexOf("=");
    const name = flag.slice(2, at < 0 ? undefined : at);
    const type = Object.hasOwn(accepted, name) ? accepted[name] : undefined;
    if (!type) throw new SyntaxFault(`unknown flag: --${name}${hint(nearest(name, Object.keys(accepted)))}`);
    if (values.has(name) && type !== "list") throw new SyntaxFault(`duplicate flag specified: --${name}`);
    if (type === "bool" && at >= 0 && !/^(true|false)$/i.test(flag.slice(at + 1)))
      throw new SyntaxFault(`expecting boolean value for flag --${name}, not: ${flag.slice(at + 1)}`);
    if (type !== "bool" && at < 0) throw new SyntaxFault(`missing a value on flag: --${name}`);
    values.set(name, at < 0 ? "true" : flag.slice(at + 1));
  }
  return { has: (name) => values.has(name), string: (name) => values.get(name) ?? "" };
}

const hint = (near: string | undefined) => (near ? ` (did you mean ${near}?)` : "");
