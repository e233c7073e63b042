/** Machines, containers, networks and images as the map draws them. */
import type { ContainerView, ImageView, MachineView, NetworkView } from "../../api/socket";
import type { ContainerRow } from "../../core/engine/tables";
import type { View } from "../../core/store/store";

export function machineView(view: View, id: string): MachineView | undefined {
  const row = view.table("machines").get(id);
  if (!row) return undefined;
  const { name, address, power, network, daemon, registry } = row;
  const way = registry?.unreachable ? "unreachable" : (registry?.slow ?? 1) > 1 ? "slow" : undefined;
  return {
    id,
    name,
    address,
    power,
    network,
    daemon,
    ...(row.cutFrom ? { cut: [...row.cutFrom] } : {}),
    ...(row.latency ? { latency: row.latency } : {}),
    ...(row.loss ? { loss: row.loss } : {}),
    ...(row.disk === "full" ? { disk: "full" as const } : {}),
    ...(way ? { registry: way } : {}),
  };
}

/** Intermediate containers of a build are left out, as `docker ps` shows them for an instant only. */
export function containerView(view: View, id: string): ContainerView | undefined {
  const row = view.table("containers").get(id);
  if (!row || row.buildId) return undefined;
  return {
    id,
    machine: row.machine,
    name: row.name,
    image: row.image,
    state: row.state,
    status: statusWord(row),
    ...(row.health ? { health: row.health.status } : {}),
    ...(row.taskId ? { taskId: row.taskId } : {}),
    hostname: row.config.Hostname || id.slice(0, 12),
    ports: portsOf(view, row),
    networks: view
      .table("endpoints")
      .by("container", id)
      .map((endpoint) => endpoint.networkId),
  };
}

function statusWord(row: ContainerRow): string {
  if (row.state === "exited") return `Exited (${row.exitCode})`;
  return row.state.charAt(0).toUpperCase() + row.state.slice(1);
}

function portsOf(view: View, row: ContainerRow): ContainerView["ports"] {
  const ports: ContainerView["ports"] = [];
  for (const port of view.table("ports").by("machine", row.machine))
    if (port.target.kind === "container" && port.target.containerId === row.id)
      ports.push({ published: port.port, target: port.target.port, protocol: port.protocol });
  return ports;
}

export function networkView(view: View, id: string): NetworkView | undefined {
  const row = view.table("networks").get(id);
  return (
    row && {
      id,
      name: row.name,
      driver: row.driver,
      scope: row.scope,
      ...(row.scope === "local" ? { machine: row.machine } : {}),
    }
  );
}

export function imageView(view: View, id: string): ImageView | undefined {
  const row = view.table("images").get(id);
  if (!row || (row.repoTags.length === 0 && row.parent !== "" && row.repoDigests.length === 0)) return undefined;
  return { id, machine: row.machine, imageId: row.imageId, tags: [...row.repoTags], size: row.size };
}
