/** Words a reason in the page's language, and gathers nodes about which the scheduler says the same. */
import type { PlacementNode, Reason } from "../../src/api/explain";
import type { Key } from "../ui/i18n";
import { stateWord, t } from "../ui/i18n";

export function whyText({ code, values }: Reason): string {
  const words: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) words[name] = written(name, value);
  return t(`why.${code}` satisfies Key, words);
}

function written(name: string, value: string | number): string {
  if (name === "state") return stateWord(String(value));
  if (typeof value === "string") return value;
  if (name.endsWith("Millis")) return duration(value);
  if (name.endsWith("Bytes")) return size(value);
  return String(Math.round(value * 1000) / 1000);
}

/** `3.2 s`, `12 min`, `5 h`, never broken into two lines: units are the same in both languages. */
export function duration(millis: number): string {
  if (millis < 60_000) return `${millis < 10_000 ? Math.round(millis / 100) / 10 : Math.round(millis / 1000)}\u00a0s`;
  const minutes = Math.round(millis / 60_000);
  return minutes < 120 ? `${minutes}\u00a0min` : `${Math.round(minutes / 60)}\u00a0h`;
}

export function size(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  for (; Math.abs(value) >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${Number(value.toPrecision(4))}\u00a0${units[unit]}`;
}

export interface NodeGroup {
  names: string[];
  node: PlacementNode; // one of them: verdict, facts and ranking are the same for all
  here: boolean;
}

/** Nodes with the same verdict, facts and (if they fit) ranking become one entry: 64 machines are mostly a few kinds. */
export function nodeGroups(nodes: readonly PlacementNode[], hereId: string | undefined): NodeGroup[] {
  const groups = new Map<string, NodeGroup>();
  for (const node of nodes) {
    const { nodeId, node: name, machine: _machine, ranking, ...same } = node;
    const here = nodeId === hereId;
    const key = JSON.stringify([same, here, node.fits && ranking]);
    const group = groups.get(key);
    if (group) group.names.push(name);
    else groups.set(key, { names: [name], node, here });
  }
  return [...groups.values()].sort((a, b) => Number(b.here) - Number(a.here));
}
