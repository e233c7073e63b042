/** One cluster under a history: carries out actions through the core's own doors, step by step, and shows each step to those who watch. */
import { type Core, createCore } from "../../../src/core";
import type { ArgsOf, CommandKind } from "../../../src/core/room";
import type { Change } from "../../../src/core/store/schema";
import type { StoredRow, View } from "../../../src/core/store/store";
import { isJob } from "../../../src/core/swarm/manager/defaults";
import { leaderMachine } from "../../../src/core/swarm/manager/raft";
import type { NodeRow, ServiceRow } from "../../../src/core/swarm/manager/tables";
import type { ServiceSpec } from "../../../src/core/swarm/spec";
import { memoryBlobs, testCatalog } from "../../../src/core/testing";
import type { Action, History, NodeChange, ServiceChange } from "./history";
import { ProgramHost } from "./host";

/** A committed step: what it changed, and the command that made it, if one did. */
export interface Step {
  readonly core: Core;
  readonly changes: readonly Change[];
  readonly command?: Command;
}

export interface Command {
  readonly kind: CommandKind;
  readonly machine: string;
  readonly args: unknown;
  readonly reply?: unknown;
  readonly refused?: string;
}

export interface WorldOptions {
  /** Makes the core anew from its rows before every step. */
  readonly evict?: boolean;
  /** Lets time pass in so many jumps instead of one. */
  readonly jumps?: number;
  readonly watch?: (step: Step) => void;
}

const EPOCH = Date.UTC(2026, 0, 1);

export class World {
  readonly host = new ProgramHost();
  readonly #parts = { blobs: memoryBlobs(), catalog: testCatalog };
  readonly #options: WorldOptions;
  readonly #disk = new Map<string, StoredRow>();
  core: Core;

  constructor(history: History, options: WorldOptions = {}) {
    this.#options = options;
    this.core = createCore(this.#parts, []);
    this.#write(this.core.initialise(history.seed, EPOCH).changes);
    for (let n = 1; n <= history.machines; n++) this.#command("machine.create", {}, "");
    this.#init("node1", false);
    this.pass(1000);
    for (let n = 2; n <= history.machines; n++) this.#join(`node${n}`, n <= history.managers ? "manager" : "worker");
    this.pass(1500);
  }

  /** As after an eviction of the cluster's object: what is left is the rows, as JSON. */
  evict(): void {
    this.core = createCore(this.#parts, this.#disk.values());
  }

  /** Writes a step down, row by row, as `host/ledger.ts` does. */
  #write(changes: readonly Change[]): void {
    for (const { table, id, after } of changes) {
      const sequence = this.core.store.sequenceOf(table, id);
      if (!after || sequence === undefined) this.#disk.delete(`${table}/${id}`);
      else this.#disk.set(`${table}/${id}`, { table, id, sequence, row: JSON.parse(JSON.stringify(after)) });
    }
  }

  /** Rows in their order. The numbers that keep the order may have gaps, and close up when the core is made anew. */
  rows(): string {
    return JSON.stringify([...this.core.store.dump()].map(({ table, row }) => [table, { ...row, sequence: 0 }]));
  }

  /** Lets time pass; programs report at their own instants. */
  pass(millis: number): void {
    const { jumps = 1 } = this.#options;
    const start = this.core.now;
    for (let n = 1; n <= jumps; n++)
      this.#passUntil(n === jumps ? start + millis : start + Math.floor((millis * n) / jumps));
  }

  #passUntil(until: number): void {
    for (;;) {
      if (this.#options.evict) this.evict();
      const report = this.host.nextDue() ?? Number.POSITIVE_INFINITY;
      const timer = this.core.nextDue() ?? Number.POSITIVE_INFINITY;
      if (Math.min(report, timer) > until) {
        this.#advance(until);
        return;
      }
      if (timer <= report) this.#advance(Math.max(timer, this.core.now));
      else {
        if (report > this.core.now) this.#advance(report);
        this.#show(this.host.next(this.core));
      }
    }
  }

  #advance(at: number): void {
    this.#show(this.core.advanceTo(at, 1).outcome.changes);
  }

  #show(changes: readonly Change[], command?: Command): void {
    this.#write(changes);
    if (changes.length === 0 && !command) return;
    this.host.see(changes, this.core.now);
    this.#options.watch?.({ core: this.core, changes, ...(command && { command }) });
  }

  #command<K extends CommandKind>(kind: K, args: ArgsOf<K>, machine: string): string | undefined {
    if (this.#options.evict) this.evict();
    const { error, reply, changes } = this.core.dispatch(kind, args);
    this.#show(changes, { kind, machine, args, reply, ...(error && { refused: error.message }) });
    return error?.message;
  }

  act(action: Action): void {
    if (action.do === "pass") this.pass(action.millis);
    else if ("service" in action) this.#service(action);
    else if (action.do === "exit" || action.do === "kill container") this.#strike(action);
    else if (action.do === "request") this.#request(action.node, action.pick);
    else if (action.do === "secret" || action.do === "secret rm") this.#secret(action);
    else if (action.do === "network")
      this.#manage((machine) =>
        this.#command("swarmNetwork.create", { machine, spec: { Name: action.name, Driver: "overlay" } }, machine),
      );
    else if (action.do === "network rm")
      this.#manage((machine) => this.#command("swarmNetwork.remove", { machine, ref: action.name }, machine));
    else this.#machine(action);
  }

  /** Through the first machine on which management works. */
  #manage(work: (machine: string) => void): void {
    const machine = this.manager();
    if (machine) work(machine);
  }

  manager(): string | undefined {
    const members = [...this.core.view.table("swarmNodes").all()];
    const able = members.filter((member) => member.role === "manager" && member.state === "active");
    return (able.find((member) => leaderMachine(this.core.view, member.swarm) === member.id) ?? able[0])?.id;
  }

  service(name: string): ServiceRow | undefined {
    return [...this.core.view.table("services").all()].find((row) => row.spec.Name === name);
  }

  node(machine: string): NodeRow | undefined {
    const id = this.core.view.table("swarmNodes").get(machine)?.nodeId;
    return this.core.view.table("nodes").get(id ?? "") ?? this.core.view.table("nodes").by("machine", machine)[0];
  }

  #service(action: Extract<Action, { service: string }>): void {
    const row = this.service(action.service);
    this.#manage((machine) => {
      if (action.do === "create")
        this.#command("service.create", { machine, spec: withSecrets(this.core.view, action.spec) }, machine);
      if (!row) return;
      const { id: ref, version, spec } = row;
      if (action.do === "remove") this.#command("service.remove", { machine, ref }, machine);
      const update = (fresh: ServiceSpec, named = version, rollback?: string) =>
        this.#command(
          "service.update",
          { machine, ref, version: named, spec: fresh, ...(rollback && { rollback }) },
          machine,
        );
      if (action.do === "scale" && spec.Mode.Replicated)
        update({ ...spec, Mode: { Replicated: { Replicas: action.replicas } } });
      if (action.do === "update") update(changed(spec, action.change));
      if (action.do === "stale update") update(changed(spec, { force: true }), version - 1);
      if (action.do === "rollback") update(spec, version, "previous");
    });
  }

  #secret({ do: kind, name }: { readonly do: "secret" | "secret rm"; readonly name: string }): void {
    const spec = { Name: name, Data: "c2VjcmV0" };
    this.#manage((machine) => {
      if (kind === "secret") this.#command("swarmData.create", { machine, kind: "secret", spec }, machine);
      else this.#command("swarmData.remove", { machine, kind: "secret", ref: name }, machine);
    });
  }

  /** Connections to a published port of a machine, more than there are tasks. */
  #request(machine: string, pick: number): void {
    const ports = [...this.core.view.table("services").all()]
      .flatMap(({ endpoint }) => endpoint?.ports ?? [])
      .filter(({ PublishMode, PublishedPort }) => PublishMode !== "host" && PublishedPort);
    const port = ports[pick % Math.max(1, ports.length)]?.PublishedPort;
    if (port === undefined || this.core.view.table("machines").get(machine)?.power !== "on") return;
    const times = 2 * this.core.view.table("machines").size + (pick % 5);
    for (let n = 0; n < times; n++)
      this.#command("net.connect", { from: { machine }, host: "127.0.0.1", port }, machine);
  }

  #strike(action: Extract<Action, { do: "exit" | "kill container" }>): void {
    const running = [...this.core.view.table("processes").all()].filter((row) => row.owner.kind === "container");
    const row = running[action.pick % Math.max(1, running.length)];
    if (!row) return;
    if (action.do === "exit") this.#command("process.exited", { process: row.id, code: action.code }, "");
    else
      this.#command("container.remove", { machine: row.machine, ref: row.owner.id, force: true, volumes: false }, "");
  }

  #machine(action: Extract<Action, { node: string }>): void {
    const name = action.node;
    if (action.do === "node") this.#updateNode(name, action.change);
    else if (action.do === "node rm") {
      const ref = this.node(name)?.id;
      if (ref) this.#manage((machine) => this.#command("node.remove", { machine, ref, force: action.force }, machine));
    } else if (action.do === "join") this.#join(name, action.role);
    else if (action.do === "leave") this.#command("swarm.leave", { machine: name, force: action.force }, "");
    else if (action.do === "power") this.#command("machine.update", { name, power: action.power }, "");
    else if (action.do === "daemon") this.#command("machine.update", { name, daemon: action.daemon }, "");
    else if (action.do === "cut") {
      const others = action.from === "all" ? [] : action.from.filter((other) => other !== name);
      this.#command("machine.update", { name, network: action.from === "all" ? "cut" : { cut: others } }, "");
    } else if (action.do === "mend") this.#command("machine.update", { name, network: "ok" }, "");
    else if (action.do === "flap") this.#flap(name);
    else if (action.do === "slow") this.#command("machine.update", { name, network: faultsOf(action) }, "");
    else if (action.do === "registry") this.#command("machine.update", { name, registry: action.registry }, "");
  }

  /** The cable is out for a blink: what was on its way is lost. */
  #flap(name: string): void {
    this.#command("machine.update", { name, network: "cut" }, "");
    this.pass(20);
    this.#command("machine.update", { name, network: "ok" }, "");
  }

  #updateNode(name: string, { availability, role, zone }: NodeChange): void {
    const row = this.node(name);
    if (!row) return;
    const { zone: before, ...labels } = row.spec.Labels ?? {};
    const kept = zone ?? before ?? "";
    const spec = {
      ...row.spec,
      Labels: kept ? { ...labels, zone: kept } : labels,
      Role: role ?? row.spec.Role,
      Availability: availability ?? row.spec.Availability,
    };
    this.#manage((machine) =>
      this.#command("node.update", { machine, ref: row.id, version: row.version, spec }, machine),
    );
  }

  #init(machine: string, forceNewCluster: boolean): void {
    const none = { advertiseAddr: "", spec: {}, autoLock: false, availability: "", addressPool: null };
    this.#command("swarm.init", { machine, ...none, subnetSize: 24, dataPathPort: 0, forceNewCluster }, "");
  }

  #join(machine: string, role: "worker" | "manager"): void {
    const swarm = [...this.core.view.table("swarms").all()][0];
    const remote = this.core.view.table("machines").get(this.manager() ?? "")?.address;
    if (!swarm || !remote || this.core.view.table("machines").get(machine)?.power !== "on") return;
    const token = `SWMTKN-1-${swarm.caDigest}-${swarm.tokens[role]}`;
    this.#command(
      "swarm.join",
      { machine, advertiseAddr: "", remotes: [`${remote}:2377`], token, availability: "" },
      "",
    );
  }

  /** All failures end: power, daemons, cables and registry are back, programs behave. A lost majority is replaced by force. */
  heal(): void {
    this.host.calm = true;
    for (const { id: name } of [...this.core.view.table("machines").all()])
      this.#command("machine.update", { name, power: "on", daemon: "up", network: "ok", registry: "ok" }, "");
    this.pass(60_000);
    const manager = this.manager();
    const swarm = this.core.view.table("swarmNodes").get(manager ?? "")?.swarm ?? "";
    if (manager && !leaderMachine(this.core.view, swarm)) this.#init(manager, true);
  }
}

const faultsOf = ({ latency, loss, reorder }: Extract<Action, { do: "slow" }>) => ({ latency, loss, reorder });

/** Secrets by their ids, as a client looks them up; one that is not there is refused. */
function withSecrets(view: View, spec: ServiceSpec): ServiceSpec {
  const { Secrets, ...container } = spec.TaskTemplate.ContainerSpec ?? {};
  if (!Secrets) return spec;
  const known = [...view.table("swarmData").all()];
  const ids = Secrets.map((secret) => ({
    ...secret,
    SecretID: known.find((row) => row.kind === "secret" && row.spec.Name === secret.SecretName)?.id ?? "none",
  }));
  return { ...spec, TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: { ...container, Secrets: ids } } };
}

function changed(spec: ServiceSpec, change: ServiceChange): ServiceSpec {
  const template = spec.TaskTemplate;
  const container = template.ContainerSpec ?? {};
  return {
    ...spec,
    ...(change.label && { Labels: { ...spec.Labels, label: change.label } }),
    ...(change.update && { UpdateConfig: change.update }),
    TaskTemplate: {
      ...template,
      ...(change.force && { ForceUpdate: (template.ForceUpdate ?? 0) + 1 }),
      ...(change.constraint !== undefined && {
        Placement: { ...template.Placement, Constraints: change.constraint ? [change.constraint] : [] },
      }),
      ContainerSpec: {
        ...container,
        ...(change.env && { Env: [change.env] }),
        ...(change.image && { Image: change.image }),
        ...(change.program && { Command: ["/bin/httpd", isJob(spec) ? "job" : change.program] }), // a job has to end
      },
    },
  };
}
