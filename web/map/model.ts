/** What the map draws, computed from the cluster's picture: services with colours, and per machine the tasks and containers on it. */
import type { ContainerView, MachineView, NodeView, Picture, ServiceView, TaskView } from "../../src/api/socket";

/** A task or a lone container, as one token of the map. */
export interface Token {
  id: string;
  name: string;
  /** The name without its stack: `web.1` of `getstartedlab_web.1`. */
  shortName: string;
  state: string;
  image: string;
  hostname: string;
  /** A task, which can be explained; else a lone container. */
  task: boolean;
  serviceId?: string;
  machine?: string;
  /** Hue 0-359 of its service; undefined for a lone container. */
  hue?: number;
  /** True while it runs an older version of its service's spec. */
  outdated: boolean;
  version?: number;
  error?: string;
  /** Earlier tasks of the same slot, newest first. */
  earlier: TaskView[];
}

export interface MachineModel {
  machine: MachineView;
  node?: NodeView;
  tokens: Token[];
  images: number;
}

export interface ServiceModel {
  service: ServiceView;
  hue: number;
}

export interface MapModel {
  services: ServiceModel[];
  machines: MachineModel[];
  /** Tasks without a machine yet. */
  waiting: Token[];
}

export const allTokens = (model: MapModel): Token[] => [...model.waiting, ...model.machines.flatMap((it) => it.tokens)];

const hues = [205, 28, 150, 285, 340, 55, 180, 245, 100, 310];

/** The model of a picture. What is as in `before` is the very same object, so that only what changed is drawn again. */
export function mapModel(picture: Picture, before?: MapModel): MapModel {
  const services = [...picture.services]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((service, index) => ({ service, hue: hues[index % hues.length] ?? 205 }));
  const placed = taskTokens(picture, services);
  const known = new Map(before ? allTokens(before).map((it) => [it.id, it]) : []);
  const keep = (token: Token) => sameOr(known.get(token.id), token);
  const tokens = grouped(placed, (it) => it.machine ?? "");
  const lone = grouped(picture.containers, (it) => (it.taskId ? undefined : it.machine));
  const nodes = new Map(picture.nodes.map((it) => [it.machine, it]));
  const images = grouped(picture.images, (it) => it.machine); // what a service pulls by digest has no tag
  const oldMachines = new Map(before?.machines.map((it) => [it.machine.id, it]));
  const oldServices = new Map(before?.services.map((it) => [it.service.id, it]));
  return {
    services: services.map((it) => sameOr(oldServices.get(it.service.id), it)),
    machines: picture.machines.map((machine) => {
      const node = nodes.get(machine.name);
      const old = oldMachines.get(machine.id);
      const mine = (tokens.get(machine.name) ?? []).map((it) => keep(it.token));
      const containers = (lone.get(machine.name) ?? []).map((it) => keep(containerToken(it)));
      return sameOr(old, {
        machine,
        ...(node && { node }),
        tokens: sameList(old?.tokens, [...mine, ...containers]),
        images: images.get(machine.name)?.length ?? 0,
      });
    }),
    waiting: sameList(
      before?.waiting,
      (tokens.get("") ?? []).map((it) => keep(it.token)),
    ),
  };
}

/** `old` if all its fields are those of `now`. */
export function sameOr<T extends object>(old: T | undefined, now: T): T {
  if (!old || Object.keys(old).length !== Object.keys(now).length) return now;
  for (const key of Object.keys(now) as (keyof T)[]) {
    const [a, b] = [old[key], now[key]];
    if (Array.isArray(a) && Array.isArray(b) ? sameList(a, b) !== a : a !== b) return now;
  }
  return old;
}

export const sameList = <T>(old: T[] | undefined, now: T[]): T[] =>
  old && old.length === now.length && old.every((it, at) => it === now[at]) ? old : now;

function grouped<T>(rows: readonly T[], key: (row: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const name = key(row);
    if (name === undefined) continue;
    const group = groups.get(name);
    if (group) group.push(row);
    else groups.set(name, [row]);
  }
  return groups;
}

interface Placed {
  machine: string | undefined;
  token: Token;
}

/** One token per task that is wanted or still alive; the others stand behind the one of their slot. */
function taskTokens(picture: Picture, services: ServiceModel[]): Placed[] {
  const slots = grouped(picture.tasks, (task) => `${task.serviceId}/${task.slot || task.nodeId}`);
  const versions = new Map<string, number>();
  for (const { serviceId, version } of picture.tasks)
    versions.set(serviceId, Math.max(version, versions.get(serviceId) ?? 0));
  const byId = new Map(services.map((it) => [it.service.id, it]));
  const placed: Placed[] = [];
  for (const tasks of slots.values()) {
    const newestFirst = tasks.sort((a, b) => b.version - a.version || b.since.localeCompare(a.since));
    const shown = newestFirst.filter((it) => !isOver(it));
    const heads = shown.length > 0 ? shown : newestFirst.slice(0, 1);
    const earlier = newestFirst.filter((it) => !heads.includes(it));
    for (const [index, task] of heads.entries()) {
      const newest = versions.get(task.serviceId) ?? task.version;
      placed.push({
        machine: task.machine,
        token: taskToken(task, byId.get(task.serviceId), newest, index === 0 ? earlier : []),
      });
    }
  }
  return placed.sort((a, b) => inOrder.compare(a.token.name, b.token.name));
}

/** `web.2` before `web.10`. Made once: it is what makes comparing a thousand names cheap. */
const inOrder = new Intl.Collator(undefined, { numeric: true });

const over = ["complete", "shutdown", "failed", "rejected", "remove", "orphaned"];
const isOver = (task: TaskView): boolean => over.includes(task.state);

function taskToken(task: TaskView, of: ServiceModel | undefined, newestVersion: number, earlier: TaskView[]): Token {
  return {
    id: task.id,
    task: true,
    name: task.name,
    shortName: withoutStack(task.name, of?.service.stack),
    state: task.state,
    image: task.image,
    hostname: task.hostname ?? task.containerId?.slice(0, 12) ?? "",
    serviceId: task.serviceId,
    ...(task.machine && { machine: task.machine }),
    ...(of && { hue: of.hue }),
    outdated: task.version < newestVersion,
    version: task.version,
    ...(task.error && { error: task.error }),
    earlier,
  };
}

const containerToken = ({ id, name, state, image, hostname, machine }: ContainerView): Token => ({
  id,
  task: false,
  name,
  shortName: name,
  state,
  image,
  hostname,
  machine,
  outdated: false,
  earlier: [],
});

/** The tag, which tells versions apart, in few characters. */
export function tagOf(image: string): string {
  const name = image.split("@")[0] ?? image;
  const colon = name.lastIndexOf(":");
  return colon > name.lastIndexOf("/") ? name.slice(colon + 1) : "latest";
}

export const withoutDigest = (image: string): string => image.split("@")[0] ?? image;

function withoutStack(name: string, stack: string | undefined): string {
  return stack && name.startsWith(`${stack}_`) ? name.slice(stack.length + 1) : name;
}
