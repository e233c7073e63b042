/** `/tasks` (moby `daemon/server/router/swarm`). */
import { Hono } from "hono";
import { systemError } from "../../../core/errors";
import type { View } from "../../../core/store/store";
import { findNode, findService, findTask, managedSwarm } from "../../../core/swarm";
import { isDirty } from "../../../core/swarm/manager/orchestrator/dirty";
import type { TaskRow } from "../../../core/swarm/manager/tables";
import { type AttachedNetwork, isTaskState, type NetworkAttachment } from "../../../core/swarm/protocol";
import { rfc3339 } from "../../../core/time/calendar";
import type { Backend } from "../../backend";
import { taskLogs } from "../service/logs";
import { type Json, meta } from "../swarm/convert";
import { Filters } from "../swarm/request";

const FILTERS = ["_up-to-date", "desired-state", "id", "label", "name", "node", "runtime", "service"];

export function taskRoutes(backend: Backend): Hono {
  const { machine } = backend;
  const app = new Hono();

  app.get("/tasks", (c) => {
    const filters = Filters.parse(c.req.query("filters"), FILTERS);
    const swarm = managedSwarm(backend.view, machine).id;
    checkFilters(backend.view, swarm, filters);
    const tasks = candidates(backend.view, swarm, filters)
      .filter((task) => matches(backend.view, swarm, task, filters))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    return c.json(tasks.map((task) => taskJson(backend.view, task)));
  });

  app.get("/tasks/:id", (c) =>
    c.json(taskJson(backend.view, findTask(backend.view, managedSwarm(backend.view, machine).id, c.req.param("id")))),
  );

  app.get("/tasks/:id/logs", (c) => {
    const task = findTask(backend.view, managedSwarm(backend.view, machine).id, c.req.param("id"));
    return taskLogs(backend, c.req, { task: task.id });
  });

  return app;
}

/** What names nothing is refused: services first, then nodes, then states (moby `daemon/cluster/tasks.go`). */
function checkFilters(view: View, swarm: string, filters: Filters): void {
  for (const ref of filters.values("service")) findService(view, swarm, ref);
  for (const ref of filters.values("node")) findNode(view, swarm, ref);
  for (const state of filters.values("desired-state"))
    if (state !== "" && !isTaskState(state.toLowerCase()))
      throw systemError(`Invalid desired-state filter: '${state}'`);
}

/** One service's tasks where one is named: the command line polls them. */
function candidates(view: View, swarm: string, filters: Filters): TaskRow[] {
  const [service, ...more] = filters.values("service");
  const row = service !== undefined && more.length === 0 ? view.table("services").get(service) : undefined;
  return row ? view.table("tasks").by("service", row.id) : view.table("tasks").by("swarm", swarm);
}

function matches(view: View, swarm: string, task: TaskRow, filters: Filters): boolean {
  const service = view.table("services").get(task.serviceId);
  return (
    filters.some("service", (ref) => findService(view, swarm, ref).id === task.serviceId) &&
    filters.some("node", (ref) => findNode(view, swarm, ref).id === task.nodeId) &&
    filters.some("id", (id) => task.id.startsWith(id)) &&
    filters.some("name", (name) => `${task.serviceName}.${task.slot || task.nodeId}.${task.id}`.startsWith(name)) &&
    filters.some("desired-state", (state) => task.desiredState === state.toLowerCase()) &&
    filters.some("runtime", (runtime) => runtime === "container") &&
    filters.some("_up-to-date", (wanted) => !service || String(!isDirty(view, service, task)) === wanted) &&
    filters.labels("label", service?.spec.Labels ?? task.serviceLabels)
  );
}

export function taskJson(view: View, task: TaskRow): Json {
  const { status } = task;
  return {
    ...meta(task),
    Labels: {},
    Spec: task.spec,
    ServiceID: task.serviceId,
    ...(task.slot > 0 && { Slot: task.slot }),
    ...(task.nodeId && { NodeID: task.nodeId }),
    Status: {
      Timestamp: rfc3339(status.timestamp),
      State: status.state,
      Message: status.message,
      ...(status.err && { Err: status.err }),
      ...(status.container && {
        ContainerStatus: {
          ContainerID: status.container.id,
          PID: status.container.pid,
          ExitCode: status.container.exitCode,
        },
      }),
      PortStatus: status.ports && status.ports.length > 0 ? { Ports: status.ports } : {},
    },
    DesiredState: task.desiredState,
    ...(task.attachments.length > 0 && {
      NetworksAttachments: task.attachments.map((each) => attachmentJson(view, each)),
    }),
    ...(task.jobIteration !== undefined && { JobIteration: { Index: task.jobIteration } }),
    Volumes: null,
  };
}

const attachmentJson = (view: View, { network, address }: NetworkAttachment): Json => ({
  Network: networkJson(view, network),
  Addresses: [address],
});

function networkJson(view: View, network: AttachedNetwork): Json {
  const row = view.table("swarmNetworks").get(network.id);
  const spec = row?.spec;
  return {
    ...(row
      ? meta(row)
      : { ID: network.id, Version: {}, CreatedAt: rfc3339(network.createdAt), UpdatedAt: rfc3339(network.createdAt) }),
    Spec: {
      Name: network.name,
      Labels: network.labels,
      DriverConfiguration: network.ingress ? {} : { Name: spec?.Driver ?? "overlay" },
      ...(network.internal && { Internal: true }),
      ...(network.attachable && { Attachable: true }),
      ...(network.ingress && { Ingress: true }),
      ...((network.ingress || spec?.IPAM) && {
        IPAMOptions: { Driver: network.ingress ? {} : { Name: spec?.IPAM?.Driver || "default" } },
      }),
      Scope: "swarm",
    },
    DriverState: { Name: "overlay", Options: network.options },
    IPAMOptions: { Driver: { Name: "default" }, Configs: [{ Subnet: network.subnet, Gateway: network.gateway }] },
  };
}
