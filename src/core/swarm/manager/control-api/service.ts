/** Services: create, update, roll back, remove (swarmkit `manager/controlapi/service.go`). */
import { swarmId } from "../../../chance/ids";
import { systemError } from "../../../errors";
import type { ArgsOf, Tx } from "../../../room";
import { findService, managedSwarm, outOfSequence, rpc } from "../../access";
import { isJob, modeOf } from "../defaults";
import { created, nextIndex, written } from "../raft";
import type { ServiceRow } from "../tables";
import { normaliseService } from "./normalise";
import { validateService } from "./validate";

export function createService(
  tx: Tx,
  { machine, spec: given }: ArgsOf<"service.create">,
): { id: string; warnings: string[] | null } {
  const swarm = managedSwarm(tx, machine);
  const id = swarmId(tx.random("swarm.service"));
  const spec = normaliseService(
    tx,
    machine,
    swarm.id,
    given.Name ? given : { ...given, Name: `service_${id.slice(0, 8)}` },
  );
  validateService(tx, swarm.id, spec, "");
  if (tx.table("services").count("name", `${swarm.id}/${(spec.Name ?? "").toLowerCase()}`) > 0)
    throw rpc("AlreadyExists", `name conflicts with an existing object: service ${spec.Name} already exists`);
  tx.table("services").put({
    id,
    ...created(tx, swarm.id, nextIndex(tx, swarm.id)),
    spec,
    specVersion: 0,
    ...(isJob(spec) && { jobIteration: 0, jobStartedAt: tx.now }),
  });
  return { id, warnings: crowding(tx, spec) };
}

export function updateService(tx: Tx, args: ArgsOf<"service.update">): { warnings: string[] | null } {
  const swarm = managedSwarm(tx, args.machine);
  const service = findService(tx, swarm.id, args.ref);
  const spec = normaliseService(tx, args.machine, swarm.id, args.spec);
  checkCredentials(service, args.registryAuthFrom);
  if (args.rollback && args.rollback !== "none" && args.rollback !== "previous")
    throw systemError(`unrecognized rollback option ${args.rollback}`);
  const back = args.rollback === "previous";
  validateService(tx, swarm.id, spec, service.id);
  if (args.version !== service.version) throw outOfSequence();
  if (spec.Name !== service.spec.Name) throw rpc("Unimplemented", "renaming services is not supported");
  if (modeOf(spec) !== modeOf(service.spec)) throw rpc("Unimplemented", "service mode change is not allowed");
  const index = nextIndex(tx, swarm.id);
  tx.table("services").put({
    ...(back ? swapSpecs(tx, service) : newSpec(service, spec, args.version)),
    ...nextIteration(tx, service),
    ...written(tx, index),
  });
  return { warnings: crowding(tx, spec) };
}

/** A simulation has its limits where a swarm has none; who asks for more is told. */
function crowding(tx: Tx, spec: ServiceRow["spec"]): string[] | null {
  const { Replicated, ReplicatedJob } = spec.Mode ?? {};
  const wanted = Math.max(Replicated?.Replicas ?? 0, ReplicatedJob?.MaxConcurrent ?? 0);
  return wanted > tx.mostTasks ? [`this simulation holds ${tx.mostTasks} tasks: the service will get no more`] : null;
}

/** Every registry here gives what it has to anybody; the place is checked all the same (moby `daemon/cluster/services.go`). */
function checkCredentials(service: ServiceRow, from: string | undefined): void {
  if (from === "previous-spec" && !service.previousSpec) throw systemError("service does not have a previous spec");
  if (from !== undefined && !["", "spec", "previous-spec"].includes(from))
    throw systemError("unsupported registryAuthFrom value");
}

function newSpec(service: ServiceRow, spec: ServiceRow["spec"], version: number): ServiceRow {
  const { updateStatus: _status, ...rest } = service;
  return { ...rest, spec, specVersion: version, previousSpec: service.spec, previousSpecVersion: service.specVersion };
}

function swapSpecs(tx: Tx, service: ServiceRow): ServiceRow {
  if (!service.previousSpec) throw rpc("FailedPrecondition", `service ${service.id} does not have a previous spec`);
  return {
    ...service,
    spec: service.previousSpec,
    specVersion: service.previousSpecVersion ?? 0,
    previousSpec: service.spec,
    previousSpecVersion: service.specVersion,
    updateStatus: { state: "rollback_started", message: "manually requested rollback", startedAt: tx.now },
  };
}

const nextIteration = (tx: Tx, service: ServiceRow) =>
  service.jobIteration === undefined ? {} : { jobIteration: service.jobIteration + 1, jobStartedAt: tx.now };

export function removeService(tx: Tx, { machine, ref }: ArgsOf<"service.remove">): void {
  const swarm = managedSwarm(tx, machine);
  const service = findService(tx, swarm.id, ref);
  tx.table("services").delete(service.id);
  for (const restart of tx.table("restarts").by("service", service.id)) tx.table("restarts").delete(restart.id);
}
