/** Checks the JSON of a create request against Go's types, with the words of its decoder: a stranger's body is never trusted. */
import type { ContainerCreateRequest } from "../../../core/engine/types";
import { invalidParameter } from "../../../core/errors";

type Kind = "string" | "bool" | "int" | "strings" | "words" | "map" | "list";

const CONFIG: Readonly<Record<string, Kind>> = {
  Hostname: "string",
  Domainname: "string",
  User: "string",
  AttachStdin: "bool",
  AttachStdout: "bool",
  AttachStderr: "bool",
  Tty: "bool",
  OpenStdin: "bool",
  StdinOnce: "bool",
  Env: "strings",
  Cmd: "words",
  Entrypoint: "words",
  Image: "string",
  WorkingDir: "string",
  StopSignal: "string",
  StopTimeout: "int",
  ExposedPorts: "map",
  Volumes: "map",
  Labels: "map",
  Healthcheck: "map",
  HostConfig: "map",
  NetworkingConfig: "map",
};

const HOST_CONFIG: Readonly<Record<string, Kind>> = {
  Binds: "strings",
  NetworkMode: "string",
  PortBindings: "map",
  PublishAllPorts: "bool",
  RestartPolicy: "map",
  AutoRemove: "bool",
  VolumesFrom: "strings",
  Mounts: "list",
  Memory: "int",
  MemorySwap: "int",
  MemoryReservation: "int",
  NanoCpus: "int",
  ExtraHosts: "strings",
  Dns: "strings",
  Links: "strings",
  Privileged: "bool",
  ReadonlyRootfs: "bool",
  Tmpfs: "map",
  LogConfig: "map",
};

/** Throws what Go's decoder says of the first wrong field. `Cmd` and `Entrypoint` may be one text. */
export function checkedRequest(body: Record<string, unknown>): ContainerCreateRequest {
  const { HostConfig: host, NetworkingConfig: networking, ...config } = body;
  if (Object.keys(config).length === 0) throw invalidParameter("config cannot be empty in order to create a container");
  check(body, CONFIG, "");
  const request: Record<string, unknown> = withoutNulls(config);
  for (const field of ["Cmd", "Entrypoint"]) if (typeof request[field] === "string") request[field] = [request[field]];
  checkTexts(request.Labels, ".Labels");
  if (host) {
    check(host as Record<string, unknown>, HOST_CONFIG, "HostConfig");
    const bindings = (host as Record<string, unknown>).PortBindings ?? {};
    for (const [key, list] of Object.entries(bindings)) {
      if (list !== null && !Array.isArray(list)) throw mismatch(list, "HostConfig.PortBindings", "[]nat.PortBinding");
      for (const binding of (list ?? []) as unknown[])
        check(
          asMap(binding, `HostConfig.PortBindings.${key}`),
          { HostIp: "string", HostPort: "string" },
          "PortBinding",
        );
    }
    request.HostConfig = withoutNulls(host as Record<string, unknown>);
  }
  const endpoints = (networking as { EndpointsConfig?: unknown } | null | undefined)?.EndpointsConfig;
  if (endpoints) {
    const checked = Object.entries(asMap(endpoints, "NetworkingConfig.EndpointsConfig")).map(([name, settings]) => {
      const endpoint = settings === null ? {} : asMap(settings, "NetworkingConfig.EndpointsConfig");
      check(
        endpoint,
        { Aliases: "strings", Links: "strings", MacAddress: "string", IPAMConfig: "map" },
        "EndpointSettings",
      );
      return [name, endpoint];
    });
    request.NetworkingConfig = { EndpointsConfig: Object.fromEntries(checked) };
  }
  return request as ContainerCreateRequest;
}

/** The host part alone, for an update. */
export function checkedHostConfig(body: Record<string, unknown>): Record<string, unknown> {
  check(body, HOST_CONFIG, "UpdateConfig");
  return withoutNulls(body);
}

const withoutNulls = (value: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== null));

export function check(value: Record<string, unknown>, kinds: Readonly<Record<string, Kind>>, where: string): void {
  for (const [field, kind] of Object.entries(kinds)) {
    const given = value[field];
    if (given === undefined || given === null) continue;
    if (!fits(given, kind)) throw mismatch(given, `${where}.${field}`, GO_TYPES[kind]);
  }
}

const GO_TYPES: Readonly<Record<Kind, string>> = {
  string: "string",
  bool: "bool",
  int: "int64",
  strings: "[]string",
  words: "strslice.StrSlice",
  map: "map",
  list: "[]mount.Mount",
};

function fits(value: unknown, kind: Kind): boolean {
  if (kind === "string") return typeof value === "string";
  if (kind === "bool") return typeof value === "boolean";
  if (kind === "int") return Number.isSafeInteger(value);
  if (kind === "words" && typeof value === "string") return true;
  if (kind === "strings" || kind === "words")
    return Array.isArray(value) && value.every((each) => typeof each === "string");
  if (kind === "list") return Array.isArray(value) && value.every((each) => typeof each === "object" && each !== null);
  return typeof value === "object" && !Array.isArray(value);
}

function checkTexts(value: unknown, where: string): void {
  for (const each of Object.values((value ?? {}) as object))
    if (typeof each !== "string") throw mismatch(each, where, "string");
}

function asMap(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw mismatch(value, where, "map");
  return value as Record<string, unknown>;
}

function mismatch(value: unknown, field: string, type: string): Error {
  const given = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
  return invalidParameter(
    `invalid JSON: json: cannot unmarshal ${given} into Go struct field ${field} of type ${type}`,
  );
}
