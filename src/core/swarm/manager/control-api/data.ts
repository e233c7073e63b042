/** Secrets and configs (swarmkit `manager/controlapi/{secret,config}.go`). */
import { swarmId } from "../../../chance/ids";
import type { ArgsOf, Tx } from "../../../room";
import { findData, managedSwarm, outOfSequence, rpc } from "../../access";
import { created, nextIndex, written } from "../raft";

/** Bytes of data that are too many. */
const TOO_LARGE = { secret: 512_000, config: 1_024_000 } as const;

const NAME = /^[a-zA-Z0-9]+(?:[a-zA-Z0-9\-_.]*[a-zA-Z0-9])?$/;

export function createData(tx: Tx, { machine, kind, spec }: ArgsOf<"swarmData.create">): { id: string } {
  const swarm = managedSwarm(tx, machine);
  const name = spec.Name ?? "";
  if (name.length > 64 || !NAME.test(name))
    throw rpc(
      "InvalidArgument",
      "invalid name, only 64 [a-zA-Z0-9-_.] characters allowed, and the start and end character must be [a-zA-Z0-9]",
    );
  const size = bytesOf(spec.Data ?? "");
  if (size === 0 || size >= TOO_LARGE[kind])
    throw rpc("InvalidArgument", `${kind} data must be larger than 0 and less than ${TOO_LARGE[kind]} bytes`);
  if (tx.table("swarmData").count("name", `${swarm.id}/${kind}/${name.toLowerCase()}`) > 0)
    throw rpc("AlreadyExists", `${kind} ${name} already exists`);
  const id = swarmId(tx.random("swarm.data"));
  const labels = spec.Labels ?? {};
  tx.table("swarmData").put({
    id,
    ...created(tx, swarm.id, nextIndex(tx, swarm.id)),
    kind,
    spec: { ...spec, Name: name, Labels: labels },
  });
  return { id };
}

/** How many bytes a base64 text stands for. */
const bytesOf = (base64: string) => Math.floor((base64.replace(/[=\s]/g, "").length * 3) / 4);

export function updateData(tx: Tx, { machine, kind, ref, version, spec }: ArgsOf<"swarmData.update">): void {
  const swarm = managedSwarm(tx, machine);
  const row = findData(tx, swarm.id, kind, ref);
  const other =
    (spec.Name ?? "") !== row.spec.Name || (spec.Data !== undefined && spec.Data !== "" && spec.Data !== row.spec.Data);
  if (other) throw rpc("InvalidArgument", "only updates to Labels are allowed");
  if (version !== row.version) throw outOfSequence();
  tx.table("swarmData").patch(row.id, {
    spec: { ...row.spec, Labels: spec.Labels ?? {} },
    ...written(tx, nextIndex(tx, swarm.id)),
  });
}

export function removeData(tx: Tx, { machine, kind, ref }: ArgsOf<"swarmData.remove">): void {
  const swarm = managedSwarm(tx, machine);
  const row = findData(tx, swarm.id, kind, ref);
  const users = tx
    .table("services")
    .by("swarm", swarm.id)
    .filter(({ spec }) => {
      const container = spec.TaskTemplate.ContainerSpec;
      return kind === "secret"
        ? container?.Secrets?.some((secret) => secret.SecretID === row.id)
        : container?.Configs?.some((config) => config.ConfigID === row.id);
    })
    .map((service) => service.spec.Name);
  if (users.length > 0)
    throw rpc(
      "InvalidArgument",
      `${kind} '${row.spec.Name}' is in use by the following service${users.length > 1 ? "s" : ""}: ${users.join(", ")}`,
    );
  tx.table("swarmData").delete(row.id);
}
