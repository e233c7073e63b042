/** `GET .../explain/tasks/TASK`: why a task is in its state. */
import type { TaskExplanation } from "../../api/explain";
import { DockerError } from "../../core/errors";
import type { View } from "../../core/store/store";
import { explainTask } from "../../core/swarm";

/** `rest` is the path behind `explain`, in parts. */
export function serveExplanation(view: View, now: number, method: string, rest: readonly string[]): Response {
  const [kind, ref = "", ...more] = rest;
  if (kind !== "tasks" || ref === "" || more.length > 0) return refuse(404, "page not found");
  if (method !== "GET") return refuse(405, "method not allowed");
  try {
    const explanation: ReadonlyDeep<TaskExplanation> = explainTask(view, decoded(ref), now);
    return Response.json(explanation);
  } catch (error) {
    if (error instanceof DockerError) return refuse(error.kind === "notFound" ? 404 : 400, error.message);
    throw error;
  }
}

type ReadonlyDeep<T> = T extends object ? { readonly [K in keyof T]: ReadonlyDeep<T[K]> } : T;

const refuse = (status: number, message: string) => Response.json({ message }, { status });

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // no task is called so
  }
}
