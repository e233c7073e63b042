/** The cluster as the server last told it: machines, services, tasks; who answered requests; whether we are connected. */
import { batch, computed, signal } from "@preact/signals";
import type { ClusterDocument } from "../../src/api/cluster";
import type { Picture, PictureChanges, RequestTrace, ServerMessage } from "../../src/api/socket";
import type { ConnectionState } from "../socket";
import { forgetJournal, noteChange, noteRequest } from "./journal";

const nothing: Picture = {
  machines: [],
  nodes: [],
  services: [],
  tasks: [],
  containers: [],
  networks: [],
  images: [],
};

export const cluster = signal<ClusterDocument | undefined>(undefined);
export const picture = signal<Picture>(nothing);
export const connection = signal<ConnectionState>("connecting");
/** How often each task or container answered since the page was opened. */
export const answers = signal<Record<string, number>>({});
/** The newest answered request, numbered so that equal ones differ. */
export const lastRequest = signal<{ number: number; request: RequestTrace } | undefined>(undefined);

export interface PublishedPort {
  port: number;
  by: string; // the service's or container's name
}

/** TCP ports that a service or a running container publishes, lowest first. */
export const publishedPorts = computed<PublishedPort[]>(() => {
  const found = new Map<number, string>();
  for (const service of picture.value.services) {
    for (const port of service.ports) if (port.protocol === "tcp") found.set(port.published, service.name);
  }
  for (const container of picture.value.containers) {
    if (container.state !== "running") continue;
    for (const { published, protocol } of container.ports) {
      if (published && protocol === "tcp" && !found.has(published)) found.set(published, container.name);
    }
  }
  return [...found].map(([port, by]) => ({ port, by })).sort((a, b) => a.port - b.port);
});

/** Takes in a message about the cluster; others are ignored. */
export function applyClusterMessage(message: ServerMessage): void {
  if (message.type === "hello") cluster.value = message.cluster;
  else if (message.type === "picture") draw({ ...nothing, ...message.picture });
  else if (message.type === "changes") draw(merged(picture.value, message.upsert, message.remove));
  else if (message.type === "request") applyRequest(message.request);
  else if (message.type === "reset") reset();
}

/** Nothing has happened yet: what comes next is not a change of what was. */
let begins = true;

function draw(next: Picture): void {
  const before = picture.peek();
  batch(() => {
    if (!begins) noteChange(before, next);
    begins = false;
    picture.value = next;
  });
}

function reset(): void {
  begins = true;
  batch(() => {
    answers.value = {};
    forgetJournal();
  });
}

function merged(old: Picture, upsert: PictureChanges, remove: { [K in keyof PictureChanges]?: string[] }): Picture {
  const next = { ...old };
  const mergeKind = <K extends keyof Picture>(kind: K) => {
    const changed = (upsert[kind] ?? []) as { id: string }[];
    const gone = new Set(remove[kind] ?? []);
    if (changed.length === 0 && gone.size === 0) return;
    const rows = new Map((old[kind] as { id: string }[]).map((row) => [row.id, row]));
    for (const row of changed) rows.set(row.id, row);
    for (const id of gone) rows.delete(id);
    next[kind] = [...rows.values()] as Picture[K];
  };
  for (const kind of Object.keys(nothing) as (keyof Picture)[]) mergeKind(kind);
  return next;
}

function applyRequest(request: RequestTrace): void {
  const who = request.taskId ?? request.containerId;
  batch(() => {
    if (who) answers.value = { ...answers.value, [who]: (answers.value[who] ?? 0) + 1 };
    noteRequest(request, picture.peek());
    lastRequest.value = { number: (lastRequest.value?.number ?? 0) + 1, request };
  });
}
