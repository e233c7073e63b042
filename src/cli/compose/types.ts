/** A loaded Compose file: all short forms spelled out. Names are those of the file; durations are in nanoseconds. */
import type { YamlValue } from "./yaml-scalars";

export interface Config {
  readonly version: string;
  services: Map<string, ServiceConfig>;
  networks: Map<string, NetworkConfig>;
  volumes: Map<string, VolumeConfig>;
  secrets: Map<string, FileObjectConfig>;
  configs: Map<string, FileObjectConfig>;
  extras: Map<string, YamlValue>;
}

export type StringMap = Map<string, string>;

export interface ServiceConfig {
  readonly name: string;
  cap_add?: string[];
  cap_drop?: string[];
  command?: string[];
  configs?: FileReference[];
  credential_spec?: { config?: string; file?: string; registry?: string };
  deploy?: DeployConfig;
  dns?: string[];
  dns_search?: string[];
  entrypoint?: string[];
  environment?: Map<string, string | null>;
  env_file?: string[];
  extra_hosts?: string[];
  hostname?: string;
  healthcheck?: HealthcheckConfig;
  image?: string;
  init?: boolean;
  isolation?: string;
  labels?: StringMap;
  logging?: { driver?: string; options?: StringMap };
  networks?: Map<string, ServiceNetwork | null>;
  ports?: PortConfig[];
  read_only?: boolean;
  restart?: string;
  secrets?: FileReference[];
  stdin_open?: boolean;
  stop_grace_period?: number;
  stop_signal?: string;
  sysctls?: StringMap;
  tmpfs?: string[];
  tty?: boolean;
  ulimits?: Map<string, Ulimit>;
  user?: string;
  volumes?: ServiceVolume[];
  working_dir?: string;
  extras?: Map<string, YamlValue>;
}

export interface FileReference {
  source?: string;
  target?: string;
  uid?: string;
  gid?: string;
  mode?: number;
}

export interface DeployConfig {
  mode?: string;
  replicas?: number;
  labels?: StringMap;
  update_config?: ChangeConfig;
  rollback_config?: ChangeConfig;
  resources?: {
    limits?: { cpus?: string; memory?: number; pids?: number };
    reservations?: {
      cpus?: string;
      memory?: number;
      generic_resources?: { discrete_resource_spec?: { kind?: string; value?: number } }[];
    };
  };
  restart_policy?: { condition?: string; delay?: number; max_attempts?: number; window?: number };
  placement?: { constraints?: string[]; preferences?: { spread?: string }[]; max_replicas_per_node?: number };
  endpoint_mode?: string;
}

export interface ChangeConfig {
  parallelism?: number;
  delay?: number;
  failure_action?: string;
  monitor?: number;
  max_failure_ratio?: number;
  order?: string;
}

export interface HealthcheckConfig {
  test?: string[];
  timeout?: number;
  interval?: number;
  retries?: number;
  start_period?: number;
  start_interval?: number;
  disable?: boolean;
}

export interface ServiceNetwork {
  aliases?: string[];
  driver_opts?: StringMap;
  ipv4_address?: string;
  ipv6_address?: string;
}

export interface PortConfig {
  mode?: string;
  target?: number;
  published?: number;
  protocol?: string;
}

export interface Ulimit {
  single?: number;
  soft?: number;
  hard?: number;
}

export interface ServiceVolume {
  type?: string;
  source?: string;
  target?: string;
  read_only?: boolean;
  consistency?: string;
  bind?: { propagation?: string };
  volume?: { nocopy?: boolean };
  tmpfs?: { size?: number };
}

export interface NetworkConfig {
  name?: string;
  driver?: string;
  driver_opts?: StringMap;
  ipam?: { driver?: string; config?: { subnet?: string }[] };
  external?: External;
  internal?: boolean;
  attachable?: boolean;
  labels?: StringMap;
  extras?: Map<string, YamlValue>;
}

export interface VolumeConfig {
  name?: string;
  driver?: string;
  driver_opts?: StringMap;
  external?: External;
  labels?: StringMap;
  extras?: Map<string, YamlValue>;
}

export interface FileObjectConfig {
  name?: string;
  file?: string;
  external?: External;
  labels?: StringMap;
  driver?: string;
  driver_opts?: StringMap;
  template_driver?: string;
}

/** `external: true`, or with the old way of naming. */
export interface External {
  external: boolean;
  name?: string;
}
