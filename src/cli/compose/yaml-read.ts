/** Reads the first YAML document of a text into maps, lists and scalars, with yaml.v3's rules and errors. */
import type { Alias, Node, Pair, YAMLMap } from "yaml";
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, Scalar } from "yaml";
import { CliError } from "../errors";
import { libyamlError } from "./yaml-errors";
import { resolvePlain, type YamlMap, type YamlValue } from "./yaml-scalars";

/** A map that had keys other than text: legal YAML, but nothing a Compose file may hold. */
export const OTHER_KEYS = "\u0000keys";

/** The first document; null when there is none. Throws `yaml: ...`. */
export function readYaml(text: string): YamlValue {
  checkDirectives(text);
  const lines = new LineCounter();
  const options = { schema: "failsafe", uniqueKeys: false, version: "1.1", merge: false, lineCounter: lines } as const;
  const documents = parseAllDocuments(text, { ...options, logLevel: "silent", prettyErrors: false });
  const document = Array.isArray(documents) ? documents[0] : undefined;
  if (!document) return null;
  if (document.errors.length > 0) throw new CliError(`yaml: ${libyamlError(text, document)}`);
  const reader = new Reader(text, lines);
  const value = document.contents ? reader.read(document.contents) : null;
  if (reader.complaints.length > 0)
    throw new CliError(`yaml: unmarshal errors:\n${reader.complaints.map((line) => `  ${line}`).join("\n")}`);
  return value;
}

function checkDirectives(text: string): void {
  const directive = /^%(\S*)\s*(\S*)/.exec(text);
  if (!directive) return;
  if (directive[1] === "YAML" && directive[2] !== "1.1") throw new CliError("yaml: found incompatible YAML document");
  if (directive[1] !== "YAML" && directive[1] !== "TAG") throw new CliError("yaml: found unknown directive name");
}

class Reader {
  readonly complaints: string[] = [];
  private readonly anchors = new Map<string, Node>();
  private readonly open = new Set<Node>();
  private nodes = 0;
  private aliased = 0;
  private depth = 0;

  constructor(
    private readonly text: string,
    private readonly lines: LineCounter,
  ) {}

  read(node: Node): YamlValue {
    this.count();
    if (isAlias(node)) return this.readAlias(node);
    const anchor = (node as { anchor?: string }).anchor;
    if (anchor) this.anchors.set(anchor, node);
    this.open.add(node);
    try {
      if (isMap(node)) return this.readMap(node as YAMLMap<Node, Node | null>);
      if (isSeq(node)) return node.items.map((item) => this.read(item as Node));
      return isScalar(node) ? this.readScalar(node) : null;
    } finally {
      this.open.delete(node);
    }
  }

  /** A small file may not unfold into a huge one. */
  private count(): void {
    this.nodes++;
    if (this.depth > 0) this.aliased++;
    const share = this.aliased / this.nodes;
    const allowed = this.nodes <= 400_000 ? 0.99 : Math.max(0.1, 0.99 - (0.89 * (this.nodes - 400_000)) / 3_600_000);
    if (this.aliased > 100 && this.nodes > 1000 && share > allowed)
      throw new CliError("yaml: document contains excessive aliasing");
  }

  private readAlias(node: Alias): YamlValue {
    const target = this.anchors.get(node.source);
    if (!target) throw new CliError(`yaml: unknown anchor '${node.source}' referenced`);
    if (this.open.has(target)) throw new CliError(`yaml: anchor '${node.source}' value contains itself`);
    this.depth++;
    const value = this.read(target);
    this.depth--;
    return value;
  }

  private readScalar(node: Scalar): YamlValue {
    const source = String(node.source ?? node.value ?? "");
    if (node.type === Scalar.QUOTE_DOUBLE && node.range) this.checkEscapes(node.range[0], node.range[1]);
    const tag = node.tag?.replace("tag:yaml.org,2002:", "!!");
    if (tag && tag !== "!" && tag.startsWith("!!")) return tagged(tag, source);
    return node.type === Scalar.PLAIN && tag === undefined ? resolvePlain(source) : source;
  }

  private checkEscapes(start: number, end: number): void {
    if (!/(^|[^\\])(\\\\)*\\\//.test(this.text.slice(start, end))) return;
    const line = this.lines.linePos(start).line;
    throw new CliError(`yaml: ${line > 1 ? `line ${line}: ` : ""}found unknown escape character`);
  }

  private readMap(node: YAMLMap<Node, Node | null>): YamlMap {
    const map: YamlMap = new Map();
    const firstLines = new Map<string, number>();
    const merges: (Node | null)[] = [];
    for (const pair of node.items) {
      if (isMergeKey(pair)) {
        merges.push(pair.value);
        continue;
      }
      const key = this.read(pair.key);
      if (Array.isArray(key) || key instanceof Map) throw new CliError(`yaml: invalid map key: ${goDump(key)}`);
      const value = pair.value ? this.read(pair.value) : null;
      if (typeof key !== "string") map.set(OTHER_KEYS, true);
      const name = typeof key === "string" ? key : String(key);
      this.noteKey(name, pair.key, firstLines);
      map.set(name, value);
    }
    for (const merge of merges) this.mergeInto(map, merge);
    return map;
  }

  private noteKey(name: string, node: Node, firstLines: Map<string, number>): void {
    const line = this.lines.linePos(node.range?.[0] ?? 0).line;
    const first = firstLines.get(name);
    if (first === undefined) firstLines.set(name, line);
    else if (this.depth === 0)
      this.complaints.push(`line ${line}: mapping key ${JSON.stringify(name)} already defined at line ${first}`);
  }

  /** `<<: *base`: what the map does not have itself; of several maps the first wins. */
  private mergeInto(map: YamlMap, node: Node | null): void {
    const value = node ? this.read(node) : null;
    for (const source of Array.isArray(value) ? value : [value]) {
      if (!(source instanceof Map)) throw new CliError("yaml: map merge requires map or sequence of maps as the value");
      for (const [key, item] of source) if (!map.has(key)) map.set(key, item);
    }
  }
}

function isMergeKey(pair: Pair<Node, Node | null>): boolean {
  return isScalar(pair.key) && pair.key.type === Scalar.PLAIN && pair.key.source === "<<";
}

function tagged(tag: string, source: string): YamlValue {
  const value = resolvePlain(source);
  const fits: Record<string, boolean> = {
    "!!str": true,
    "!!int": typeof value === "bigint",
    "!!float": typeof value === "number" || typeof value === "bigint",
    "!!bool": typeof value === "boolean",
    "!!null": value === null,
  };
  if (tag === "!!str" || fits[tag] === undefined) return source;
  if (!fits[tag]) throw new CliError(`yaml: cannot decode ${shortTag(value)} \`${source}\` as a ${tag}`);
  return tag === "!!float" ? Number(value) : value;
}

function shortTag(value: YamlValue): string {
  if (value === null) return "!!null";
  const tags: Record<string, string> = { bigint: "!!int", number: "!!float", boolean: "!!bool" };
  return tags[typeof value] ?? "!!str";
}

function goDump(value: YamlValue): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goDump).join(", ")}}`;
  if (value instanceof Map)
    return `map[string]interface {}{${[...value].map(([key, item]) => `${JSON.stringify(key)}:${goDump(item)}`).join(", ")}}`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
