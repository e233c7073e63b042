/** Services as the API shows them (moby `daemon/cluster/convert/service.go`). */
import type { View } from "../../../core/store/store";
import { serviceStatus } from "../../../core/swarm";
import { CONTAINER_FIELDS } from "../../../core/swarm/manager/control-api/normalise";
import {
  DEFAULT_MONITOR,
  DEFAULT_RESTART_DELAY,
  DEFAULT_STOP_GRACE_PERIOD,
  defaultUpdateConfig,
} from "../../../core/swarm/manager/defaults";
import type { ServiceRow } from "../../../core/swarm/manager/tables";
import type { ServiceSpec, TaskSpec, UpdateConfig } from "../../../core/swarm/spec";
import { rfc3339 } from "../../../core/time/calendar";
import { type Json, meta } from "../swarm/convert";

export interface ServiceJsonOptions {
  readonly insertDefaults?: boolean;
  readonly status?: View;
}

export function serviceJson(service: ServiceRow, options: ServiceJsonOptions = {}): Json {
  const { endpoint, updateStatus } = service;
  return {
    ...meta(service),
    Spec: options.insertDefaults ? withDefaults(service.spec) : service.spec,
    ...(service.previousSpec && { PreviousSpec: service.previousSpec }),
    Endpoint: {
      Spec: endpoint ? (service.spec.EndpointSpec ?? endpoint.spec) : {},
      ...(endpoint && endpoint.ports.length > 0 && { Ports: endpoint.ports }),
      ...(endpoint &&
        endpoint.virtualIPs.length > 0 && {
          VirtualIPs: endpoint.virtualIPs.map(({ networkId, address }) => ({ NetworkID: networkId, Addr: address })),
        }),
    },
    ...(updateStatus && {
      UpdateStatus: {
        State: updateStatus.state,
        ...(updateStatus.startedAt !== undefined && { StartedAt: rfc3339(updateStatus.startedAt) }),
        ...(updateStatus.completedAt !== undefined && { CompletedAt: rfc3339(updateStatus.completedAt) }),
        Message: updateStatus.message,
      },
    }),
    ...(options.status && { ServiceStatus: statusJson(options.status, service.id) }),
    ...(service.jobIteration !== undefined && {
      JobStatus: {
        JobIteration: { Index: service.jobIteration },
        ...(service.jobStartedAt !== undefined && { LastExecution: rfc3339(service.jobStartedAt) }),
      },
    }),
  };
}

function statusJson(view: View, id: string): Json {
  const { running, desired, completed } = serviceStatus(view, id);
  return { RunningTasks: running, DesiredTasks: desired, CompletedTasks: completed };
}

/** What the spec means where it is silent (swarmkit `api/defaults/service.go`). */
function withDefaults(spec: ServiceSpec): Json {
  return {
    Name: spec.Name,
    Labels: spec.Labels,
    TaskTemplate: taskDefaults(spec.TaskTemplate),
    Mode: spec.Mode,
    // Jobs as well, though nothing of it applies to them.
    UpdateConfig: updateDefaults(spec.UpdateConfig),
    RollbackConfig: updateDefaults(spec.RollbackConfig),
    ...(spec.EndpointSpec && { EndpointSpec: { Mode: "vip", ...spec.EndpointSpec } }),
  };
}

function taskDefaults(task: TaskSpec): Json {
  const { ContainerSpec, Resources, RestartPolicy, Placement, ...rest } = task;
  const filled: Record<string, unknown> = {
    StopGracePeriod: DEFAULT_STOP_GRACE_PERIOD,
    DNSConfig: {},
    ...ContainerSpec,
  };
  const container = Object.fromEntries(
    CONTAINER_FIELDS.filter((field) => field in filled).map((field) => [field, filled[field]]),
  );
  return {
    ContainerSpec: container,
    Resources: Resources ?? {},
    RestartPolicy: {
      Condition: RestartPolicy?.Condition ?? "any",
      Delay: RestartPolicy?.Delay ?? DEFAULT_RESTART_DELAY,
      MaxAttempts: RestartPolicy?.MaxAttempts ?? 0,
      ...(RestartPolicy?.Window !== undefined && { Window: RestartPolicy.Window }),
    },
    Placement: Placement ?? {},
    ...rest,
  };
}

const updateDefaults = (given: UpdateConfig | undefined): Json => {
  if (!given) return defaultUpdateConfig;
  const { Parallelism, Delay, FailureAction, Monitor, MaxFailureRatio, Order } = given;
  return {
    Parallelism,
    ...(Delay && { Delay }),
    FailureAction,
    Monitor: Monitor ?? DEFAULT_MONITOR,
    MaxFailureRatio,
    Order,
  };
};
