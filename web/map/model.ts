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

export function mapModel(picture: Picture): MapModel {
  const services = [...picture.services]
    .sort((a, b) => a.name.localeCompare(b.name))
    .map((service, index) => ({ service, hue: hues[index % hues.length] ?? 205 }));
  const tokens = taskTokens(picture, services);
  return {
    services,
    machines: picture.machines.map((machine) => {
      const node = picture.nodes.find((it) => it.machine === machine.name);
      return {
        machine,
        ...(node && { node }),
        tokens: [
          ...tokens.filter((it) => it.machine === machine.name).map((it) => it.token),
          ...loneContainers(picture.containers, machine.name),
        ],
        images: picture.images.filter((image) => image.machine === machine.name && image.tags.length > 0).length,
      };
    }),
    waiting: tokens.filter((it) => !it.machine).map((it) => it.token),
  };
}

interface Placed {
  machine: string | undefined;
  token: Token;
}

/** One token per task that is wanted or still alive; the others stand behind the one of their slot. */
function taskTokens(picture: Picture, services: ServiceModel[]): Placed[] {
  const slots = new Map<string, TaskView[]>();
  for (const task of picture.tasks) {
    const slot = `${task.serviceId}/${task.slot || task.nodeId}`;
    slots.set(slot, [...(slots.get(slot) ?? []), task]);
  }
  const placed: Placed[] = [];
  for (const tasks of slots.values()) {
    const newestFirst = tasks.sort((a, b) => b.version - a.version || b.since.localeCompare(a.since));
    const shown = newestFirst.filter((it) => !isOver(it));
    const heads = shown.length > 0 ? shown : newestFirst.slice(0, 1);
    const earlier = newestFirst.filter((it) => !heads.includes(it));
    for (const [index, task] of heads.entries()) {
      const of = services.find((it) => it.service.id === task.serviceId);
      placed.push({
        machine: task.machine,
        token: taskToken(task, of, newest(picture, task), index === 0 ? earlier : []),
      });
    }
  }
  return placed.sort((a, b) => a.token.name.localeCompare(b.token.name, undefined, { numeric: true }));
}

const over = ["complete", "shutdown", "failed", "rejected", "remove", "orphaned"];
const isOver = (task: TaskView): boolean => over.includes(task.state);

const newest = (picture: Picture, { serviceId }: TaskView): number =>
  Math.max(...picture.tasks.filter((it) => it.serviceId === serviceId).map((it) => it.version));

function taskToken(task: TaskView, of: ServiceModel | undefined, newestVersion: number, earlier: TaskView[]): Token {
  return {
    id: task.id,
    name: task.name,
    shortName: withoutStack(task.name, of?.service.stack),
    state: task.state,
    image: task.image,
    hostname: task.hostname ?? task.containerId?.slice(0, 12) ?? "",
    ...(of && { hue: of.hue }),
    outdated: task.version < newestVersion,
    version: task.version,
    ...(task.error && { error: task.error }),
    earlier,
  };
}

function loneContainers(containers: ContainerView[], machine: string): Token[] {
  return containers
    .filter((it) => it.machine === machine && !it.taskId)
    .map(({ id, name, state, image, hostname }) => ({
      id,
      name,
      shortName: name,
      state,
      image,
      hostname,
      outdated: false,
      earlier: [],
    }));
}

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
