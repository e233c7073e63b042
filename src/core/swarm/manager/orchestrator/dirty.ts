/** Whether a task still is what its service's spec asks for. */
import type { View } from "../../../store/store";
import { matchesConstraints } from "../scheduler/constraints";
import type { ServiceRow, TaskRow } from "../tables";

const texts = new WeakMap<object, string>();

/** The JSON of a part of a spec, keys in order, made once per object. */
function text(value: object | undefined): string {
  if (!value) return "";
  const known = texts.get(value);
  if (known !== undefined) return known;
  const made = canonical(value);
  texts.set(value, made);
  return made;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`)
    .join()}}`;
}

const bare = new WeakMap<object, { rest: object; placement: object }>();

function parts(spec: object): { rest: object; placement: object } {
  let made = bare.get(spec);
  if (!made) {
    const { Runtime: _runtime, Placement, ...rest } = spec as { Runtime?: string; Placement?: object };
    made = { rest, placement: Placement ?? {} };
    bare.set(spec, made);
  }
  return made;
}

/** A task of an older spec is dirty if what runs would differ; a mere change of placement leaves it alone while its node still fits. */
export function isDirty(view: View, service: ServiceRow, task: TaskRow): boolean {
  if (task.specVersion === service.specVersion) return false;
  if (text(task.endpointSpec) !== text(service.spec.EndpointSpec)) return true;
  const now = parts(service.spec.TaskTemplate);
  const then = parts(task.spec);
  if (text(now.rest) !== text(then.rest)) return true;
  if (text(now.placement) === text(then.placement)) return false;
  const node = view.table("nodes").get(task.nodeId);
  return !node || !matchesConstraints(service.spec.TaskTemplate.Placement?.Constraints, node);
}
