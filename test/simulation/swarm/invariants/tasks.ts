/** Invariants 1 to 12: the life of a task. 10 is in `history.ts`. */
import { hasQuorum, leaderMachine } from "../../../../src/core/swarm/manager/raft";
import { slotKey, type TaskRow } from "../../../../src/core/swarm/manager/tables";
import { rank } from "../../../../src/core/swarm/protocol";
import type { Step } from "../world";
import { changesOf, desired, ended, must, name, observed, type Watch } from "./watch";

export function tasks(): Watch {
  const startFirst = new Set<string>(); // services that ever had such an update
  const slotsSeen = new Map<string, Set<string>>();
  return {
    step(step) {
      for (const { after } of changesOf(step, "services"))
        if (
          [after?.spec, after?.previousSpec].some((spec) =>
            [spec?.UpdateConfig, spec?.RollbackConfig].some((config) => config?.Order === "start-first"),
          )
        )
          startFirst.add(after?.id ?? "");
      const slots = new Set<string>();
      for (const { before, after } of changesOf(step, "tasks")) {
        if (before && after) follows(step, before, after);
        if (!after) continue;
        stands(step, after);
        slots.add(slotKey(after));
        const seen = slotsSeen.get(slotKey(after)) ?? new Set();
        slotsSeen.set(slotKey(after), seen.add(after.id));
      }
      for (const slot of slots) inSlot(step, slot, startFirst, slotsSeen.get(slot) ?? new Set());
      containers(step);
    },
  };
}

function follows({ core }: Step, before: TaskRow, after: TaskRow): void {
  must(1, observed(after) >= observed(before), () => `${name(after)} was ${before.status.state}`);
  must(2, desired(after) >= desired(before), () => `${name(after)} was wanted ${before.desiredState}`);
  if (before.desiredState !== after.desiredState) {
    const leader = leaderMachine(core.view, after.swarm);
    must(
      2,
      Boolean(leader && hasQuorum(core.view, after.swarm, leader)),
      () => `${name(after)} changed without a majority of managers`,
    );
  }
  must(
    3,
    before.slot === after.slot && before.serviceId === after.serviceId,
    () => `${name(after)} moved to another slot`,
  );
  must(
    3,
    before.nodeId === "" || before.nodeId === after.nodeId,
    () => `${name(after)} moved from node ${before.nodeId}`,
  );
  must(3, before.spec === after.spec, () => `${name(after)} has another spec`);
  must(12, after.status.timestamp >= before.status.timestamp, () => `${name(after)}: its status went back in time`);
}

function stands({ core }: Step, task: TaskRow): void {
  must(
    6,
    task.desiredState !== "ready" || task.status.state !== "running",
    () => `${name(task)} runs though held back`,
  );
  const placed = observed(task) >= rank("assigned") && task.status.state !== "shutdown";
  must(7, !placed || task.nodeId !== "", () => `${name(task)} has no node`);
  if (task.status.state === "assigned")
    must(7, core.view.table("nodes").has(task.nodeId), () => `${name(task)} was assigned to a node that is not there`);
  must(
    9,
    task.desiredState === "remove" || core.view.table("services").has(task.serviceId),
    () => `${name(task)} belongs to no service`,
  );
  const err = task.status.err ?? "";
  const failed = task.status.state === "failed" || task.status.state === "rejected";
  if (failed) must(11, err !== "", () => `${name(task)} has no error`);
  else if (observed(task) >= rank("assigned") && task.status.state !== "orphaned")
    must(11, err === "", () => `${name(task)} has the error ${err}`);
  must(12, task.status.timestamp <= core.now, () => `${name(task)}: its status lies in the future`);
}

function inSlot({ core }: Step, slot: string, startFirst: Set<string>, seen: Set<string>): void {
  const all = core.view.table("tasks").by("slot", slot);
  const [first] = all;
  if (!first || first.jobIteration !== undefined) return;
  const wanted = all.filter((task) => task.desiredState === "running");
  // start-first: the old and the new, and what an update that was cut off by the next had made
  const revisions = (tasks: readonly TaskRow[]) =>
    startFirst.has(first.serviceId) ? new Set(tasks.map((task) => task.specVersion)).size : Math.min(tasks.length, 1);
  must(4, wanted.length <= revisions(wanted), () => `slot ${slot} has to run: ${wanted.map(name).join(", ")}`);
  const waiting = all.filter((task) => task.desiredState === "ready" && !ended(task)); // one that failed waits for its delay
  must(5, waiting.length <= revisions(waiting), () => `slot ${slot} holds back ${waiting.map(name).join(", ")}`);
  must(5, waiting.length === 0 || seen.size > 1, () => `${waiting.map(name)} waits for nobody`);
}

/** 8, from the machine's side: who has a container, and when it may run. */
function containers(step: Step): void {
  const { view } = step.core;
  for (const { after } of changesOf(step, "containers")) {
    if (!after?.taskId) continue;
    const row = view.table("agentTasks").get(after.taskId);
    must(
      8,
      row?.machine === after.machine,
      () => `container ${after.name} on ${after.machine} belongs to no task there`,
    );
    if (after.state !== "running" || !row) continue;
    must(
      8,
      ["start", "health", "run", "leave", "stop"].includes(row.step),
      () => `container ${after.name} runs while its task is at ${row.step}`,
    );
  }
  for (const { after } of changesOf(step, "agentTasks")) {
    if (!after) continue;
    const at = rank(after.status.state);
    const needs = at >= rank("ready") && at <= rank("running");
    must(
      8,
      !needs || view.table("containers").has(after.containerId ?? ""),
      () => `task ${after.id} is ${after.status.state} without a container`,
    );
    must(
      34,
      !after.bound || after.status.state === "running",
      () => `task ${after.id} gets traffic while ${after.status.state}`,
    );
    must(34, !after.bound || after.step === "run", () => `task ${after.id} gets traffic at ${after.step}`);
  }
}
