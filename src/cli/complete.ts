/** Completion of the last word: commands, sub-commands, flags and the names of objects. Never fails: no answer, no names. */
import type { Transport } from "./client";
import { Client } from "./client";
import type { Command, ObjectKind } from "./command";
import { findCommand, nameOf } from "./command";
import { GROUPS, TOP_COMMANDS } from "./commands";
import { GLOBAL_FLAGS } from "./root-help";
import type { Flag } from "./spec";

/** Proposals for the last of `words`; the first one is `docker`. Sorted. */
export async function complete(words: readonly string[], transport: Transport): Promise<string[]> {
  const last = words.at(-1) ?? "";
  const before = words.slice(1, -1).filter((word) => !word.startsWith("-"));
  const proposals = await proposalsFor(before, last, transport);
  return [...new Set(proposals)].filter((word) => word.startsWith(last)).sort();
}

async function proposalsFor(before: readonly string[], last: string, transport: Transport): Promise<string[]> {
  const [first, second] = before;
  if (first === undefined) {
    if (last.startsWith("-")) return flagNames(GLOBAL_FLAGS);
    return [...GROUPS.map((group) => group.name), ...TOP_COMMANDS.map(nameOf), "help"];
  }
  const group = GROUPS.find((candidate) => candidate.name === first);
  if (group && second === undefined) return last.startsWith("-") ? ["--help"] : group.commands.map(nameOf);
  const command = group ? findCommand(group.commands, second ?? "") : findCommand(TOP_COMMANDS, first);
  if (!command) return [];
  if (last.startsWith("-")) return flagNames(command.flags);
  return await objectNames(command, transport);
}

function flagNames(flags: readonly Flag[]): string[] {
  return [...flags.filter((flag) => !flag.hidden).map((flag) => `--${flag.name}`), "--help"];
}

async function objectNames(command: Command, transport: Transport): Promise<string[]> {
  const client = new Client(transport, "", new AbortController().signal);
  const lists = (command.completes ?? []).map((kind) => NAMES[kind](client).catch(() => []));
  return (await Promise.all(lists)).flat();
}

type Named = { Name?: string; ID?: string; Spec?: { Name?: string; Labels?: Record<string, string> } };

const specNames = async (client: Client, path: string) =>
  (await client.get<Named[]>(path)).map((item) => item.Spec?.Name ?? "").filter((name) => name !== "");

const NAMES: Readonly<Record<ObjectKind, (client: Client) => Promise<string[]>>> = {
  container: async (client) =>
    (await client.get<{ Names: string[] }[]>("/containers/json", { all: true })).map((c) =>
      (c.Names[0] ?? "").slice(1),
    ),
  image: async (client) =>
    (await client.get<{ RepoTags?: string[] | null }[]>("/images/json")).flatMap((image) =>
      (image.RepoTags ?? []).map((tag) => tag.replace(/:latest$/, "")),
    ),
  network: async (client) => (await client.get<Named[]>("/networks")).map((network) => network.Name ?? ""),
  volume: async (client) =>
    ((await client.get<{ Volumes?: Named[] | null }>("/volumes")).Volumes ?? []).map((volume) => volume.Name ?? ""),
  service: (client) => specNames(client, "/services"),
  secret: (client) => specNames(client, "/secrets"),
  config: (client) => specNames(client, "/configs"),
  node: async (client) =>
    (await client.get<{ Description?: { Hostname?: string } }[]>("/nodes")).map(
      (node) => node.Description?.Hostname ?? "",
    ),
  stack: async (client) =>
    (await client.get<Named[]>("/services")).flatMap((s) => s.Spec?.Labels?.["com.docker.stack.namespace"] ?? []),
  context: async () => ["default"],
};
