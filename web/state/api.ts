/** The requests of the page to the server that are not socket messages. Errors carry the server's own sentence. */
import type { ClusterDocument, MachineRequest } from "../../src/api/cluster";
import type { TaskExplanation } from "../../src/api/explain";
import type { LessonDocument } from "../../src/api/lesson";

/** A request that the server refused. */
export class RequestError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

async function request(path: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(path, init);
  if (response.ok) return response;
  const text = await response.text();
  throw new RequestError(response.status, messageOf(text) ?? `${response.status} ${response.statusText}`);
}

function messageOf(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { message?: string }).message;
  } catch {
    return undefined;
  }
}

export async function createCluster(): Promise<ClusterDocument> {
  const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" };
  return (await (await request("/api/clusters", init)).json()) as ClusterDocument;
}

export async function readCluster(id: string): Promise<ClusterDocument> {
  return (await (await request(`/api/clusters/${id}`)).json()) as ClusterDocument;
}

export async function resetCluster(id: string): Promise<void> {
  await request(`/api/clusters/${id}/reset`, { method: "POST" });
}

export async function readLesson(lesson: string): Promise<LessonDocument> {
  return (await (await request(`/api/lessons/${lesson}`)).json()) as LessonDocument;
}

export async function readExplanation(id: string, task: string): Promise<TaskExplanation> {
  const path = `/api/clusters/${id}/explain/tasks/${encodeURIComponent(task)}`;
  return (await (await request(path, { cache: "no-store" })).json()) as TaskExplanation;
}

const fileUrl = (id: string, path: string, machine: string) =>
  `/api/clusters/${id}/files${path.split("/").map(encodeURIComponent).join("/")}?machine=${encodeURIComponent(machine)}`;

/** A file's text; PATH is absolute. */
export async function readFile(id: string, path: string, machine: string): Promise<string> {
  return (await request(fileUrl(id, path, machine), { cache: "no-store" })).text();
}

export async function writeFile(id: string, path: string, machine: string, text: string): Promise<void> {
  await request(fileUrl(id, path, machine), { method: "PUT", body: text });
}

const json = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

export async function addMachine(id: string): Promise<{ name: string; address: string }> {
  return (await (await request(`/api/clusters/${id}/machines`, json("POST", {}))).json()) as {
    name: string;
    address: string;
  };
}

export async function changeMachine(id: string, name: string, change: MachineRequest): Promise<void> {
  await request(`/api/clusters/${id}/machines/${name}`, json("POST", change));
}

export async function removeMachine(id: string, name: string): Promise<void> {
  await request(`/api/clusters/${id}/machines/${name}`, { method: "DELETE" });
}

/** Reads the node from a manager's Docker daemon and writes it back with another availability, as `docker node update` does. */
export async function setAvailability(id: string, manager: string, node: string, availability: string): Promise<void> {
  const path = `/c/${manager}@${id}/nodes/${node}`;
  const { Version, Spec } = (await (await request(path, { cache: "no-store" })).json()) as {
    Version: { Index: number };
    Spec: Record<string, unknown>;
  };
  await request(`${path}/update?version=${Version.Index}`, json("POST", { ...Spec, Availability: availability }));
}
