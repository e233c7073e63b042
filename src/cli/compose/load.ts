/**
 * Loads Compose files: reads, checks, fills in variables, spells out short forms, resolves paths and the environment,
 * and merges. Nothing is asked of a daemon.
 */
import type { Sys } from "../../api/process";
import { CliError } from "../errors";
import { readKeyValueFile } from "../parse/env-file";
import { absolute, dirName } from "../parse/path";
import { readAll } from "../prompt";
import { decode, type Warn } from "./decode";
import { interpolate } from "./interpolate";
import { mergeConfigs } from "./merge";
import { FILE_OBJECT, NETWORK, SERVICE, type Struct, VOLUME } from "./model";
import type { Config, FileObjectConfig, NetworkConfig, ServiceConfig, VolumeConfig } from "./types";
import { NEWEST_VERSION, validate } from "./validate";
import { OTHER_KEYS, readYaml } from "./yaml-read";
import { goScalar, type YamlMap, type YamlValue } from "./yaml-scalars";

/** The files as read, before anything is made of them. */
export interface Sources {
  readonly files: readonly YamlMap[];
  readonly directory: string;
}

/** Reads the files in order; `-` alone is standard input. */
export async function readSources(sys: Sys, names: readonly string[]): Promise<Sources> {
  const [first] = names;
  if (first === undefined) throw new CliError("Specify a Compose file (with --compose-file)");
  const directory = first === "-" && names.length === 1 ? sys.cwd : dirName(absolute(sys.cwd, first));
  const files: YamlMap[] = [];
  for (const name of names) files.push(parseFile(await readText(sys, name)));
  return { files, directory };
}

async function readText(sys: Sys, name: string): Promise<string> {
  const decoder = new TextDecoder();
  if (name === "-") return decoder.decode(await readAll(sys));
  return decoder.decode(readBytes(sys, name));
}

/** A file's bytes. Throws `open x: no such file or directory`. */
export function readBytes(sys: Sys, name: string): Uint8Array {
  const path = absolute(sys.cwd, name);
  if (!sys.files.exists(path)) throw new CliError(`open ${name}: no such file or directory`);
  if (sys.files.stat(path).type === "dir") throw new CliError(`read ${name}: is a directory`);
  return sys.files.readFile(path);
}

function parseFile(text: string): YamlMap {
  const value = readYaml(text);
  if (!(value instanceof Map) || value.has(OTHER_KEYS)) throw new CliError("top-level object must be a mapping");
  return value;
}

/** Keys that no swarm service can have; `stack deploy` lists them with these reasons. */
export const FORBIDDEN: Readonly<Record<string, string>> = {
  extends: "Support for `extends` is not implemented yet.",
  volume_driver:
    "Instead of setting the volume driver on the service, define a volume using the top-level `volumes` option and specify the driver there.",
  volumes_from:
    "To share a volume between services, define it using the top-level `volumes` option and reference it from each service that shares it using the service-level `volumes` option.",
  cpu_quota: "Set resource limits using deploy.resources",
  cpu_shares: "Set resource limits using deploy.resources",
  cpuset: "Set resource limits using deploy.resources",
  mem_limit: "Set resource limits using deploy.resources",
  memswap_limit: "Set resource limits using deploy.resources",
};

/** Thrown for keys of `FORBIDDEN`. */
export class ForbiddenKeysError extends CliError {
  constructor(readonly keys: readonly string[]) {
    super("Configuration contains forbidden properties");
  }
}

export interface LoadOptions {
  readonly skipInterpolation?: boolean;
  readonly warn: Warn;
}

/** All files as one. Throws CliError with docker's words. */
export function load(sys: Sys, sources: Sources, options: LoadOptions): Config {
  const version = versionOf(sources.files[0] ?? new Map());
  const configs = sources.files.map((file) => {
    const own = versionOf(file);
    if (own !== version) throw new CliError(`version mismatched between two composefiles : ${version} and ${own}`);
    return new Loader(sys, sources.directory, version, options).load(file);
  });
  return mergeConfigs(configs);
}

function versionOf(file: YamlMap): string {
  const version = file.get("version");
  if (version === undefined || version === "" || (typeof version !== "number" && String(version) === "3"))
    return NEWEST_VERSION;
  return goScalar(version);
}

/** The keys among `keys` that some service has, sorted. */
export function serviceKeys(file: YamlMap, keys: readonly string[]): string[] {
  const services = mapOf(file.get("services"));
  return keys.filter((key) => [...services.values()].some((service) => mapOf(service).has(key))).sort();
}

const mapOf = (value: YamlValue | undefined): YamlMap => (value instanceof Map ? value : new Map());

class Loader {
  constructor(
    private readonly sys: Sys,
    private readonly directory: string,
    private readonly version: string,
    private readonly options: LoadOptions,
  ) {}

  load(source: YamlMap): Config {
    const forbidden = serviceKeys(source, Object.keys(FORBIDDEN));
    if (forbidden.length > 0) throw new ForbiddenKeysError(forbidden);
    const file = this.options.skipInterpolation ? source : interpolate(source, this.lookup);
    validate(file, this.version);
    return {
      version: this.version,
      services: this.section(file, "services", SERVICE, (name, fields: ServiceConfig, raw) =>
        this.service(name, fields, raw),
      ),
      networks: this.section(file, "networks", NETWORK, (name, fields: NetworkConfig, raw) =>
        this.resource("network", name, fields, raw, 5),
      ),
      volumes: this.section(file, "volumes", VOLUME, (name, fields: VolumeConfig, raw) => {
        refuseExternalWith(name, fields);
        return this.resource("volume", name, fields, raw, 4);
      }),
      secrets: this.section(file, "secrets", FILE_OBJECT, (name, fields: FileObjectConfig) =>
        this.fileObject("secret", name, fields),
      ),
      configs: this.section(file, "configs", FILE_OBJECT, (name, fields: FileObjectConfig) =>
        this.fileObject("config", name, fields),
      ),
      extras: extrasOf(file),
    };
  }

  private readonly lookup = (name: string): string | undefined =>
    Object.hasOwn(this.sys.env, name) ? this.sys.env[name] : undefined;

  private section<T, R>(
    file: YamlMap,
    name: string,
    struct: Struct,
    finish: (name: string, fields: T, raw: YamlMap) => R,
  ): Map<string, R> {
    return new Map(
      [...mapOf(file.get(name))]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => [key, finish(key, decode<T>(struct, value, this.options.warn), mapOf(value))]),
    );
  }

  private service(name: string, fields: Omit<ServiceConfig, "name">, raw: YamlMap): ServiceConfig {
    const service: ServiceConfig = { ...fields, name, extras: extrasOf(raw) };
    this.resolveEnvironment(service);
    for (const volume of service.volumes ?? []) {
      if (volume.type !== "bind") continue;
      if (!volume.source) throw new CliError('invalid mount config for type "bind": field Source must not be empty');
      volume.source = this.bindSource(volume.source);
    }
    return service;
  }

  private resolveEnvironment(service: ServiceConfig): void {
    const result = new Map<string, string | null>();
    for (const file of service.env_file ?? []) {
      for (const line of readKeyValueFile(this.sys, absolute(this.directory, file), this.lookup)) {
        const at = line.indexOf("=");
        result.set(line.slice(0, at), line.slice(at + 1));
      }
    }
    for (const [name, value] of service.environment ?? []) result.set(name, value ?? this.lookup(name) ?? null);
    if (result.size > 0) service.environment = result;
  }

  private bindSource(source: string): string {
    const home = this.lookup("HOME");
    if (source.startsWith("~") && home === undefined)
      this.options.warn("cannot expand '~', because the environment lacks HOME");
    const path = source.startsWith("~") && home !== undefined ? source.replace("~", home) : source;
    if (path.startsWith("/") || /^([A-Za-z]:[\\/]|\\\\)/.test(path)) return path;
    return absolute(this.directory, path);
  }

  /** What networks and volumes have in common; own keys stay only where they are external. */
  private resource<T extends NetworkConfig | VolumeConfig>(
    kind: string,
    name: string,
    fields: T,
    raw: YamlMap,
    minor: number,
  ): T {
    if (!fields.external?.external) return fields;
    this.settleName(kind, name, fields, minor);
    return { ...fields, extras: extrasOf(raw) };
  }

  private settleName(
    kind: string,
    name: string,
    fields: NetworkConfig | VolumeConfig | FileObjectConfig,
    minor: number,
  ): void {
    const old = fields.external?.name;
    if (old !== undefined) {
      if (fields.name)
        throw new CliError(`${kind} ${name}: ${kind}.external.name and ${kind}.name conflict; only use ${kind}.name`);
      if (Number(this.version.split(".")[1]) >= minor)
        this.options.warn(`${kind} ${name}: ${kind}.external.name is deprecated in favor of ${kind}.name`);
      fields.external = { external: true };
    }
    fields.name = old ?? (fields.name || name);
  }

  private fileObject(kind: string, name: string, fields: FileObjectConfig): FileObjectConfig {
    if (fields.external?.external) this.settleName(kind, name, fields, 5);
    else if (fields.driver) {
      if (fields.file)
        throw new CliError(`${kind} ${name}: ${kind}.driver and ${kind}.file conflict; only use ${kind}.driver`);
    } else fields.file = absolute(this.directory, fields.file ?? "");
    return fields;
  }
}

function refuseExternalWith(name: string, fields: VolumeConfig): void {
  if (!fields.external?.external) return;
  const refuse = (key: string) =>
    new CliError(`conflicting parameters "external" and "${key}" specified for volume "${name}"`);
  if (fields.driver) throw refuse("driver");
  if (fields.driver_opts?.size) throw refuse("driver_opts");
  if (fields.labels?.size) throw refuse("labels");
}

function extrasOf(map: YamlMap): YamlMap {
  return new Map([...map].filter(([key]) => key.startsWith("x-")));
}
