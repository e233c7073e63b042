/** `POST /swarm/update` (swarmkit `manager/controlapi/cluster.go`). */
import { invalidParameter } from "../../../errors";
import type { ArgsOf, Tx } from "../../../room";
import { managedSwarm, outOfSequence, rpc } from "../../access";
import type { ClusterSpec } from "../../spec";
import { joinSecret, type RootCa, unlockKey } from "../ca";
import { defaultClusterSpec, MINIMUM_CERTIFICATE_EXPIRY } from "../defaults";
import { ownRoot } from "../own-root";
import { nextIndex, written } from "../raft";
import { beginRotation } from "../rotation";
import type { SwarmRow } from "../tables";

export function updateCluster(tx: Tx, args: ArgsOf<"swarm.update">): void {
  const swarm = managedSwarm(tx, args.machine);
  const spec = completeClusterSpec(args.spec, swarm.spec);
  if (args.version !== swarm.version) throw outOfSequence();
  const own = ownRoot(args.spec.CAConfig?.SigningCACert, args.spec.CAConfig?.SigningCAKey);
  const locked = spec.EncryptionConfig.AutoLockManagers;
  const renewKey = locked && (swarm.unlockKey === "" || args.rotateManagerUnlockKey);
  const forced = (spec.CAConfig.ForceRotate ?? 0) !== (swarm.spec.CAConfig.ForceRotate ?? 0);
  tx.table("swarms").patch(swarm.id, {
    ...(forced || isNew(own, swarm) ? beginRotation(tx, swarm, own) : {}),
    spec,
    tokens: {
      worker: args.rotateWorkerToken ? joinSecret(tx) : swarm.tokens.worker,
      manager: args.rotateManagerToken ? joinSecret(tx) : swarm.tokens.manager,
    },
    unlockKey: renewKey ? unlockKey(tx) : locked ? swarm.unlockKey : "",
    ...written(tx, nextIndex(tx, swarm.id)),
  });
}

const isNew = (own: RootCa | undefined, { rotation, trustRoot }: SwarmRow) =>
  own !== undefined && own.trustRoot !== (rotation?.trustRoot ?? trustRoot);

/** Fills what a client left out, and refuses what the daemon refuses. */
export function completeClusterSpec(given: Partial<ClusterSpec>, base: ClusterSpec = defaultClusterSpec): ClusterSpec {
  if (given.Name && given.Name !== "default") throw invalidParameter('swarm spec must be named "default"');
  const expiry = given.CAConfig?.NodeCertExpiry || base.CAConfig.NodeCertExpiry;
  if (expiry < MINIMUM_CERTIFICATE_EXPIRY) throw rpc("InvalidArgument", "minimum certificate expiry time is: 1h0m0s");
  if ((given.Dispatcher?.HeartbeatPeriod ?? 0) < 0)
    throw rpc("InvalidArgument", "heartbeat time period cannot be a negative duration");
  const raft = given.Raft;
  return {
    Name: "default",
    Labels: given.Labels ?? {},
    Orchestration: {
      TaskHistoryRetentionLimit:
        given.Orchestration?.TaskHistoryRetentionLimit ?? base.Orchestration.TaskHistoryRetentionLimit,
    },
    Raft: {
      SnapshotInterval: raft?.SnapshotInterval || base.Raft.SnapshotInterval,
      KeepOldSnapshots: raft?.KeepOldSnapshots ?? base.Raft.KeepOldSnapshots,
      LogEntriesForSlowFollowers: raft?.LogEntriesForSlowFollowers || base.Raft.LogEntriesForSlowFollowers,
      ElectionTick: raft?.ElectionTick || base.Raft.ElectionTick,
      HeartbeatTick: raft?.HeartbeatTick || base.Raft.HeartbeatTick,
    },
    Dispatcher: { HeartbeatPeriod: given.Dispatcher?.HeartbeatPeriod || base.Dispatcher.HeartbeatPeriod },
    CAConfig: { NodeCertExpiry: expiry, ...shownCa(given.CAConfig) },
    TaskDefaults: given.TaskDefaults ?? {},
    EncryptionConfig: { AutoLockManagers: given.EncryptionConfig?.AutoLockManagers ?? false },
  };
}

/** What is shown of the CA's settings: certificate and key are not. */
function shownCa(given: Partial<ClusterSpec["CAConfig"]> = {}): Partial<ClusterSpec["CAConfig"]> {
  const { SigningCACert: _certificate, SigningCAKey: _key, NodeCertExpiry: _expiry, ...kept } = given;
  return kept;
}
