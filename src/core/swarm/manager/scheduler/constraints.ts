/** Placement constraints: their grammar and what they compare (swarmkit `manager/constraint/constraint.go`). */
import { DockerError } from "../../../errors";
import type { NodeRow } from "../tables";

export interface Constraint {
  readonly key: string;
  readonly equal: boolean;
  readonly value: string;
}

const KEY = /^[a-z_][a-z0-9\-_.]+$/i;
const VALUE = /^[a-z0-9:\-_\s.*()?+[\]\\^$|/]+$/i;

/** Throws the text of the first fault, as kind `system`: swarmkit gives it no code. */
export function parseConstraints(texts: readonly string[] | undefined): Constraint[] {
  return (texts ?? []).map((text) => {
    const equal = text.includes("==");
    const at = text.indexOf(equal ? "==" : "!=");
    if (at < 0) throw unknown("constraint expected one operator from ==, !=");
    const key = text.slice(0, at).trim();
    const value = text.slice(at + 2).trim();
    if (!KEY.test(key)) throw unknown(`key '${key}' is invalid`);
    if (!VALUE.test(value)) throw unknown(`value '${value}' is invalid`);
    return { key, equal, value };
  });
}

const unknown = (text: string) => new DockerError("system", `rpc error: code = Unknown desc = ${text}`);

const parsed = new Map<string, Constraint | undefined>();

function parseOne(text: string): Constraint | undefined {
  if (!parsed.has(text)) {
    if (parsed.size > 1000) parsed.clear();
    try {
      parsed.set(text, parseConstraints([text])[0]);
    } catch {
      parsed.set(text, undefined);
    }
  }
  return parsed.get(text);
}

/** Whether a node satisfies all of them. */
export const matchesConstraints = (texts: readonly string[] | undefined, node: NodeRow): boolean =>
  (texts ?? []).every((text) => {
    const constraint = parseOne(text);
    return !constraint || matches(constraint, node);
  });

function matches(constraint: Constraint, node: NodeRow): boolean {
  const key = constraint.key.toLowerCase();
  const description = node.description;
  if (key === "node.id") return compare(constraint, node.id);
  if (key === "node.hostname") return compare(constraint, description?.Hostname ?? "");
  if (key === "node.role") return compare(constraint, node.role);
  if (key === "node.ip") return matchesAddress(constraint, node.status.addr);
  if (key === "node.platform.os") return compare(constraint, description?.Platform.OS ?? "");
  if (key === "node.platform.arch") return compare(constraint, description?.Platform.Architecture ?? "");
  if (key.startsWith("node.labels."))
    return compare(constraint, node.spec.Labels?.[constraint.key.slice("node.labels.".length)] ?? "");
  if (key.startsWith("engine.labels."))
    return compare(constraint, description?.Engine.Labels?.[constraint.key.slice("engine.labels.".length)] ?? "");
  return false;
}

const compare = (constraint: Constraint, value: string) =>
  (constraint.value.toLowerCase() === value.toLowerCase()) === constraint.equal;

function matchesAddress(constraint: Constraint, address: string): boolean {
  const [base = "", bits = "32"] = constraint.value.split("/");
  const network = toNumber(base);
  const own = toNumber(address);
  const prefix = Number(bits);
  if (network === undefined || own === undefined || !(prefix >= 0 && prefix <= 32)) return false;
  const size = 2 ** (32 - prefix);
  return (Math.floor(network / size) === Math.floor(own / size)) === constraint.equal;
}

function toNumber(address: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address);
  if (!match) return undefined;
  return match.slice(1).reduce((sum, part) => sum * 256 + Number(part), 0);
}
