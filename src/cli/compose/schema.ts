/**
 * What a Compose file of version 3.x may hold, as a small schema language: `since` says which minor version brought a
 * key. `validate.ts` reads it and words the errors.
 */

export type TypeName = "string" | "number" | "integer" | "boolean" | "object" | "array" | "null";

export interface Schema {
  readonly type?: TypeName | readonly TypeName[];
  readonly properties?: Readonly<Record<string, Schema>>;
  /** Keys by pattern. */
  readonly patterns?: readonly (readonly [RegExp, Schema])[];
  /** Other keys are errors. */
  readonly closed?: boolean;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly unique?: boolean;
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly string[];
  readonly format?: "duration" | "ports";
  readonly minimum?: number;
  /** The minor version (3.x) that brought this. */
  readonly since?: number;
}

const string: Schema = { type: "string" };
const boolean: Schema = { type: "boolean" };
const integer: Schema = { type: "integer" };
const number: Schema = { type: "number" };
const duration: Schema = { type: "string", format: "duration" };
const anything: Schema = {};

const since = (minor: number, schema: Schema): Schema => ({ ...schema, since: minor });
const list = (items: Schema, unique = false): Schema => ({ type: "array", items, unique });
const uniqueStrings = list(string, true);
const stringOrList: Schema = { oneOf: [string, uniqueStrings] };
const command: Schema = { oneOf: [string, list(string)] };
const object = (properties: Record<string, Schema>, more: Partial<Schema> = {}): Schema => ({
  type: "object",
  properties,
  closed: true,
  ...more,
});
const valuesOf = (...type: TypeName[]): Schema => ({ type: "object", patterns: [[/^.+$/, { type }]] });

const listOrDict: Schema = {
  oneOf: [{ type: "object", patterns: [[/.+/, { type: ["string", "number", "null"] }]], closed: true }, uniqueStrings],
};
const NAME = /^[a-zA-Z0-9._-]+$/;
const EXTENSION = /^x-/;
const named = (schema: Schema, closed = true): Schema => ({ type: "object", patterns: [[NAME, schema]], closed });
const extensible = (minor: number): Pick<Schema, "patterns"> => ({ patterns: [[EXTENSION, since(minor, anything)]] });

const build: Schema = {
  oneOf: [
    string,
    {
      ...object({
        context: string,
        dockerfile: string,
        args: listOrDict,
        cache_from: since(2, uniqueStrings),
        labels: since(3, listOrDict),
        network: since(4, string),
        target: since(4, string),
        shm_size: since(5, { type: ["integer", "string"] }),
        extra_hosts: since(9, listOrDict),
      }),
      // From 3.11 on, build takes any key.
      patterns: [[/^/, since(11, anything)]],
    },
  ],
};

const fileReference: Schema = {
  oneOf: [
    string,
    { type: "object", properties: { source: string, target: string, uid: string, gid: string, mode: number } },
  ],
};

const networkOfService: Schema = object({
  aliases: uniqueStrings,
  driver_opts: since(13, valuesOf("string", "number")),
  ipv4_address: string,
  ipv6_address: string,
});

const longPort: Schema = object({ mode: string, target: integer, published: integer, protocol: string });
const ports: Schema = list(
  { oneOf: [{ type: "number", format: "ports" }, { type: "string", format: "ports" }, since(2, longPort)] },
  true,
);
/** Before 3.2 a port is a string or a number, nothing else. */
const oldPorts: Schema = list({ type: ["string", "number"], format: "ports" }, true);

const longVolume: Schema = object(
  {
    type: string,
    source: string,
    target: string,
    read_only: boolean,
    consistency: string,
    bind: { type: "object", properties: { propagation: string } },
    volume: { type: "object", properties: { nocopy: boolean } },
    tmpfs: since(6, { type: "object", properties: { size: { type: "integer", minimum: 0 } } }),
  },
  { required: ["type"] },
);

const healthcheck: Schema = object({
  disable: boolean,
  interval: duration,
  retries: number,
  test: command,
  timeout: duration,
  start_period: since(4, duration),
  start_interval: since(12, duration),
});
const oldHealthcheck: Schema = object({
  disable: boolean,
  interval: string,
  retries: number,
  test: command,
  timeout: string,
});

const order: Schema = { type: "string", enum: ["start-first", "stop-first"] };
const changeConfig: Schema = object({
  parallelism: integer,
  delay: duration,
  failure_action: string,
  monitor: duration,
  max_failure_ratio: number,
  order: since(4, order),
});

const genericResources: Schema = list(object({ discrete_resource_spec: object({ kind: string, value: number }) }));

const deploy: Schema = object(
  {
    mode: string,
    endpoint_mode: since(2, string),
    replicas: integer,
    labels: listOrDict,
    rollback_config: since(7, changeConfig),
    update_config: changeConfig,
    resources: object({
      limits: object({ cpus: string, memory: string, pids: since(9, integer) }),
      reservations: object({ cpus: string, memory: string, generic_resources: since(5, genericResources) }),
    }),
    restart_policy: object({ condition: string, delay: duration, max_attempts: integer, window: duration }),
    placement: object({
      constraints: list(string),
      preferences: since(3, list(object({ spread: string }))),
      max_replicas_per_node: since(8, integer),
    }),
  },
  { type: ["object", "null"] },
);

const strings = (...names: string[]) => Object.fromEntries(names.map((name) => [name, string]));
const uniqueLists = (...names: string[]) => Object.fromEntries(names.map((name) => [name, uniqueStrings]));

const serviceProperties = (minor: number): Record<string, Schema> => ({
  deploy,
  build,
  ...uniqueLists("cap_add", "cap_drop", "depends_on", "devices", "external_links", "links", "security_opt"),
  ...strings("cgroup_parent", "container_name", "domainname", "hostname", "image", "ipc", "mac_address"),
  ...strings("network_mode", "restart", "stop_signal", "user", "userns_mode", "working_dir"),
  cgroupns_mode: since(9, string),
  command,
  configs: since(3, list(fileReference)),
  credential_spec: since(3, object({ config: since(8, string), file: string, registry: string })),
  dns: stringOrList,
  dns_search: stringOrList,
  entrypoint: command,
  env_file: stringOrList,
  environment: listOrDict,
  expose: list({ type: ["string", "number"] }, true),
  extra_hosts: listOrDict,
  healthcheck: minor < 4 ? oldHealthcheck : healthcheck,
  init: since(7, boolean),
  isolation: since(5, string),
  labels: listOrDict,
  logging: object({ driver: string, options: valuesOf("string", "number", "null") }),
  networks: { oneOf: [uniqueStrings, named({ oneOf: [networkOfService, { type: "null" }] })] },
  // Accepted, and dropped without a word.
  oom_score_adj: since(13, integer),
  pid: { type: ["string", "null"] },
  ports: minor < 2 ? oldPorts : ports,
  privileged: boolean,
  read_only: boolean,
  shm_size: { type: ["number", "string"] },
  secrets: since(1, list(fileReference)),
  sysctls: listOrDict,
  stdin_open: boolean,
  stop_grace_period: duration,
  tmpfs: stringOrList,
  tty: boolean,
  ulimits: {
    type: "object",
    patterns: [
      [/^[a-z]+$/, { oneOf: [integer, object({ hard: integer, soft: integer }, { required: ["soft", "hard"] })] }],
    ],
  },
  volumes: minor < 2 ? uniqueStrings : list({ oneOf: [string, longVolume] }),
});

const external: Schema = { type: ["boolean", "object"], properties: { name: string } };
const driverOpts = valuesOf("string", "number");
const closedExternal: Schema = { ...external, closed: true };

const network: Schema = object(
  {
    name: since(5, string),
    driver: string,
    driver_opts: driverOpts,
    ipam: object({ driver: string, config: list(object({ subnet: string })) }),
    external: closedExternal,
    internal: boolean,
    attachable: since(2, boolean),
    labels: listOrDict,
  },
  { type: ["object", "null"], ...extensible(7) },
);

const topology: Schema = list({ type: "object", properties: { segments: listOrDict } });
const clusterSpec: Schema = {
  type: "object",
  properties: {
    group: string,
    access_mode: {
      type: "object",
      properties: {
        scope: string,
        sharing: string,
        block_volume: { type: "object" },
        mount_volume: { type: "object", properties: { fs_type: string, mount_flags: list(string) } },
      },
    },
    accessibility_requirements: { type: "object", properties: { requisite: topology, preferred: topology } },
    capacity_range: { type: "object", properties: { required_bytes: string, limit_bytes: string } },
    availability: string,
  },
};

const volume: Schema = object(
  {
    name: since(4, string),
    driver: string,
    driver_opts: driverOpts,
    external: closedExternal,
    labels: listOrDict,
    "x-cluster-spec": since(10, clusterSpec),
  },
  { type: ["object", "null"], ...extensible(7) },
);

const config: Schema = object(
  { name: since(5, string), file: string, external, labels: listOrDict, template_driver: since(8, string) },
  extensible(7),
);
const secret: Schema = object(
  { ...config.properties, driver: since(8, string), driver_opts: since(8, driverOpts) },
  extensible(7),
);

/** The schema of a whole file of version `3.minor`. */
export function composeSchema(minor: number): Schema {
  const service = object(serviceProperties(minor), extensible(7));
  return object(
    {
      version: string,
      services: named(service),
      networks: named(network, false),
      volumes: named(volume),
      secrets: since(1, named(secret)),
      configs: since(3, named(config)),
    },
    { ...extensible(4), ...(minor < 10 ? { required: ["version"] } : {}) },
  );
}
