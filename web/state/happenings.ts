/** What happened between two pictures of the cluster, as codes and values: the page words them in its language. */
import type { MachineView, NodeView, Picture, RequestTrace, ServiceView, TaskView } from "../../src/api/socket";

export type HappeningCode =
  | "machine.added"
  | "machine.removed"
  | "machine.off"
  | "machine.on"
  | "machine.crashed"
  | "machine.stopped"
  | "machine.up"
  | "machine.cut"
  | "machine.partly"
  | "machine.cable"
  | "machine.diskFull"
  | "machine.diskOk"
  | "machine.registry.slow"
  | "machine.registry.unreachable"
  | "machine.registry.ok"
  | "node.joined"
  | "node.left"
  | "node.state"
  | "node.leader"
  | "node.drain"
  | "node.pause"
  | "node.active"
  | "node.manager"
  | "node.worker"
  | "service.created"
  | "service.removed"
  | "service.scaled"
  | "service.image"
  | "service.update"
  | "task.state"
  | "task.failed"
  | "task.waits"
  | "tasks.state"
  | "container.state"
  | "request"
  | "request.nobody";

export interface Happening {
  code: HappeningCode;
  values: Record<string, string | number>;
  machine?: string;
  /** Its reason can be asked for. */
  taskId?: string;
}

/** More tasks of one service than this that reach the same state at once are told as a number. */
const mostTold = 3;

/** In the order of cause and effect: machines, nodes, services, tasks, lone containers. */
export function happenings(before: Picture, after: Picture): Happening[] {
  return [
    ...compared(before.machines, after.machines, machineChanges),
    ...compared(before.nodes, after.nodes, nodeChanges),
    ...compared(before.services, after.services, serviceChanges),
    ...taskChanges(before, after),
    ...containerChanges(before, after),
  ];
}

function compared<T extends { id: string }>(
  before: readonly T[],
  after: readonly T[],
  changes: (old: T | undefined, now: T | undefined) => Happening[],
): Happening[] {
  if (before === after) return [];
  const old = new Map(before.map((it) => [it.id, it]));
  const found: Happening[] = [];
  for (const now of after) {
    const was = old.get(now.id);
    if (was !== now) found.push(...changes(was, now));
    old.delete(now.id);
  }
  for (const gone of old.values()) found.push(...changes(gone, undefined));
  return found;
}

function machineChanges(old: MachineView | undefined, now: MachineView | undefined): Happening[] {
  const name = (now ?? old)?.name ?? "";
  const one = (code: HappeningCode): Happening => ({ code, values: { machine: name }, machine: name });
  if (!now) return [one("machine.removed")];
  if (!old) return [one("machine.added")];
  const found: Happening[] = [];
  if (old.power !== now.power) found.push(one(now.power === "off" ? "machine.off" : "machine.on"));
  else if (old.daemon !== now.daemon) found.push(one(`machine.${now.daemon}`));
  if (cable(old) !== cable(now))
    found.push(
      one(now.network === "cut" ? "machine.cut" : cable(now) === healthy ? "machine.cable" : "machine.partly"),
    );
  if (old.disk !== now.disk) found.push(one(now.disk ? "machine.diskFull" : "machine.diskOk"));
  if (old.registry !== now.registry) found.push(one(`machine.registry.${now.registry ?? "ok"}`));
  return found;
}

const cable = ({ network, cut = [], latency = 0, loss = 0 }: Partial<MachineView>): string =>
  [network, ...cut, latency, loss].join(" ");
const healthy = cable({ network: "ok" });

function nodeChanges(old: NodeView | undefined, now: NodeView | undefined): Happening[] {
  const machine = (now ?? old)?.machine ?? "";
  const one = (code: HappeningCode, values = {}): Happening => ({ code, values: { machine, ...values }, machine });
  if (!now) return [one("node.left")];
  if (!old) return [one("node.joined"), ...(now.leader ? [one("node.leader")] : [])];
  const found: Happening[] = [];
  if (old.state !== now.state) found.push(one("node.state", { state: now.state }));
  if (old.availability !== now.availability)
    found.push(one(`node.${now.availability as "drain" | "pause" | "active"}`));
  if (old.role !== now.role) found.push(one(`node.${now.role}`));
  if (!old.leader && now.leader) found.push(one("node.leader"));
  return found;
}

function serviceChanges(old: ServiceView | undefined, now: ServiceView | undefined): Happening[] {
  const service = (now ?? old)?.name ?? "";
  const one = (code: HappeningCode, values = {}): Happening => ({ code, values: { service, ...values } });
  if (!now) return [one("service.removed")];
  if (!old) return [one("service.created", { replicas: now.replicas })];
  const found: Happening[] = [];
  if (old.replicas !== now.replicas) found.push(one("service.scaled", { from: old.replicas, to: now.replicas }));
  if (old.image !== now.image) found.push(one("service.image", { image: now.image }));
  if (old.updateState !== now.updateState && now.updateState)
    found.push(one("service.update", { state: now.updateState }));
  return found;
}

/** States worth a line; those on the way are seen on the map. */
const told = ["running", "complete", "shutdown", "failed", "rejected", "orphaned"];

function taskChanges(before: Picture, after: Picture): Happening[] {
  if (before.tasks === after.tasks) return [];
  const old = new Map(before.tasks.map((it) => [it.id, it]));
  const services = new Map(after.services.map((it) => [it.id, it.name]));
  const alike = new Map<string, TaskView[]>();
  for (const task of after.tasks) {
    const was = old.get(task.id);
    const waits = task.state === "pending" && task.error && task.error !== was?.error;
    if (!waits && (was?.state === task.state || !told.includes(task.state))) continue;
    const key = `${task.serviceId} ${task.state}`;
    alike.set(key, [...(alike.get(key) ?? []), task]);
  }
  return [...alike.values()].flatMap((tasks) => {
    const [first] = tasks;
    if (!first || tasks.length <= mostTold) return tasks.map(taskHappening);
    const values = { count: tasks.length, service: services.get(first.serviceId) ?? first.name, state: first.state };
    return [{ code: "tasks.state", values, taskId: first.id } satisfies Happening];
  });
}

function taskHappening({ id, name, state, machine, error }: TaskView): Happening {
  const where = machine === undefined ? {} : { machine };
  const code = state === "pending" ? "task.waits" : error ? "task.failed" : "task.state";
  return { code, values: { task: name, state, node: machine ?? "–", error: error ?? "" }, ...where, taskId: id };
}

function containerChanges(before: Picture, after: Picture): Happening[] {
  if (before.containers === after.containers) return [];
  const old = new Map(before.containers.map((it) => [it.id, it]));
  return after.containers
    .filter((it) => !it.taskId && it.state !== "created" && old.get(it.id)?.state !== it.state)
    .map(({ name, machine, state }) => ({ code: "container.state", values: { name, machine, state }, machine }));
}

/** Where a request came in, and who answered it. */
export function requestHappening(request: RequestTrace, { tasks, containers }: Picture): Happening {
  const { method, path, port, machine: entry, status, taskId, containerId } = request;
  const task = taskId === undefined ? undefined : tasks.find((it) => it.id === taskId);
  const container = containers.find((it) => it.id === containerId);
  const asked = { method, path: path.length > 40 ? `${path.slice(0, 39)}…` : path, port, entry, status };
  const who = task?.name ?? container?.name;
  const where = task?.machine ?? container?.machine;
  if (!who || !where) return { code: "request.nobody", values: asked, machine: entry };
  const values = { ...asked, who, node: where };
  return { code: "request", values, machine: where, ...(taskId === undefined ? {} : { taskId }) };
}
