/**
 * What a node knows of the others' endpoints (libnetwork `networkdb`, memberlist). News of its own containers is there at once,
 * of others' after some rounds of gossip. A peer that does not answer is believed in until its suspicion has run out; then
 * all that it told is dropped.
 */
import type { View } from "../store/store";
import type { Millis } from "../time/agenda";
import { daemonRuns, wired } from "./links";
import type { BackendRow } from "./tables";

/** Nodes gossip every 200 ms, each to three others: a round takes the news to four times as many. */
const ROUND: Millis = 200;
const FANOUT = 4;

/** memberlist probes each second, the probe fails after another one. */
const PROBE: Millis = 2_000;
/** Suspicion: four probe intervals, longer in large swarms. */
const SUSPICION: Millis = 4_000;

/** From the last sign of life to being declared dead. */
export function suspicionOf(members: number): Millis {
  return PROBE + Math.round(SUSPICION * Math.max(1, Math.log10(members)));
}

/**
 * Until news of one node has reached every other: the mean wait for the first round, and all of the further ones. In a swarm of up
 * to four that is as long as an agent holds back a task's state, so that whoever sees it running finds it reachable everywhere.
 */
export function gossipOf(view: View): Millis {
  const members = Math.max(FANOUT, view.table("linkChanges").size);
  const rounds = Math.ceil(Math.log(members) / Math.log(FANOUT) - 1e-9);
  return ROUND / 2 + (rounds - 1) * ROUND;
}

/** When an observer declares another machine dead; undefined while the two hear of each other. */
export function deathOf(view: View, observer: string, machine: string): Millis | undefined {
  if (observer === machine || !daemonRuns(view, observer)) return undefined;
  if (wired(view, observer, machine) && daemonRuns(view, machine)) return undefined;
  const changes = view.table("linkChanges");
  const since = Math.max(changes.get(observer)?.at ?? 0, changes.get(machine)?.at ?? 0);
  return since + suspicionOf(view.table("linkChanges").size);
}

/** Whether a node sends connections to an endpoint, as far as it has heard. */
export function believes(view: View, now: Millis, observer: string, backend: BackendRow): boolean {
  const delay = observer === backend.machine ? 0 : gossipOf(view);
  if (now < backend.since + delay) return false;
  if (backend.until !== undefined && now >= backend.until + delay) return false;
  const death = deathOf(view, observer, backend.machine);
  return death === undefined || now < death;
}
