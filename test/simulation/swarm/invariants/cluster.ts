/** Invariants 37 to 39: leaders, what was acknowledged, what refers to what. 40 is the test's own: histories played twice. */

import type { Change, TableName } from "../../../../src/core/store/schema";
import { hasQuorum, led, managersOf } from "../../../../src/core/swarm/manager/raft";
import type { Step } from "../world";
import { changesOf, must, type Watch } from "./watch";

const OBJECTS = ["services", "tasks", "nodes", "swarmNetworks", "swarmData"] as const;
const WRITES = ["service.", "node.", "swarmNetwork.", "swarmData."];

export const cluster = (): Watch => ({
  step(step) {
    const { command, core, changes } = step;
    const write = command && WRITES.some((prefix) => command.kind.startsWith(prefix));
    if (write && command.refused === undefined) {
      const swarm = core.view.table("swarmNodes").get(command.machine)?.swarm ?? "";
      must(
        37,
        hasQuorum(core.view, swarm, command.machine),
        () => `${command.kind} on ${command.machine} was acknowledged without a majority`,
      );
    }
    if (command?.refused !== undefined)
      must(
        38,
        changes.length === 0 || !write,
        () => `${command.kind} was refused (${command.refused}) and wrote all the same`,
      );
    kept(step);
    for (const table of OBJECTS) for (const change of changesOf(step, table)) rises(table, change);
    references(step);
  },
  quiet(view) {
    for (const { swarm, id, role, state } of view.table("swarmNodes").all())
      if (role === "manager" && state === "active" && view.table("swarms").has(swarm))
        must(37, led(view, swarm) !== undefined, () => `${id} manages a swarm that nobody leads`);
    for (const node of view.table("nodes").all()) {
      if (!led(view, node.swarm)) continue; // its managers have all left
      const member = view.table("swarmNodes").get(node.machine);
      must(
        39,
        (node.role === "manager") === Boolean(node.manager),
        () => `${node.machine} is a ${node.role} but ${node.manager ? "" : "not "}a member of the raft group`,
      );
      must(
        39,
        node.role === node.spec.Role || (node.spec.Role === "manager" && node.status.state !== "ready"),
        () => `${node.machine} is a ${node.role} and should be a ${node.spec.Role}`,
      );
      if (member?.nodeId !== node.id || member.state !== "active" || node.status.state !== "ready") continue;
      must(
        39,
        member.role === node.role,
        () => `${node.machine} takes itself for a ${member.role}, its node is a ${node.role}`,
      );
      const peers = (each: readonly { readonly machine: string }[]) => each.map(({ machine }) => machine).sort();
      const [known, actual] = [peers(member.managers), peers(managersOf(view, node.swarm))];
      must(
        39,
        known.join() === actual.join(),
        () => `${node.machine} knows the managers ${known} instead of ${actual}`,
      );
      must(39, member.session === node.session, () => `${node.machine} and its manager speak of different sessions`);
    }
    for (const member of view.table("swarmNodes").all()) {
      const gone = view.table("swarms").has(member.swarm) && !view.table("nodes").has(member.nodeId);
      must(39, !gone || member.session === "", () => `${member.id} has a session as a node that is not there`);
    }
  },
});

/** 37: services and networks go by commands alone, or with their swarm. */
function kept(step: Step): void {
  const { command, core } = step;
  for (const table of ["services", "swarmNetworks", "nodes"] as const)
    for (const { before, after } of changesOf(step, table)) {
      if (!before || after || !core.view.table("swarms").has(before.swarm)) continue;
      must(37, command?.kind.endsWith(".remove") === true, () => `${table} ${before.id} vanished by itself`);
    }
}

function rises(table: TableName, { before, after }: Change<(typeof OBJECTS)[number]>): void {
  if (!before || !after || (table === "nodes" && (after as { machine?: string }).machine === "")) return;
  must(
    38,
    after.version > before.version,
    () => `${table} ${after.id} was written at version ${after.version}, after ${before.version}`,
  );
}

function references(step: Step): void {
  const { view } = step.core;
  if (changesOf(step, "services").length + changesOf(step, "swarmNetworks").length > 0)
    for (const service of view.table("services").all())
      for (const { Target = "" } of service.spec.TaskTemplate.Networks ?? [])
        must(
          39,
          view.table("swarmNetworks").has(Target),
          () => `${service.spec.Name} refers to the network ${Target}, which is not there`,
        );
  if (changesOf(step, "services").length + changesOf(step, "swarmData").length > 0)
    for (const service of view.table("services").all())
      for (const { SecretID = "" } of service.spec.TaskTemplate.ContainerSpec?.Secrets ?? [])
        must(
          39,
          view.table("swarmData").has(SecretID),
          () => `${service.spec.Name} refers to a secret that is not there`,
        );
  if (changesOf(step, "nodes").length > 0)
    for (const swarm of view.table("swarms").all())
      must(39, managersOf(view, swarm.id).length > 0, () => `swarm ${swarm.id} has no manager`);
}
