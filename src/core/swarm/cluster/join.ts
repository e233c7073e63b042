/** `docker swarm join`: asks a manager's certificate authority to be let in. */
import { invalidParameter, unavailable } from "../../errors";
import { linked } from "../../net/links";
import type { Tx } from "../../room";
import type { Millis } from "../../time/agenda";
import { rpc } from "../access";
import type { Executor } from "../agent/executor";
import { ledFrom } from "../manager/raft";
import type { SwarmRow } from "../manager/tables";
import { advertisedAddress, checkAvailability } from "./address";
import type { JoinArgs } from "./commands";
import { ALREADY_IN_SWARM, addNode } from "./init";

/** A join that found no manager is tried again so often. */
const RETRY: Millis = 5000;

const TOKEN = /^SWMTKN-1-([0-9a-z]{50})-([0-9a-z]{25})$/;

export function joinSwarm(tx: Tx, args: JoinArgs, executor: Executor): { state: "active" | "pending" } {
  if (tx.table("swarmNodes").has(args.machine)) throw unavailable(ALREADY_IN_SWARM);
  if (args.remotes.length === 0) throw invalidParameter("at least 1 RemoteAddr is required to join");
  const address = advertisedAddress(tx, args.machine, args.advertiseAddr);
  const availability = checkAvailability(args.availability);
  const token = TOKEN.exec(args.token);
  if (!token) throw invalidParameter("invalid join token");
  const swarm = answering(tx, args.machine, args.remotes);
  const base = { id: args.machine, error: "", address, session: "", networks: [] };
  if (!swarm) {
    const joining = { token: args.token, remotes: args.remotes, availability };
    tx.table("swarmNodes").put({
      ...base,
      state: "pending",
      nodeId: "",
      swarm: "",
      role: "worker",
      managers: [],
      joining,
    });
    tx.schedule("swarm.join", args.machine, RETRY);
    return { state: "pending" };
  }
  const role = admit(swarm, token[1] ?? "", token[2] ?? "");
  const node = addNode(tx, swarm, args.machine, role, availability, address);
  const managers = tx
    .table("nodes")
    .by("swarm", swarm.id)
    .filter((each) => each.manager)
    .map((each) => ({ nodeId: each.id, address: each.manager?.addr ?? "", machine: each.machine }));
  tx.table("swarmNodes").put({ ...base, state: "active", nodeId: node, swarm: swarm.id, role, managers });
  executor.ensureGateway(tx, args.machine);
  return { state: "active" };
}

/** The swarm of the first remote manager that answers. */
function answering(tx: Tx, machine: string, remotes: readonly string[]): SwarmRow | undefined {
  for (const remote of remotes) {
    const [host = "", port = "2377"] = remote.split(":");
    if (port !== "2377") continue;
    for (const member of tx.table("swarmNodes").all()) {
      const row = tx.table("machines").get(member.id);
      if (member.role !== "manager" || member.state !== "active" || !row) continue;
      if (host !== row.address && host !== row.name && host !== member.address) continue;
      if (linked(tx, machine, member.id) && ledFrom(tx, member.swarm, member.id))
        return tx.table("swarms").get(member.swarm);
    }
  }
  return undefined;
}

function admit(swarm: SwarmRow, digest: string, secret: string): "worker" | "manager" {
  if (digest !== swarm.caDigest)
    throw invalidParameter(`remote CA does not match fingerprint. Expected: ${fingerprint(digest)}`);
  if (secret === swarm.tokens.manager) return "manager";
  if (secret === swarm.tokens.worker) return "worker";
  throw rpc("InvalidArgument", "A valid join token is necessary to join this cluster");
}

/** The digest of a token in hexadecimal. */
const fingerprint = (digest: string) =>
  [...digest]
    .reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n)
    .toString(16)
    .padStart(64, "0");

/** Timer `swarm.join`: the next try of a join in the background. A refusal ends it in state `error`. */
export function retryJoin(tx: Tx, machine: string, executor: Executor): void {
  const member = tx.table("swarmNodes").get(machine);
  if (member?.state !== "pending" || !member.joining) return;
  const { token, remotes, availability } = member.joining;
  if (!answering(tx, machine, remotes)) {
    tx.schedule("swarm.join", machine, RETRY);
    return;
  }
  tx.table("swarmNodes").delete(machine);
  joinSwarm(tx, { machine, advertiseAddr: member.address, remotes, token, availability }, executor);
}
