/**
 * The machines of a cluster, as one adds, changes and removes them: the one door for the page, for scripts and for what
 * a student types (`docker-machine`). Reads what was asked, refuses in plain words.
 */
import type { MachineDocument } from "../api/cluster";
import type { MachineChange } from "../core/machine/machine";
import type { MachineRow } from "../core/machine/tables";
import { parseDuration } from "./duration";
import type { Simulation } from "./simulation";

/** A request that cannot be carried out, with its HTTP status. */
export class MachineRefusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const MOST = 64;
const LONGEST_LATENCY = 60_000;
const SLOWEST_REGISTRY = 1000;

export class Machines {
  readonly #simulation: Simulation;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  list(): MachineDocument[] {
    return [...this.#table.all()].map(documentOf);
  }

  get(name: string): MachineDocument {
    return documentOf(this.#find(name));
  }

  /** A new machine, switched on. The name is the next free one when left out. */
  add(asked: unknown): { name: string; address: string } {
    const { name, ...rest } = objectOf(asked, "the body");
    refuseUnknown(rest, ["name"]);
    if (name !== undefined && (typeof name !== "string" || !NAME.test(name)))
      throw new MachineRefusal(400, `not a machine's name: ${String(name)}`);
    if (name !== undefined && this.#table.has(name)) throw new MachineRefusal(409, `machine ${name} exists already`);
    if (this.#table.size >= MOST) throw new MachineRefusal(400, `a cluster has ${MOST} machines at most`);
    return this.#simulation.dispatch("machine.create", name === undefined ? {} : { name });
  }

  change(name: string, asked: unknown): MachineDocument {
    this.#find(name);
    this.#simulation.dispatch("machine.update", { name, ...this.#read(name, objectOf(asked, "the body")) });
    return this.get(name);
  }

  remove(name: string): void {
    this.#find(name);
    if (this.#table.size === 1) throw new MachineRefusal(409, "a cluster keeps its last machine");
    this.#simulation.dispatch("machine.remove", { name });
  }

  get #table() {
    return this.#simulation.view.table("machines");
  }

  #find(name: string): MachineRow {
    const row = this.#table.get(name);
    if (!row) throw new MachineRefusal(404, `no such machine: ${name}`);
    return row;
  }

  #read(name: string, asked: Record<string, unknown>): MachineChange {
    refuseUnknown(asked, ["power", "network", "daemon", "disk", "registry"]);
    const { network, registry } = asked;
    return {
      ...oneOf(asked, "power", ["on", "off"]),
      ...oneOf(asked, "daemon", ["up", "crashed", "stopped"]),
      ...oneOf(asked, "disk", ["ok", "full"]),
      ...(network === undefined ? {} : { network: this.#network(name, network) }),
      ...(registry === undefined ? {} : { registry: registryOf(registry) }),
    };
  }

  #network(name: string, asked: unknown): MachineChange["network"] {
    if (asked === "ok" || asked === "cut") return asked;
    if (typeof asked !== "object" || asked === null || Array.isArray(asked))
      throw new MachineRefusal(400, "network is ok, cut, or an object with cut, latency, loss");
    const { cut, latency, loss } = asked as Record<string, unknown>;
    refuseUnknown(asked, ["cut", "latency", "loss"]);
    return {
      ...(cut === undefined ? {} : { cut: this.#others(name, cut) }),
      ...(latency === undefined ? {} : { latency: latencyOf(latency) }),
      ...(loss === undefined ? {} : { loss: lossOf(loss) }),
    };
  }

  #others(name: string, cut: unknown): string[] {
    const others = typeof cut === "string" ? [cut] : cut;
    if (!Array.isArray(others) || others.some((other) => typeof other !== "string"))
      throw new MachineRefusal(400, "network.cut is a machine's name or a list of names");
    for (const other of others as string[]) {
      if (!this.#table.has(other)) throw new MachineRefusal(400, `network.cut: no such machine: ${other}`);
      if (other === name) throw new MachineRefusal(400, `network.cut: ${name} has no cable to itself`);
    }
    return others as string[];
  }
}

function objectOf(asked: unknown, what: string): Record<string, unknown> {
  if (typeof asked !== "object" || asked === null || Array.isArray(asked))
    throw new MachineRefusal(400, `${what} is not a JSON object`);
  return asked as Record<string, unknown>;
}

function refuseUnknown(asked: object, known: readonly string[]): void {
  for (const key of Object.keys(asked))
    if (!known.includes(key)) throw new MachineRefusal(400, `unknown field ${key}: there is ${known.join(", ")}`);
}

function oneOf<K extends string, const V extends readonly string[]>(
  asked: Record<string, unknown>,
  key: K,
  allowed: V,
): { [P in K]?: V[number] } {
  const value = asked[key];
  if (value === undefined) return {};
  if (typeof value !== "string" || !allowed.includes(value))
    throw new MachineRefusal(400, `${key} is one of ${allowed.join(", ")}`);
  return { [key]: value } as { [P in K]?: V[number] };
}

function latencyOf(asked: unknown): number {
  const millis = typeof asked === "string" ? parseDuration(asked) : undefined;
  if (millis === undefined || millis < 0 || millis > LONGEST_LATENCY)
    throw new MachineRefusal(400, "network.latency is a duration from 0s to 1m");
  return millis;
}

function lossOf(asked: unknown): number {
  if (typeof asked !== "number" || !(asked >= 0 && asked <= 100))
    throw new MachineRefusal(400, "network.loss is a percentage, 0 to 100");
  return asked / 100;
}

function registryOf(asked: unknown): MachineChange["registry"] {
  if (asked === "ok" || asked === "unreachable") return asked;
  const slow = typeof asked === "object" && asked !== null ? (asked as { slow?: unknown }).slow : undefined;
  if (typeof slow !== "number" || !(slow >= 1 && slow <= SLOWEST_REGISTRY))
    throw new MachineRefusal(
      400,
      `registry is ok, unreachable, or an object with slow: how many times as long, 1 to ${SLOWEST_REGISTRY}`,
    );
  refuseUnknown(asked as object, ["slow"]);
  return slow;
}

function documentOf(row: MachineRow): MachineDocument {
  const { name, address, power, daemon, disk = "ok", registry } = row;
  return { name, address, power, network: networkOf(row), daemon, disk, registry: wayOf(registry) };
}

function networkOf({ network, cutFrom, latency, loss }: MachineRow): MachineDocument["network"] {
  if (network === "cut") return "cut";
  if (!cutFrom && !latency && !loss) return "ok";
  return {
    ...(cutFrom ? { cut: [...cutFrom] } : {}),
    ...(latency ? { latency: `${latency}ms` } : {}),
    ...(loss ? { loss: Math.round(loss * 1e6) / 1e4 } : {}),
  };
}

function wayOf(registry: MachineRow["registry"]): MachineDocument["registry"] {
  if (!registry || (!registry.unreachable && registry.slow === 1)) return "ok";
  return registry.unreachable ? "unreachable" : { slow: registry.slow };
}
