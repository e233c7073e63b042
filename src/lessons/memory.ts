/**
 * Keeps `LessonMemory` up to date: the host shows it each new view and each answered request, and gets the next memory
 * (the same object when nothing new was seen, so that nothing is written).
 */
import type { LessonMemory, LessonRequest, LessonView } from "./view";

/** More distinct answerers than any lesson asks for; a thousand-replica service must not fill the memory. */
const mostAnswerers = 64;

/** A cluster nobody has used yet. */
export function emptyMemory(): LessonMemory {
  return { started: [], stopped: [], up: {}, swarm: "never", services: {}, answers: {} };
}

/** Takes note of how the cluster looks now. */
export function remember(memory: LessonMemory, view: LessonView): LessonMemory {
  const next = structuredClone(memory);
  noteContainers(next, view);
  noteServices(next, view);
  if (view.swarmActive) next.swarm = "active";
  else if (next.swarm === "active") next.swarm = "left";
  return JSON.stringify(next) === JSON.stringify(memory) ? memory : next;
}

/** Takes note of an answered request. */
export function rememberRequest(memory: LessonMemory, request: LessonRequest): LessonMemory {
  const { containerId, serviceId, port, status, image } = request;
  if (!containerId || status >= 400) return memory;
  const known = memory.answers[port] ?? { containers: [], tasks: [], updated: [] };
  const service = Object.values(memory.services).find((it) => it.id === serviceId);
  const first = service?.images[0];
  const isNewVersion = first !== undefined && image !== undefined && image !== first;
  const fresh = {
    containers: serviceId ? known.containers : include(known.containers, containerId),
    tasks: serviceId ? include(known.tasks, containerId) : known.tasks,
    updated: isNewVersion ? include(known.updated, containerId) : known.updated,
  };
  const same = fresh.containers === known.containers && fresh.tasks === known.tasks && fresh.updated === known.updated;
  return same ? memory : { ...memory, answers: { ...memory.answers, [port]: fresh } };
}

function include(list: string[], item: string): string[] {
  return list.includes(item) || list.length >= mostAnswerers ? list : [...list, item];
}

function noteContainers(memory: LessonMemory, view: LessonView): void {
  const up: Record<string, string> = {};
  for (const { id, image, running, ports, taskId } of view.containers) {
    if (taskId || !running) continue;
    up[id] = image;
    const entry = { image, ports };
    if (!memory.started.some((it) => JSON.stringify(it) === JSON.stringify(entry))) memory.started.push(entry);
  }
  for (const [id, image] of Object.entries(memory.up)) {
    if (!(id in up) && !memory.stopped.includes(image)) memory.stopped.push(image);
  }
  memory.up = up;
}

function noteServices(memory: LessonMemory, view: LessonView): void {
  const present = new Set(view.services.map((it) => it.name));
  for (const [name, entry] of Object.entries(memory.services)) if (!present.has(name)) entry.gone = true;
  for (const service of view.services) {
    const old = memory.services[service.name];
    const entry = old?.id === service.id ? old : { id: service.id, images: [], gone: false };
    for (const task of view.tasks) {
      if (task.serviceId === service.id && task.state === "running" && !entry.images.includes(task.image)) {
        entry.images.push(task.image);
      }
    }
    memory.services[service.name] = entry;
  }
}
