/**
 * `swarm ca --rotate` (swarmkit `ca/reconciler.go`): a new root signs new certificates, a batch of nodes at a time; when
 * all have theirs the new root is the swarm's, with new join tokens, and the nodes are told to trust it alone. A node that
 * is away holds the rotation up until it is back or removed.
 */
import type { Tx } from "../../room";
import type { Millis } from "../../time/agenda";
import { createRootCa, joinSecret, type RootCa } from "./ca";
import { leaderMachine, led, nextIndex, reaches, written } from "./raft";
import type { NodeRow, SwarmRow } from "./tables";

/** Nodes that are told to renew at once, and how often more of them are. */
const BATCH = 30;
const INTERVAL: Millis = 3000;
/** Until a node has asked for its certificate and got it; until it has heard of the new root. */
const RENEWAL: Millis = 150;
const TRUST: Millis = 50;

/** The fields of a swarm that begins a rotation, to a root of its own making or to one that was brought. Another one on its way is given up for it. */
export function beginRotation(tx: Tx, swarm: SwarmRow, own?: RootCa): Pick<SwarmRow, "rotation"> {
  const tls = { trustRoot: swarm.trustRoot, ...issuerOf(swarm) };
  for (const node of tx.table("nodes").by("swarm", swarm.id))
    if (!node.tls) tx.table("nodes").patch(node.id, { tls, ...fresh(tx, swarm.id) });
  tx.schedule("swarm.rotation", swarm.id, RENEWAL);
  return { rotation: own ?? createRootCa(tx.random("swarm.ca"), tx.now) };
}

/** What a certificate that a root has signed says of it. */
const issuerOf = ({ issuerPublicKey, issuerSubject }: Pick<RootCa, "issuerPublicKey" | "issuerSubject">) => ({
  issuerPublicKey,
  ...(issuerSubject && { issuerSubject }),
});

const fresh = (tx: Tx, swarm: string) => written(tx, nextIndex(tx, swarm));

/** What a node that joins now is given; undefined stands for what the swarm has. */
export const certificateFor = ({ rotation, trustRoot }: SwarmRow): NodeRow["tls"] =>
  rotation && { trustRoot, ...issuerOf(rotation) };

/** A node is back or gone: a rotation that waited for it goes on. */
export function resumeRotation(tx: Tx, swarm: string): void {
  const row = tx.table("swarms").get(swarm);
  if (row && !tx.table("timers").has(`swarm.rotation:${swarm}`)) tx.schedule("swarm.rotation", swarm, TRUST);
}

/** Timer `swarm.rotation`: the next batch, the end of the rotation, or the last step after it. */
export function rotate(tx: Tx, id: string): void {
  const swarm = led(tx, id);
  if (!swarm) return;
  const nodes = tx.table("nodes").by("swarm", id);
  if (!swarm.rotation) {
    trustNewRoot(tx, swarm, nodes);
    return;
  }
  const issuer = issuerOf(swarm.rotation);
  const waiting = nodes.filter((node) => node.tls?.issuerPublicKey !== issuer.issuerPublicKey);
  const near = waiting.filter((node) => isNear(tx, node)).slice(0, BATCH);
  for (const node of near)
    tx.table("nodes").patch(node.id, { tls: { trustRoot: swarm.trustRoot, ...issuer }, ...fresh(tx, id) });
  if (near.length > 0) tx.schedule("swarm.rotation", id, near.length < waiting.length ? INTERVAL : TRUST);
  else if (waiting.length === 0) finish(tx, swarm);
}

function isNear(tx: Tx, node: NodeRow): boolean {
  const leader = leaderMachine(tx, node.swarm);
  return leader !== undefined && node.status.state === "ready" && reaches(tx, leader, node);
}

function finish(tx: Tx, swarm: SwarmRow): void {
  const { rotation, issuerSubject: _former, ...rest } = swarm;
  tx.table("swarms").put({
    ...rest,
    ...rotation,
    tokens: { worker: joinSecret(tx), manager: joinSecret(tx) },
    ...fresh(tx, swarm.id),
  });
  tx.schedule("swarm.rotation", swarm.id, TRUST);
}

/** Nodes that are away hear of it when they register. */
function trustNewRoot(tx: Tx, swarm: SwarmRow, nodes: readonly NodeRow[]): void {
  for (const node of nodes) {
    if (!node.tls || !isNear(tx, node)) continue;
    const { tls: _old, ...row } = node;
    tx.table("nodes").put({ ...row, ...fresh(tx, swarm.id) });
  }
}
