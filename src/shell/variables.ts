/** Shell variables: scalars, arrays, attributes and dynamic `local` scopes. */

export interface Variable {
  value: string;
  /** Arrays: values by index (or key). `value` is unused then. */
  items?: Map<string, string>;
  associative?: boolean;
  exported: boolean;
  readonly: boolean;
  integer?: boolean;
  /** Declared without a value. */
  unset?: boolean;
}

export class ReadonlyError extends Error {}

/** What a variable or an item of an array costs beside its characters. */
const OVERHEAD = 128;

/** Characters a variable holds, and what holding them costs. */
export function lengthOf({ value, items }: Variable): number {
  let length = OVERHEAD;
  if (!items) return length + value.length;
  for (const item of items.values()) length += OVERHEAD + item.length;
  return length;
}

export class Variables {
  #all = new Map<string, Variable>();
  #frames: Map<string, Variable | undefined>[] = [];
  /** Called for names the shell computes (RANDOM, SECONDS). */
  computed: (name: string) => string | undefined = () => undefined;
  /** Told how many characters more (or fewer) are held; throws when they are too many. */
  grow: (characters: number) => void = () => undefined;
  /** Characters that came in since these variables were made or cloned. */
  #grown = 0;

  clone(): Variables {
    const copy = new Variables();
    copy.computed = this.computed;
    copy.grow = this.grow;
    for (const [name, v] of this.#all) copy.#all.set(name, { ...v, ...(v.items ? { items: new Map(v.items) } : {}) });
    copy.#frames = this.#frames.map((frame) => new Map(frame));
    return copy;
  }

  find(name: string): Variable | undefined {
    return this.#all.get(name);
  }

  names(): string[] {
    return [...this.#all.keys()].sort();
  }

  get(name: string): string | undefined {
    const computed = this.computed(name);
    if (computed !== undefined) return computed;
    const variable = this.#all.get(name);
    if (!variable || variable.unset) return undefined;
    return variable.items ? variable.items.get("0") : variable.value;
  }

  item(name: string, key: string): string | undefined {
    const variable = this.#all.get(name);
    if (!variable) return undefined;
    if (!variable.items) return key === "0" && !variable.unset ? variable.value : undefined;
    return variable.items.get(variable.associative ? key : this.#fromEnd(variable, key));
  }

  #fromEnd(variable: Variable, key: string): string {
    if (!key.startsWith("-")) return key;
    return String(Math.max(-1, ...[...(variable.items?.keys() ?? [])].map(Number)) + 1 + Number(key));
  }

  /** Keys in order: indexes by number, associative keys as they came. */
  keys(name: string): string[] {
    const variable = this.#all.get(name);
    if (!variable || variable.unset) return [];
    if (!variable.items) return ["0"];
    const keys = [...variable.items.keys()];
    return variable.associative ? keys : keys.sort((a, b) => Number(a) - Number(b));
  }

  values(name: string): string[] {
    return this.keys(name).map((key) => this.item(name, key) ?? "");
  }

  set(name: string, value: string): Variable {
    const variable = this.declare(name);
    if (variable.readonly) throw new ReadonlyError(`${name}: readonly variable`);
    this.#resize(value.length - (variable.items ? (variable.items.get("0") ?? "") : variable.value).length);
    if (variable.items) variable.items.set("0", value);
    else variable.value = value;
    variable.unset = false;
    return variable;
  }

  setItem(name: string, key: string, value: string): void {
    const variable = this.declare(name);
    if (variable.readonly) throw new ReadonlyError(`${name}: readonly variable`);
    if (!variable.items) {
      variable.items = new Map(variable.unset ? [] : [["0", variable.value]]);
    }
    variable.unset = false;
    const at = variable.associative ? key : this.#fromEnd(variable, key);
    const old = variable.items.get(at);
    this.#resize(value.length - (old === undefined ? -OVERHEAD : old.length));
    variable.items.set(at, value);
  }

  setArray(name: string, items: ReadonlyMap<string, string>): void {
    const variable = this.declare(name);
    if (variable.readonly) throw new ReadonlyError(`${name}: readonly variable`);
    this.#resize(lengthOf({ ...variable, items: items as Map<string, string> }) - lengthOf(variable));
    variable.items = new Map(items);
    variable.unset = false;
  }

  /** The variable, made (unset) where there is none. */
  declare(name: string): Variable {
    const found = this.#all.get(name);
    if (found) return found;
    const made: Variable = { value: "", exported: false, readonly: false, unset: true };
    this.#resize(lengthOf(made));
    this.#all.set(name, made);
    return made;
  }

  unset(name: string, key?: string): void {
    const variable = this.#all.get(name);
    if (variable?.readonly) throw new ReadonlyError(`${name}: cannot unset: readonly variable`);
    if (key !== undefined && variable?.items) {
      const old = variable.items.get(key);
      if (old !== undefined) this.#resize(-old.length - OVERHEAD);
      variable.items.delete(key);
    } else {
      if (variable) this.#resize(-lengthOf(variable));
      this.#all.delete(name);
    }
  }

  /** These variables are gone, with all that came into them. */
  drop(): void {
    this.#resize(-this.#grown);
  }

  #resize(characters: number): void {
    this.grow(characters);
    this.#grown += characters;
  }

  export(name: string, value?: string): void {
    if (value !== undefined) this.set(name, value);
    this.declare(name).exported = true;
  }

  environment(): Record<string, string> {
    const env: Record<string, string> = {};
    for (const [name, v] of this.#all) if (v.exported && !v.unset && !v.items) env[name] = v.value;
    return env;
  }

  get inFunction(): boolean {
    return this.#frames.length > 0;
  }

  enter(): void {
    this.#frames.push(new Map());
  }

  leave(): void {
    for (const [name, old] of this.#frames.pop() ?? []) {
      const inner = this.#all.get(name);
      if (inner) this.#resize(-lengthOf(inner));
      if (old) this.#all.set(name, old);
      else this.#all.delete(name);
    }
  }

  local(name: string): Variable {
    const frame = this.#frames.at(-1);
    if (frame && !frame.has(name)) {
      const old = this.#all.get(name);
      frame.set(name, old);
      this.#all.set(name, { value: "", exported: old?.exported ?? false, readonly: false, unset: true });
    }
    return this.declare(name);
  }
}
