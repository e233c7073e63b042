/** The machines of a cluster: made, made to fail, brought back, taken away. Daemons follow their rows (`engine/daemons.ts`). */

import { hex } from "../bytes";
import { conflict, invalidParameter, notFound } from "../errors";
import { MAX_MACHINES } from "../limits";
import { parseIp } from "../net/ip";
import type { ArgsOf, Room, Tx } from "../room";
import type { View } from "../store/store";
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
      args: { name: string; power?: "on" | "off"; network?: "ok" | "cut"; daemon?: "up" | "crashed" };
      reply: void;
    };
    "machine.remove": { args: { name: string }; reply: void };
  }
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

function updateMachine(tx: Tx, { name, power, network, daemon }: ArgsOf<"machine.update">): void {
  const before = findMachine(tx, name);
  const after: MachineRow = {
    ...before,
    power: power ?? before.power,
    network: network ?? before.network,
    daemon: power === "on" && before.power === "off" ? (daemon ?? "up") : (daemon ?? before.daemon),
  };
  const ran = before.power === "on" && before.daemon === "up";
  const runs = after.power === "on" && after.daemon === "up";
  tx.table("machines").put(runs && !ran ? { ...after, bootedAt: tx.now } : after);
  if (before.power === "on" && after.power === "off") cutPower(tx, name);
}

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
