/** The machines of a cluster: made, made to fail, brought back, taken away. Daemons follow their rows (`engine/daemons.ts`). */

import { hex } from "../bytes";
import { conflict, invalidParameter, notFound } from "../errors";
import { MAX_MACHINES } from "../limits";
import { parseIp } from "../net/ip";
import type { ArgsOf, Room, Tx } from "../room";
import type { View } from "../store/store";
import type { Millis } from "../time/agenda";
import { deleteTree } from "./file-ops";
import { removeProcess } from "./processes";
import type { MachineRow } from "./tables";

declare module "../room" {
  interface Commands {
    /** A new machine, switched on. Name and address are the next free ones when left out. */
    "machine.create": {
      args: { name?: string; address?: string; nanoCpus?: number; memory?: number };
      reply: { name: string; address: string };
    };
    /** Makes it fail and brings it back. Power on boots the daemon. */
    "machine.update": {
      args: { name: string } & MachineChange;
      reply: void;
    };
    "machine.remove": { args: { name: string }; reply: void };
  }
}

/** What can be done to a machine. What is left out stays as it is. */
export interface MachineChange {
  readonly power?: "on" | "off";
  /** `cut`: every cable. Else what is wrong with them. */
  readonly network?: "ok" | "cut" | LinkFaults;
  /** `stopped`: as by an administrator, its containers end first. `crashed`: they run on. */
  readonly daemon?: "up" | "crashed" | "stopped";
  readonly disk?: "ok" | "full";
  /** A number: the registry takes so many times as long. */
  readonly registry?: "ok" | "unreachable" | number;
}

export interface LinkFaults {
  readonly cut?: readonly string[]; // the machines towards which no packet passes
  readonly latency?: Millis; // added one way
  readonly loss?: number; // share of packets lost
  readonly reorder?: number; // share of the daemons' messages that later ones overtake
}

const NANO_CPUS = 2e9;
const MEMORY = 2 * 1024 * 1024 * 1024;
const NETWORK = "192.168.99.";
const FIRST_ADDRESS = 101;

export const machineRoom: Room = {
  commands: {
    "machine.create": createMachine,
    "machine.update": updateMachine,
    "machine.remove": (tx, { name }) => removeMachine(tx, name),
  },
};

function createMachine(tx: Tx, args: ArgsOf<"machine.create">): { name: string; address: string } {
  const machines = tx.table("machines");
  if (machines.size >= MAX_MACHINES) throw conflict(`a cluster has at most ${MAX_MACHINES} machines`);
  const name = args.name || nextName(tx);
  const address = args.address || nextAddress(tx);
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) throw invalidParameter(`invalid machine name: ${name}`);
  if (parseIp(address) === undefined) throw invalidParameter(`invalid machine address: ${address}`);
  if (machines.has(name)) throw conflict(`machine ${name} exists already`);
  machines.put({
    id: name,
    name,
    address,
    power: "on",
    network: "ok",
    daemon: "up",
    nanoCpus: args.nanoCpus ?? NANO_CPUS,
    memory: args.memory ?? MEMORY,
    engineId: uuid(tx),
    bootedAt: tx.now,
  });
  return { name, address };
}

function nextName(view: View): string {
  for (let n = 1; ; n++) if (!view.table("machines").has(`node${n}`)) return `node${n}`;
}

function nextAddress(view: View): string {
  const taken = new Set([...view.table("machines").all()].map((machine) => machine.address));
  for (let n = FIRST_ADDRESS; ; n++) if (!taken.has(NETWORK + n)) return NETWORK + n;
}

function uuid(tx: Tx): string {
  const text = hex(tx.random("machine.ids").bytes(16));
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-4${text.slice(13, 16)}-8${text.slice(17, 20)}-${text.slice(20)}`;
}

function findMachine(view: View, name: string): MachineRow {
  const row = view.table("machines").get(name);
  if (!row) throw notFound(`no such machine: ${name}`);
  return row;
}

function updateMachine(tx: Tx, { name, power, network, daemon, disk, registry }: ArgsOf<"machine.update">): void {
  const before = findMachine(tx, name);
  const after: MachineRow = {
    ...withNetwork(tx, before, network),
    ...(disk === undefined ? {} : { disk }),
    ...(registry === undefined ? {} : { registry: lineOf(registry) }),
    power: power ?? before.power,
    daemon: power === "on" && before.power === "off" ? (daemon ?? "up") : (daemon ?? before.daemon),
  };
  const boots = before.power === "off" && after.power === "on";
  tx.table("machines").put(boots ? { ...after, bootedAt: tx.now } : after);
  if (before.power === "on" && after.power === "off") cutPower(tx, name);
}

function withNetwork(view: View, before: MachineRow, network: MachineChange["network"]): MachineRow {
  if (network === undefined) return before;
  const { cutFrom: _cut, latency: _latency, loss: _loss, reorder: _reorder, ...row } = before;
  if (typeof network === "string") return { ...row, network };
  const { cut = [], latency = 0, loss = 0, reorder = 0 } = network;
  for (const other of cut) {
    findMachine(view, other);
    if (other === before.id) throw invalidParameter(`${other} has no cable to itself`);
  }
  return {
    ...row,
    network: "ok",
    ...(cut.length > 0 ? { cutFrom: [...new Set(cut)] } : {}),
    ...(latency > 0 ? { latency } : {}),
    ...(loss > 0 ? { loss } : {}),
    ...(reorder > 0 ? { reorder } : {}),
  };
}

const lineOf = (registry: "ok" | "unreachable" | number) => ({
  unreachable: registry === "unreachable",
  slow: typeof registry === "number" ? registry : 1,
});

/** All processes end at once; the daemon has no time to write anything down. */
function cutPower(tx: Tx, name: string): void {
  for (const process of tx.table("processes").by("machine", name)) removeProcess(tx, process.id);
}

function removeMachine(tx: Tx, name: string): void {
  findMachine(tx, name);
  cutPower(tx, name);
  deleteTree(tx, `machine:${name}`);
  tx.table("machines").delete(name);
}
