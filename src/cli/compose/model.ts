/**
 * The fields of a Compose file in the order docker prints them, with what each is: one table from which files are
 * decoded (`decode.ts`), merged (`merge.ts`) and printed (`output.ts`).
 */

export type Kind =
  /** Text. */
  | "string"
  | "boolean"
  /** A truth value that may be absent. */
  | "optionalBoolean"
  /** A whole number, absent or given: zero counts. */
  | "count"
  | "integer"
  | "ratio"
  | "duration"
  | "bytes"
  | "strings"
  /** One text or a list of them. */
  | "stringOrList"
  /** Texts and numbers. */
  | "scalars"
  /** Mapping or list of `k=v`; without a value it is empty. */
  | "labels"
  /** As labels, but without a value it is null. */
  | "environment"
  | "options"
  | "hosts"
  /** A command line: words, or a text to split. */
  | "command"
  | "test"
  /** A part that is left out when it is empty. */
  | "struct"
  /** A part that is printed as `{}` when it is empty. */
  | "optional"
  | "list"
  | "map"
  | "ports"
  | "volumes"
  | "ulimits"
  | "external"
  | "raw";

export interface Field {
  readonly kind: Kind;
  readonly fields?: Struct;
  /** What a short form in a list stands for: `secrets: [a]` is `[{source: a}]`. */
  readonly short?: string;
  /** Items of a list that agree here replace each other when files are merged. */
  readonly by?: string;
}

export type Struct = Readonly<Record<string, Field>>;

const of = <K extends Kind>(kind: K, ...names: string[]): Record<string, Field> =>
  Object.fromEntries(names.map((name) => [name, { kind }]));

const reference: Struct = { ...of("string", "source", "target", "uid", "gid"), ...of("count", "mode") };

const change: Struct = {
  ...of("count", "parallelism"),
  ...of("duration", "delay"),
  ...of("string", "failure_action"),
  ...of("duration", "monitor"),
  ...of("ratio", "max_failure_ratio"),
  ...of("string", "order"),
};

const generic: Struct = {
  discrete_resource_spec: { kind: "optional", fields: { ...of("string", "kind"), ...of("integer", "value") } },
};

const deploy: Struct = {
  ...of("string", "mode"),
  ...of("count", "replicas"),
  ...of("labels", "labels"),
  update_config: { kind: "optional", fields: change },
  rollback_config: { kind: "optional", fields: change },
  resources: {
    kind: "struct",
    fields: {
      limits: {
        kind: "optional",
        fields: { ...of("string", "cpus"), ...of("bytes", "memory"), ...of("integer", "pids") },
      },
      reservations: {
        kind: "optional",
        fields: {
          ...of("string", "cpus"),
          ...of("bytes", "memory"),
          generic_resources: { kind: "list", fields: generic },
        },
      },
    },
  },
  restart_policy: {
    kind: "optional",
    fields: {
      ...of("string", "condition"),
      ...of("duration", "delay"),
      ...of("count", "max_attempts"),
      ...of("duration", "window"),
    },
  },
  placement: {
    kind: "struct",
    fields: {
      ...of("strings", "constraints"),
      preferences: { kind: "list", fields: of("string", "spread") },
      ...of("integer", "max_replicas_per_node"),
    },
  },
  ...of("string", "endpoint_mode"),
};

const build: Struct = {
  ...of("string", "context", "dockerfile"),
  ...of("environment", "args"),
  ...of("labels", "labels"),
  ...of("stringOrList", "cache_from"),
  ...of("hosts", "extra_hosts"),
  ...of("string", "network", "target"),
};

const healthcheck: Struct = {
  ...of("test", "test"),
  ...of("duration", "timeout", "interval"),
  ...of("count", "retries"),
  ...of("duration", "start_period", "start_interval"),
  ...of("boolean", "disable"),
};

const serviceNetwork: Struct = {
  ...of("strings", "aliases"),
  ...of("options", "driver_opts"),
  ...of("string", "ipv4_address", "ipv6_address"),
};

export const PORT: Struct = {
  ...of("string", "mode"),
  ...of("integer", "target", "published"),
  ...of("string", "protocol"),
};

export const VOLUME_OF_SERVICE: Struct = {
  ...of("string", "type", "source", "target"),
  ...of("boolean", "read_only"),
  ...of("string", "consistency"),
  bind: { kind: "optional", fields: of("string", "propagation") },
  volume: { kind: "optional", fields: of("boolean", "nocopy") },
  tmpfs: { kind: "optional", fields: of("integer", "size") },
};

export const ULIMIT: Struct = of("integer", "soft", "hard");

export const SERVICE: Struct = {
  build: { kind: "struct", fields: build, short: "context" },
  ...of("strings", "cap_add", "cap_drop"),
  ...of("string", "cgroupns_mode", "cgroup_parent"),
  ...of("command", "command"),
  configs: { kind: "list", fields: reference, short: "source", by: "source" },
  ...of("string", "container_name"),
  credential_spec: { kind: "struct", fields: of("string", "config", "file", "registry") },
  ...of("strings", "depends_on"),
  deploy: { kind: "struct", fields: deploy },
  ...of("strings", "devices"),
  ...of("stringOrList", "dns", "dns_search"),
  ...of("string", "domainname"),
  ...of("command", "entrypoint"),
  ...of("environment", "environment"),
  ...of("stringOrList", "env_file"),
  ...of("scalars", "expose"),
  ...of("strings", "external_links"),
  ...of("hosts", "extra_hosts"),
  ...of("string", "hostname"),
  healthcheck: { kind: "optional", fields: healthcheck },
  ...of("string", "image"),
  ...of("optionalBoolean", "init"),
  ...of("string", "ipc", "isolation"),
  ...of("labels", "labels"),
  ...of("strings", "links"),
  logging: { kind: "optional", fields: { ...of("string", "driver"), ...of("options", "options") } },
  ...of("string", "mac_address", "network_mode"),
  networks: { kind: "map", fields: serviceNetwork },
  ...of("string", "pid"),
  ports: { kind: "ports", fields: PORT, by: "published" },
  ...of("boolean", "privileged", "read_only"),
  ...of("string", "restart"),
  secrets: { kind: "list", fields: reference, short: "source", by: "source" },
  ...of("strings", "security_opt"),
  ...of("string", "shm_size"),
  ...of("boolean", "stdin_open"),
  ...of("duration", "stop_grace_period"),
  ...of("string", "stop_signal"),
  ...of("labels", "sysctls"),
  ...of("stringOrList", "tmpfs"),
  ...of("boolean", "tty"),
  ulimits: { kind: "ulimits", fields: ULIMIT },
  ...of("string", "user", "userns_mode"),
  volumes: { kind: "volumes", fields: VOLUME_OF_SERVICE, by: "target" },
  ...of("string", "working_dir"),
};

export const NETWORK: Struct = {
  ...of("string", "name", "driver"),
  ...of("options", "driver_opts"),
  ipam: {
    kind: "struct",
    fields: { ...of("string", "driver"), config: { kind: "list", fields: of("string", "subnet") } },
  },
  ...of("external", "external"),
  ...of("boolean", "internal", "attachable"),
  ...of("labels", "labels"),
};

const clusterSpec: Struct = {
  ...of("string", "group"),
  access_mode: {
    kind: "optional",
    fields: {
      ...of("string", "scope", "sharing"),
      mount_volume: { kind: "optional", fields: { ...of("string", "fs_type"), ...of("strings", "mount_flags") } },
      block_volume: { kind: "optional", fields: {} },
    },
  },
  ...of("raw", "accessibility_requirements"),
  capacity_range: { kind: "optional", fields: of("bytes", "required_bytes", "limit_bytes") },
  ...of("string", "availability"),
};

export const VOLUME: Struct = {
  ...of("string", "name", "driver"),
  ...of("options", "driver_opts"),
  ...of("external", "external"),
  ...of("labels", "labels"),
  "x-cluster-spec": { kind: "optional", fields: clusterSpec },
};

export const FILE_OBJECT: Struct = {
  ...of("string", "name", "file"),
  ...of("external", "external"),
  ...of("labels", "labels"),
  ...of("string", "driver"),
  ...of("options", "driver_opts"),
  ...of("string", "template_driver"),
};
