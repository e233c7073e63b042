/**
 * A random history of one cluster: commands, failures and clock jumps, drawn from a seed before anything runs. Actions
 * name machines and services symbolically, so that a history stays a history when some of its actions are left out.
 */
import type { ServiceMode, ServiceSpec, UpdateConfig } from "../../../src/core/swarm/spec";
import { Dice } from "./random";

export type Action =
  | { readonly do: "create"; readonly service: string; readonly spec: ServiceSpec }
  | { readonly do: "scale"; readonly service: string; readonly replicas: number }
  | { readonly do: "update"; readonly service: string; readonly change: ServiceChange }
  | { readonly do: "stale update"; readonly service: string }
  | { readonly do: "rollback" | "remove"; readonly service: string }
  | { readonly do: "node"; readonly node: string; readonly change: NodeChange }
  | { readonly do: "node rm"; readonly node: string; readonly force: boolean }
  | { readonly do: "join"; readonly node: string; readonly role: "worker" | "manager" }
  | { readonly do: "leave"; readonly node: string; readonly force: boolean }
  | { readonly do: "power"; readonly node: string; readonly power: "on" | "off" }
  | { readonly do: "daemon"; readonly node: string; readonly daemon: "up" | "crashed" | "stopped" }
  | { readonly do: "cut"; readonly node: string; readonly from: readonly string[] | "all" }
  | { readonly do: "mend" | "flap"; readonly node: string }
  | {
      readonly do: "slow";
      readonly node: string;
      readonly latency: number;
      readonly loss: number;
      readonly reorder: number;
    }
  | { readonly do: "registry"; readonly node: string; readonly registry: "ok" | "unreachable" | number }
  | { readonly do: "network"; readonly name: string }
  | { readonly do: "network rm"; readonly name: string }
  | { readonly do: "secret"; readonly name: string }
  | { readonly do: "secret rm"; readonly name: string }
  | { readonly do: "request"; readonly node: string; readonly pick: number }
  | { readonly do: "exit"; readonly pick: number; readonly code: number }
  | { readonly do: "kill container"; readonly pick: number }
  | { readonly do: "pass"; readonly millis: number };

export interface NodeChange {
  readonly availability?: "active" | "pause" | "drain";
  readonly role?: "worker" | "manager";
  readonly zone?: "" | "a" | "b";
}

/** What an update changes; the rest of the spec stays. */
export interface ServiceChange {
  readonly env?: string;
  readonly force?: true;
  readonly image?: string;
  readonly label?: string;
  readonly program?: string;
  readonly constraint?: string;
  readonly update?: UpdateConfig;
}

export interface History {
  readonly seed: number;
  readonly machines: number;
  readonly managers: number;
  readonly actions: readonly Action[];
}

const SERVICES = ["web", "db", "app", "cron"] as const;
const NETWORKS = ["front", "back"] as const;
const SECRETS = ["key", "pass"] as const;
const SECOND = 1_000_000_000;

export function drawHistory(seed: number): History {
  const dice = new Dice(seed);
  const machines = 1 + dice.below(7);
  const managers = machines >= 3 ? dice.pick([1, 3, 3]) : machines;
  const length = 20 + dice.below(35);
  const actions: Action[] = [];
  for (let n = 0; n < length; n++) {
    actions.push(draw(dice, machines));
    if (dice.chance(65)) actions.push({ do: "pass", millis: jump(dice) });
  }
  return { seed, machines, managers, actions };
}

/** Mostly short, so that commands meet what is under way; sometimes long. */
const jump = (dice: Dice) =>
  dice.pick([
    dice.below(60),
    dice.below(400),
    dice.below(3000),
    dice.below(8000),
    dice.below(20_000),
    dice.below(60_000),
  ]);

const WEIGHTS = {
  create: 16,
  scale: 10,
  update: 14,
  "stale update": 1,
  rollback: 5,
  remove: 3,
  node: 12,
  "node rm": 2,
  join: 3,
  leave: 2,
  power: 8,
  daemon: 4,
  cut: 4,
  mend: 6,
  flap: 4,
  slow: 4,
  registry: 1,
  network: 2,
  "network rm": 1,
  secret: 2,
  "secret rm": 1,
  request: 8,
  exit: 8,
  "kill container": 2,
} as const;

function draw(dice: Dice, machines: number): Action {
  const node = `node${1 + dice.below(machines)}`;
  const service = dice.pick(SERVICES);
  const kind = dice.weighted(WEIGHTS);
  switch (kind) {
    case "create":
      return { do: kind, service, spec: drawSpec(dice, service, machines) };
    case "scale":
      return { do: kind, service, replicas: dice.below(3 * machines + 2) };
    case "update":
      return { do: kind, service, change: drawChange(dice) };
    case "stale update":
    case "rollback":
    case "remove":
      return { do: kind, service };
    case "node":
      return { do: kind, node, change: drawNodeChange(dice) };
    case "node rm":
    case "leave":
      return { do: kind, node, force: dice.chance(60) };
    case "join":
      return { do: kind, node, role: dice.pick(["worker", "worker", "manager"]) };
    case "power":
      return { do: kind, node, power: dice.pick(["on", "off"]) };
    case "daemon":
      return { do: kind, node, daemon: dice.pick(["up", "up", "crashed", "stopped"]) };
    case "cut":
      return { do: kind, node, from: dice.chance(50) ? "all" : [`node${1 + dice.below(machines)}`] };
    case "mend":
    case "flap":
      return { do: kind, node };
    case "slow":
      return {
        do: kind,
        node,
        latency: dice.below(400),
        loss: dice.below(50) / 100,
        reorder: dice.pick([0, 0.1, 0.5]),
      };
    case "registry":
      return { do: kind, node, registry: dice.pick(["ok", "unreachable", 5] as const) };
    case "network":
    case "network rm":
      return { do: kind, name: dice.pick(NETWORKS) };
    case "secret":
    case "secret rm":
      return { do: kind, name: dice.pick(SECRETS) };
    case "request":
      return { do: kind, node, pick: dice.word() };
    case "exit":
      return { do: kind, pick: dice.word(), code: dice.pick([0, 1, 137]) };
    case "kill container":
      return { do: kind, pick: dice.word() };
  }
}

/** Behaviours of the simulated programs (`host.ts`) and how often they are chosen. */
const PROGRAMS = { good: 10, slow: 2, stubborn: 1, flaky: 3, dies: 1 } as const;

function drawSpec(dice: Dice, name: string, machines: number): ServiceSpec {
  const mode = drawMode(dice, machines);
  const job = Boolean(mode.ReplicatedJob ?? mode.GlobalJob);
  const ports = drawPorts(dice);
  return {
    Name: name,
    Mode: mode,
    TaskTemplate: {
      ContainerSpec: {
        Image: dice.chance(6) ? "nosuch:1" : "busybox:latest",
        Command: ["/bin/httpd", job ? dice.pick(["job", "job", "flaky job"]) : dice.weighted(PROGRAMS)],
        ...(dice.chance(15) &&
          !job && { Healthcheck: { Test: ["CMD", "/bin/true"], Interval: 2 * SECOND, Retries: 2 } }),
        ...(dice.chance(15) && { StopGracePeriod: dice.below(5) * SECOND }),
        ...(dice.chance(8) && { Secrets: [secretOf(dice.pick(SECRETS))] }),
      },
      ...(dice.chance(45) && { RestartPolicy: drawRestart(dice, job) }),
      ...(dice.chance(25) && {
        Resources: {
          Reservations: dice.chance(50)
            ? { NanoCPUs: (1 + dice.below(8)) * 250_000_000 }
            : { MemoryBytes: (1 + dice.below(6)) * 256 * 1024 * 1024 },
        },
      }),
      ...(dice.chance(45) && { Placement: drawPlacement(dice, mode) }),
      ...(dice.chance(30) && { Networks: [{ Target: dice.pick(NETWORKS) }] }),
    },
    ...(!job && dice.chance(60) && { UpdateConfig: drawUpdate(dice) }),
    ...(!job && dice.chance(30) && { RollbackConfig: drawUpdate(dice, ["pause", "continue"]) }),
    ...(ports && !job && { EndpointSpec: ports }),
  };
}

const secretOf = (SecretName: string) => ({ SecretName, File: { Name: SecretName, UID: "0", GID: "0", Mode: 0o444 } });

function drawMode(dice: Dice, machines: number): ServiceMode {
  const kind = dice.weighted({ replicated: 12, global: 4, job: 2, globalJob: 1 });
  if (kind === "global") return { Global: {} };
  if (kind === "globalJob") return { GlobalJob: {} };
  if (kind === "job")
    return { ReplicatedJob: { MaxConcurrent: 1 + dice.below(3), TotalCompletions: 1 + dice.below(5) } };
  return { Replicated: { Replicas: dice.below(2 * machines + 3) } };
}

function drawRestart(dice: Dice, job: boolean): NonNullable<ServiceSpec["TaskTemplate"]["RestartPolicy"]> {
  return {
    Condition: job ? dice.pick(["on-failure", "none"]) : dice.pick(["any", "any", "on-failure", "none"]),
    Delay: dice.pick([0, 1, 3, 5]) * SECOND,
    ...(dice.chance(50) && { MaxAttempts: 1 + dice.below(3) }),
    ...(dice.chance(20) && { Window: 10 * SECOND }),
  };
}

function drawPlacement(dice: Dice, mode: ServiceMode): NonNullable<ServiceSpec["TaskTemplate"]["Placement"]> {
  const constraint = dice.pick([
    "node.labels.zone==a",
    "node.labels.zone!=a",
    "node.role==worker",
    "node.role==manager",
    "node.hostname!=node2",
  ]);
  return {
    ...(dice.chance(50) && { Constraints: [constraint] }),
    ...(dice.chance(30) && mode.Replicated && { Preferences: [{ Spread: { SpreadDescriptor: "node.labels.zone" } }] }),
    ...(dice.chance(30) && mode.Replicated && { MaxReplicas: 1 + dice.below(3) }),
  };
}

function drawUpdate(dice: Dice, actions: readonly string[] = ["pause", "pause", "rollback", "continue"]): UpdateConfig {
  return {
    Parallelism: dice.below(4),
    Delay: dice.pick([0, 0, 1, 3, 6]) * SECOND,
    FailureAction: dice.pick(actions),
    Monitor: dice.pick([1, 5]) * SECOND,
    MaxFailureRatio: dice.pick([0, 0, 0.4]),
    Order: dice.pick(["stop-first", "stop-first", "start-first"]),
  };
}

function drawPorts(dice: Dice): ServiceSpec["EndpointSpec"] {
  const kind = dice.weighted({ none: 12, ingress: 4, dynamic: 3, host: 3, dnsrr: 2 });
  if (kind === "none") return undefined;
  if (kind === "dnsrr") return { Mode: "dnsrr" };
  const PublishedPort = kind === "dynamic" ? 0 : 8080 + dice.below(2);
  const PublishMode = kind === "host" ? "host" : "ingress";
  return { Ports: [{ Protocol: "tcp", TargetPort: 80, PublishedPort, PublishMode }] };
}

function drawChange(dice: Dice): ServiceChange {
  const kind = dice.weighted({ env: 8, force: 4, image: 2, label: 2, program: 4, constraint: 3 });
  const change: ServiceChange =
    kind === "env"
      ? { env: `A=${dice.below(5)}` }
      : kind === "force"
        ? { force: true }
        : kind === "image"
          ? { image: dice.pick(["nosuch:1", "busybox:latest"]) }
          : kind === "label"
            ? { label: String(dice.below(5)) }
            : kind === "program"
              ? { program: dice.weighted(PROGRAMS) }
              : { constraint: dice.pick(["", "node.labels.zone==a", "node.role==worker", "node.hostname!=node1"]) };
  return dice.chance(25) ? { ...change, update: drawUpdate(dice) } : change;
}

function drawNodeChange(dice: Dice): NodeChange {
  const kind = dice.weighted({ availability: 8, role: 3, zone: 5 });
  if (kind === "role") return { role: dice.pick(["worker", "manager"]) };
  if (kind === "zone") return { zone: dice.pick(["", "a", "b"]) };
  return { availability: dice.pick(["active", "active", "pause", "drain"]) };
}
