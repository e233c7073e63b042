/** Values as Go's templates and fmt see them: how they print, whether they are true, how they become JSON. */

/** An object whose fields are computed, as docker's formatter contexts: `{{.ID}}`, `{{.Label "k"}}`. */
export interface Row {
  readonly goType: string;
  readonly fields: Readonly<Record<string, (...args: string[]) => unknown>>;
  /** The fields that `{{json .}}` shows. */
  readonly jsonFields: readonly string[];
  readonly isRow: true;
}

export function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && (value as Row).isRow === true;
}

/** Members of Docker's objects that are maps in Go; all other objects are structs and print without keys. */
const MAPS =
  /^(Labels|Ports|Networks|Options|Sysctls|Volumes|ExposedPorts|PortBindings|DriverOpts|Annotations|Tmpfs|StorageOpt|Data|Containers|Opts|Config|Attributes|Runtimes|LogOpts|Status|AuxiliaryAddresses)$/;

/** fmt's %v. `name` is the member the value came from. */
export function goString(value: unknown, name = ""): string {
  if (value === null || value === undefined) return "<nil>";
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => nested(item, "")).join(" ")}]`;
  if (isRow(value)) return `{${value.goType}}`;
  const object = value as Record<string, unknown>;
  const asMap = MAPS.test(name) && !("Driver" in object) && !("Hostname" in object);
  if (!asMap)
    return `{${Object.entries(object)
      .map(([key, item]) => nested(item, key))
      .join(" ")}}`;
  const keys = Object.keys(object).sort();
  return `map[${keys.map((key) => `${key}:${nested(object[key], "")}`).join(" ")}]`;
}

function nested(value: unknown, name: string): string {
  if (value === null || value === undefined) return MAPS.test(name) ? "map[]" : "<nil>";
  return goString(value, name);
}

/** text/template's truth: empty and zero values are false. */
export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === "object" && value !== null && !isRow(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** JSON as Go's encoder writes it; `html` turns `<`, `>` and `&` into `\u003c` and so on. */
export function goJson(value: unknown, html: boolean, indent?: string): string {
  const plain = JSON.stringify(value === undefined ? null : toPlain(value), null, indent) ?? "null";
  return html ? escapeHtml(plain) : plain;
}

/** `<`, `>` and `&` as Go's encoder writes them into JSON. */
export function escapeHtml(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function toPlain(value: unknown): unknown {
  if (!isRow(value)) return value;
  return Object.fromEntries([...value.jsonFields].sort().map((field) => [field, value.fields[field]?.()]));
}
