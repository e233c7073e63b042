/**
 * Docker's objects as the command line's Go structs hold them, for templates: maps have sorted keys, a container's
 * configuration has its members in the struct's order without the empty ones, and members left out by the daemon are
 * there with their zero values (on the prototype, so that JSON leaves them out).
 */
import type { InspectKind } from "./inspect";

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Members that are maps of strings wherever they occur; Go's encoder sorts their keys. */
const STRING_MAPS = /^(Labels|Options|DriverOpts|Sysctls|Annotations|LogOpts|StorageOpt|AuxiliaryAddresses)$/;

/** The image's configuration (OCI's members, then Docker's). */
const IMAGE_CONFIG =
  "User ExposedPorts Env Entrypoint Cmd Volumes WorkingDir Labels StopSignal ArgsEscaped Healthcheck OnBuild Shell".split(
    " ",
  );

/** What an image's configuration may leave out. */
const IMAGE_ZEROS: Json = {
  User: "",
  ExposedPorts: {},
  Env: [],
  Entrypoint: [],
  Cmd: [],
  Volumes: {},
  WorkingDir: "",
  Labels: {},
  StopSignal: "",
  ArgsEscaped: false,
  Healthcheck: null,
  OnBuild: [],
  Shell: [],
};

/** The object as a template sees it. */
export function asStruct(kind: InspectKind | undefined, value: unknown): unknown {
  const sorted = withSortedMaps(value);
  if (!isObject(sorted)) return sorted;
  if (kind === "image" && isObject(sorted.Config))
    return { ...sorted, Config: over(IMAGE_ZEROS, orderedWithoutEmpty(sorted.Config, IMAGE_CONFIG)) };
  if (kind === "service") return service(sorted);
  return sorted;
}

const zeros = (names: string): Json => Object.fromEntries(names.split(" ").map((name) => [name, null]));
const CONTAINER_SPEC = zeros(
  "Labels Command Args Env Groups Mounts Hosts Secrets Configs Sysctls CapabilityAdd CapabilityDrop Ulimits Healthcheck DNSConfig Init Privileges StopGracePeriod",
);
const TASK_SPEC = zeros("Resources RestartPolicy Placement Networks LogDriver");
const ENDPOINT = zeros("Ports VirtualIPs");

/** The object with members it may lack: seen by templates, absent from its JSON. */
function over(base: Json, value: unknown): Json {
  return Object.assign(Object.create(base) as Json, isObject(value) ? value : {});
}

function service(value: Json): Json {
  const spec = isObject(value.Spec) ? value.Spec : {};
  const task = isObject(spec.TaskTemplate) ? spec.TaskTemplate : {};
  const TaskTemplate = over(TASK_SPEC, {
    ...task,
    ...(isObject(task.ContainerSpec) && { ContainerSpec: over(CONTAINER_SPEC, task.ContainerSpec) }),
  });
  return { ...value, Spec: { ...spec, TaskTemplate }, Endpoint: over(ENDPOINT, value.Endpoint) };
}

function withSortedMaps(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => withSortedMaps(item));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, withSortedMaps(item, key)] as const);
  if (STRING_MAPS.test(name)) entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}

function orderedWithoutEmpty(value: Json, order: readonly string[]): Json {
  const isEmpty = (item: unknown) =>
    item === null ||
    item === undefined ||
    item === "" ||
    item === false ||
    (isObject(item) && Object.keys(item).length === 0);
  return Object.fromEntries(order.filter((key) => !isEmpty(value[key])).map((key) => [key, value[key]]));
}
