/** A machine's marks in words: what it is in the swarm, what keeps it from working, what makes it work badly. */
import type { MachineView, NodeView } from "../../src/api/socket";
import { t } from "../ui/i18n";

export function roleOf(node: NodeView | undefined): string {
  if (!node) return t("map.alone");
  return t(node.leader ? "map.leader" : node.role === "manager" ? "map.manager" : "map.worker");
}

/** What keeps it from working at all; empty when nothing does. */
export function troubleOf({ power, daemon, network }: MachineView, node: NodeView | undefined): string {
  if (power === "off") return t("map.off");
  if (daemon !== "up") return t(daemon === "crashed" ? "map.crashed" : "machine.mark.stopped");
  if (network === "cut") return t("map.cut");
  return node?.state === "down" ? t("map.down") : "";
}

/** What makes it work badly, or not for the swarm. */
export function strainsOf({ cut, latency, loss, disk, registry }: MachineView, node: NodeView | undefined): string[] {
  return [
    node?.availability === "drain" ? t("map.drain") : node?.availability === "pause" ? t("map.pause") : "",
    cut || loss ? t("machine.mark.partly") : latency ? t("machine.mark.slow") : "",
    disk ? t("machine.mark.disk") : "",
    registry ? t(registry === "slow" ? "machine.mark.registrySlow" : "machine.mark.registryNone") : "",
  ].filter((it) => it !== "");
}
