/** Plays a history with every invariant watched, then ends all failures and expects the cluster to come to rest. */
import { drawHistory, type History } from "./history";
import { cluster } from "./invariants/cluster";
import { counts } from "./invariants/counts";
import { history as kept } from "./invariants/history";
import { network } from "./invariants/network";
import { placement } from "./invariants/placement";
import { requests } from "./invariants/requests";
import { rolling } from "./invariants/rolling";
import { tasks } from "./invariants/tasks";
import { updates } from "./invariants/updates";
import { Violation, type Watch } from "./invariants/watch";
import { World, type WorldOptions } from "./world";

/** Simulated time in which a healed cluster has to come to rest, and how often it is looked at. */
const CONVERGES = 240_000;
const LOOKS = 20_000;

export interface Failure {
  readonly seed: number;
  readonly invariant: number; // 0: the core itself broke
  readonly message: string;
  /** What was being done, and when. */
  readonly at: string;
}

/** Undefined when every invariant held. The object is evicted at every step of each tenth history, and after every action of each fourth. */
export function play(history: History, log: (line: string) => void = () => undefined): Failure | undefined {
  const watches = [tasks(), kept(), counts(), placement(), updates(), rolling(), network(), requests(), cluster()];
  let at = "setting up";
  try {
    const world = new World(history, {
      evict: history.seed % 10 === 0,
      watch: (step) => {
        for (const watch of watches) watch.step(step);
      },
    });
    for (const action of history.actions) {
      at = `${world.core.now} ${JSON.stringify(action)}`;
      log(at);
      world.act(action);
      if (history.seed % 4 === 0) world.evict();
    }
    at = "healing";
    world.heal();
    converge(world, watches);
    return undefined;
  } catch (error) {
    const { message, stack = "" } = error as Error;
    const invariant = error instanceof Violation ? error.invariant : 0;
    return { seed: history.seed, invariant, message: invariant ? message : stack, at };
  }
}

/** Liveness: with all failures over the cluster comes to rest, and stays there. */
function converge(world: World, watches: readonly Watch[]): void {
  let rests = 0;
  for (let passed = LOOKS; rests < 2; passed += LOOKS) {
    world.pass(LOOKS);
    try {
      for (const watch of watches) watch.quiet?.(world.core.view);
      rests++;
    } catch (error) {
      if (passed >= CONVERGES) throw error;
      rests = 0;
    }
  }
}

/** The rows at the end of a history's actions, played in one of several ways. */
export function rowsAfter(history: History, options: WorldOptions): string {
  const world = new World(history, options);
  for (const action of history.actions) world.act(action);
  return world.rows();
}

/** Leaves out actions as long as the same invariant fails: the shortest history that still shows the fault. */
export function shrink(seed: number): { readonly history: History; readonly failure: Failure } | undefined {
  let history = drawHistory(seed);
  let failure = play(history);
  if (!failure) return undefined;
  for (let size = Math.ceil(history.actions.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let from = 0; from < history.actions.length; ) {
      const shorter = { ...history, actions: history.actions.filter((_, n) => n < from || n >= from + size) };
      const again = play(shorter);
      if (again?.invariant === failure.invariant) [history, failure] = [shorter, again];
      else from += size;
    }
  return { history, failure };
}
