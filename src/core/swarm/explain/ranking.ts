/** Why a task is on its node and not on another that fits: the first comparison of the scheduler's ranking that tells them apart. */
import type { TaskRow } from "../manager/tables";
import { type Reason, reason } from "./sentences";
import type { NodeReport, PlacementReport } from "./types";

/** From so many on, failures on a node count against it. */
const MANY_FAILURES = 5;

export function whyHere(task: TaskRow, node: string, placement: PlacementReport): Reason[] {
  if (task.global) return [reason("placed.global")];
  const own = placement.nodes.find((each) => each.nodeId === task.nodeId);
  if (!own) return [];
  if (!own.fits) return [reason("placed.unfit", { node, filter: own.rejectedBy ?? "" })];
  const others = placement.nodes.filter((each) => each.fits && each !== own);
  if (others.length === 0) return [reason("placed.only", { node, nodes: placement.nodes.length })];
  const chosen = placement.nodes.find((each) => each.chosen) ?? own;
  if (isWorse(own, chosen)) return [reason("placed.elsewhere", { node: chosen.node })];
  const branch = whyBranch(own, others);
  const rivals = others.filter((each) => sameBranch(own, each));
  return [...branch, ...whyAmong(own, rivals, node)];
}

const sameBranch = (a: NodeReport, b: NodeReport) =>
  a.ranking.branch.every((part, at) => part.value === b.ranking.branch[at]?.value);

/** Whether the ranking itself, and not chance, would put it elsewhere now. */
function isWorse(own: NodeReport, chosen: NodeReport): boolean {
  if (own === chosen) return false;
  const a = keys(own);
  const b = keys(chosen);
  const at = a.findIndex((value, index) => value !== b[index]);
  return at >= 0 && (a[at] as number) > (b[at] as number);
}

const keys = ({ ranking }: NodeReport) => [
  ...ranking.branch.map((part) => part.serviceTasks),
  ranking.recentFailures >= MANY_FAILURES ? ranking.recentFailures : 0,
  ranking.serviceTasks,
  ranking.totalTasks,
];

function whyBranch(own: NodeReport, others: readonly NodeReport[]): Reason[] {
  for (const [at, part] of own.ranking.branch.entries()) {
    const differs = others.some((each) => each.ranking.branch[at]?.value !== part.value);
    if (differs)
      return [reason("placed.branch", { label: part.label, branch: `"${part.value}"`, count: part.serviceTasks })];
  }
  return [];
}

function whyAmong(own: NodeReport, rivals: readonly NodeReport[], node: string): Reason[] {
  if (rivals.length === 0) return []; // its group decided
  const fitting = rivals.length + 1;
  const { recentFailures, serviceTasks, totalTasks } = own.ranking;
  const failing = rivals.filter((each) => each.ranking.recentFailures >= MANY_FAILURES);
  if (failing.length === rivals.length && recentFailures < MANY_FAILURES)
    return [reason("placed.failures", { node, count: recentFailures })];
  const level = rivals.filter((each) => !failing.includes(each) && each.ranking.serviceTasks === serviceTasks);
  if (level.length === 0) return [reason("placed.serviceTasks", { node, fitting, count: serviceTasks })];
  const tied = level.filter((each) => each.ranking.totalTasks === totalTasks);
  if (tied.length === 0) return [reason("placed.totalTasks", { node, fitting, count: totalTasks })];
  return [reason("placed.tie", { node, others: tied.length })];
}
