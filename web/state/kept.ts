/** Signals whose value outlives the page, in localStorage. A browser that refuses storage only forgets. */
import { effect, type Signal, signal } from "@preact/signals";

/** A signal kept under `slipway.NAME`; a stored value that `valid` refuses is ignored. */
export function kept<T>(name: string, initial: T, valid: (value: T) => boolean = () => true): Signal<T> {
  const stored = read<T>(name);
  const value = signal<T>(stored !== undefined && valid(stored) ? stored : initial);
  effect(() => write(name, value.value));
  return value;
}

function read<T>(name: string): T | undefined {
  try {
    const text = localStorage.getItem(`slipway.${name}`);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

function write(name: string, value: unknown): void {
  try {
    localStorage.setItem(`slipway.${name}`, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden: the page works without it.
  }
}
