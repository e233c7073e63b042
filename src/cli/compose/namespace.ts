/** A stack's name space: its objects are called `stack_name` and carry its label. */
import type { Labels } from "../api";
import { encodeFilters } from "../filters";

export const STACK_LABEL = "com.docker.stack.namespace";
/** On a service: its image as the file has it. */
export const IMAGE_LABEL = "com.docker.stack.image";

export const scoped = (stack: string, name: string) => `${stack}_${name}`;

export function stackLabels(stack: string, labels: ReadonlyMap<string, string> = new Map(), more: Labels = {}): Labels {
  const all = new Map([...labels, ...Object.entries(more), [STACK_LABEL, stack] as const]);
  return Object.fromEntries([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The filter that finds all of a stack. */
export const stackFilter = (stack: string) => encodeFilters({ label: { [`${STACK_LABEL}=${stack}`]: true } });
