/** Invariants 34 and 35: where connections to a published port lead. What 36 says of lost requests is `traffic.test.ts`. */
import type { Route } from "../../../../src/core/net/connect";
import { gossipOf, suspicionOf } from "../../../../src/core/net/gossip";
import type { Step } from "../world";
import { changesOf, must, type Watch } from "./watch";

/** Connections of one node to one port since the pool behind it last changed. */
interface Span {
  readonly pool: number;
  readonly at: number;
  readonly counts: Map<string, number>; // by task
}

export function requests(): Watch {
  const spans = new Map<string, Span>();
  let pool = 0; // rises with each change of any pool, and of what the nodes know of each other
  let settled = 0; // when all have heard of the last change
  return {
    step(step) {
      const changes = (["backends", "machines", "linkChanges"] as const).some(
        (table) => changesOf(step, table).length > 0,
      );
      if (changes) {
        pool++;
        settled = step.core.now + suspicionOf(step.core.view.table("machines").size) + 1000;
      }
      if (step.command?.kind !== "net.connect") return;
      const { machine, port } = { machine: step.command.machine, port: (step.command.args as { port: number }).port };
      const key = `${machine}/${port}`;
      const route = step.command.reply as Route;
      if (route.kind !== "container" || !route.taskId) {
        spans.delete(key); // a turn of somebody who did not answer
        return;
      }
      delivered(step, route.taskId);
      const { now } = step.core;
      const known = spans.get(key);
      const goesOn = known && known.pool === pool && (now === known.at || now >= settled);
      const span = goesOn ? known : { pool, at: now, counts: new Map<string, number>() };
      spans.set(key, span);
      span.counts.set(route.taskId, (span.counts.get(route.taskId) ?? 0) + 1);
      fair(key, span);
    },
  };
}

/** 34: the task runs, is healthy, and was not told to stop, as far as the news can have come. */
function delivered({ core }: Step, id: string): void {
  const row = core.view.table("agentTasks").get(id);
  const left = [...core.view.table("backends").all()].find((backend) => backend.taskId === id)?.until;
  const late = left !== undefined && core.now - left <= gossipOf(core.view);
  must(34, row?.bound === true || late, () => `a connection was led to task ${id}, which is ${row?.step ?? "gone"}`);
}

/** 35: nobody has had two turns more than another. */
function fair(key: string, { counts }: Span): void {
  const values = [...counts.values()];
  must(
    35,
    Math.max(...values) - Math.min(...values) <= 1,
    () => `connections to ${key} were shared out ${values.join(", ")}`,
  );
}
