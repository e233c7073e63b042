/** The filters of `docker ps` (moby `daemon/list.go`). */
import { lookUpImage } from "../../../core/engine/images";
import { findContainer } from "../../../core/engine/names";
import { lookUpNetwork } from "../../../core/engine/networks";
import type { ContainerRow } from "../../../core/engine/tables";
import { invalidParameter, systemError } from "../../../core/errors";
import type { View } from "../../../core/store/store";
import type { Filters } from "../../request";
import { listedPorts } from "./network-settings";

export const LIST_FILTERS =
  "ancestor before exited expose health id is-task isolation label name network publish since status volume".split(" ");

const STATES = ["created", "running", "paused", "restarting", "removing", "exited", "dead"];
const HEALTH = ["none", "starting", "healthy", "unhealthy"];

/** Whether a container is listed. Throws for values that make no sense. */
export function listFilter(
  view: View,
  machine: string,
  filters: Filters,
  all: boolean,
): (row: ContainerRow) => boolean {
  checkValues(filters, "status", "state", STATES);
  checkValues(filters, "health", "health", HEALTH);
  const codes = filters.values("exited").map(exitCode);
  const isTask = filters.boolean("is-task");
  const [before, since] = ["before", "since"].map((field) => {
    const ref = filters.values(field).at(-1);
    return ref === undefined ? undefined : findContainer(view, machine, ref);
  });
  const publish = filters.values("publish").map((text) => portRange(text, "publish"));
  const expose = filters.values("expose").map((text) => portRange(text, "expose"));
  const images = filters.values("ancestor").map((ref) => imageAndChildren(view, machine, ref));
  // A state that only stopped containers have asks for them as well.
  const everyState = all || filters.values("status").length > 0 || codes.length > 0 || before || since;
  return (row) =>
    (everyState || isUp(row)) &&
    filters.match("id", row.id) &&
    filters.match("name", row.name, `/${row.name}`) &&
    filters.labels(row.config.Labels) &&
    filters.some("status", (state) => row.state === state) &&
    filters.some("health", (health) => (row.health?.status ?? "none") === health) &&
    filters.some("isolation", (isolation) => isolation === String(row.hostConfig.Isolation ?? "")) &&
    (isTask === undefined || isTask === (row.taskId !== undefined)) &&
    (codes.length === 0 || (row.startedAt > 0 && !isUp(row) && codes.includes(row.exitCode))) &&
    (!before || isOlder(view, row, before)) &&
    (!since || isOlder(view, since, row)) &&
    (images.length === 0 || images.some((ids) => ids.has(row.imageId))) &&
    filters.some("volume", (ref) =>
      row.mounts.some((mount) => !mount.internal && (mount.name === ref || mount.target === ref)),
    ) &&
    filters.some("network", (ref) => isOn(view, row, ref)) &&
    (publish.length === 0 ||
      listedPorts(view, row).some(
        ({ PublicPort, Type }) => PublicPort !== undefined && publish.some((range) => isIn(range, PublicPort, Type)),
      )) &&
    (expose.length === 0 ||
      Object.keys(row.config.ExposedPorts ?? {}).some((key) => {
        const [port, protocol = "tcp"] = key.split("/");
        return expose.some((range) => isIn(range, Number(port), protocol));
      }));
}

const isUp = (row: ContainerRow) => row.state === "running" || row.state === "paused" || row.state === "restarting";

/** Of two made in the same instant the one made first is older: the table keeps that order. */
function isOlder(view: View, row: ContainerRow, than: ContainerRow): boolean {
  if (row.createdAt !== than.createdAt) return row.createdAt < than.createdAt;
  const ids = view
    .table("containers")
    .by("machine", row.machine)
    .map((one) => one.id);
  return ids.indexOf(row.id) < ids.indexOf(than.id);
}

function checkValues(filters: Filters, field: string, what: string, allowed: readonly string[]): void {
  for (const value of filters.values(field))
    if (!allowed.includes(value))
      throw invalidParameter(
        `invalid filter '${field}=${value}': invalid value for ${what} (${value}): must be one of ${allowed.join(", ")}`,
      );
}

function exitCode(text: string): number {
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  throw invalidParameter(
    `invalid filter 'exited=${text}': strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
  );
}

interface PortRange {
  readonly first: number;
  readonly last: number;
  readonly protocol: string;
}

function portRange(text: string, field: string): PortRange {
  const [range = "", protocol = "tcp"] = text.split("/");
  const bounds = range.split("-");
  for (const bound of bounds)
    if (!/^\d+$/.test(bound))
      throw systemError(
        `error while looking up for ${field} ${text}: strconv.ParseUint: parsing ${JSON.stringify(bound)}: invalid syntax`,
      );
  const [first = 0, last = first] = bounds.map(Number);
  if (last < first)
    throw systemError(`error while looking up for ${field} ${text}: invalid range specified for port: ${range}`);
  return { first, last, protocol };
}

const isIn = ({ first, last, protocol }: PortRange, port: number, type: string) =>
  port >= first && port <= last && type === protocol;

/** The image and all that were built on it. An image nobody knows has no descendants. */
function imageAndChildren(view: View, machine: string, ref: string): ReadonlySet<string> {
  const ids = new Set<string>();
  try {
    const image = lookUpImage(view, machine, ref);
    if (image) ids.add(image.imageId);
  } catch {
    return ids;
  }
  const [root] = ids;
  const layers = root ? view.table("images").get(`${machine}/${root}`)?.layers : undefined;
  if (!layers) return ids;
  for (const other of view.table("images").by("machine", machine))
    if (layers.every((layer, n) => other.layers[n] === layer) && descends(view, machine, other.parent, root))
      ids.add(other.imageId);
  return ids;
}

function descends(view: View, machine: string, parent: string, root: string | undefined): boolean {
  for (let id = parent, hops = 0; id !== "" && hops < 200; hops++) {
    if (id === root) return true;
    id = view.table("images").get(`${machine}/${id}`)?.parent ?? "";
  }
  return false;
}

function isOn(view: View, row: ContainerRow, ref: string): boolean {
  if (row.networks[ref]) return true;
  return Object.keys(row.networks).some((name) => lookUpNetwork(view, row.machine, name)?.networkId === ref);
}
