/**
 * What an agent and the dispatcher say to each other, and the words both use. Manager and agent know each other by
 * these messages alone; `net/mail.ts` carries them.
 */
import type { Millis } from "../time/agenda";
import type { EndpointSpec, NodeDescription, PortConfig, TaskSpec } from "./spec";

/** States of a task, in their order: a report that would go back is ignored (swarmkit `design/task_model.md`). */
export const TASK_STATES = {
  new: 0,
  pending: 64,
  assigned: 192,
  accepted: 256,
  preparing: 320,
  ready: 384,
  starting: 448,
  running: 512,
  complete: 576,
  shutdown: 640,
  failed: 704,
  rejected: 768,
  remove: 800,
  orphaned: 832,
} as const;

export type TaskState = keyof typeof TASK_STATES;

/** Whether a word of a client's is a state. */
export const isTaskState = (word: string): word is TaskState => Object.hasOwn(TASK_STATES, word);

/** The place of a state in the order. */
export const rank = (state: TaskState): number => TASK_STATES[state];

export interface TaskStatus {
  readonly state: TaskState;
  readonly message: string;
  readonly err?: string;
  readonly timestamp: Millis;
  readonly container?: { readonly id: string; readonly pid: number; readonly exitCode: number };
  readonly ports?: readonly PortConfig[];
}

/** A network as an agent needs it to attach containers. */
export interface AttachedNetwork {
  readonly id: string;
  readonly name: string;
  readonly ingress: boolean;
  readonly attachable: boolean;
  readonly internal: boolean;
  readonly subnet: string;
  readonly gateway: string;
  readonly createdAt: Millis;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
}

export interface NetworkAttachment {
  readonly network: AttachedNetwork;
  readonly address: string; // 10.0.1.3/24
  readonly aliases: readonly string[];
}

export interface ServiceEndpoint {
  readonly spec: EndpointSpec;
  readonly ports: readonly PortConfig[];
  readonly virtualIPs: readonly { readonly networkId: string; readonly address: string }[];
}

/** A task as it is handed to an agent. */
export interface AssignedTask {
  readonly id: string;
  readonly swarm: string;
  readonly nodeId: string;
  readonly serviceId: string;
  readonly serviceName: string;
  readonly serviceLabels: Readonly<Record<string, string>>;
  readonly slot: number;
  readonly spec: TaskSpec;
  readonly desiredState: TaskState;
  readonly attachments: readonly NetworkAttachment[];
  readonly endpoint: ServiceEndpoint;
}

/** A secret or a config that a task of the node needs. */
export interface Dependency {
  readonly id: string;
  readonly kind: "secret" | "config";
  readonly data: string; // base64
  /** The language of the template that the data is: golang, where it is one. */
  readonly template?: string;
}

export interface ManagerPeer {
  readonly nodeId: string;
  readonly address: string; // IP:2377
  readonly machine: string; // where mail for it goes
}

/** What a node has to do. */
export interface Assignments {
  readonly tasks: readonly AssignedTask[];
  readonly removed: readonly string[];
  readonly dependencies: readonly Dependency[];
  readonly networks: readonly AttachedNetwork[]; // every node is on the ingress network
}

/** Who manages, as of a position of the log: what is older than that is passed over. */
export interface Peers {
  readonly index: number;
  readonly managers: readonly ManagerPeer[];
}

/**
 * Messages may overtake each other. An agent numbers its registrations (`attempt`); each session answers one of them, and
 * the assignments of a session are numbered from 1 (swarmkit chains them by `AppliesTo` and `ResultsIn`).
 */
export type AgentMessage =
  | {
      readonly kind: "register";
      readonly nodeId: string;
      readonly attempt: number;
      readonly description: NodeDescription;
      readonly address: string;
    }
  | {
      readonly kind: "status";
      readonly nodeId: string;
      readonly session: string;
      readonly updates: readonly { readonly taskId: string; readonly status: TaskStatus }[];
    }
  /** The stream is closed in good order; the manager draws no conclusion but that no heartbeat will come. */
  | { readonly kind: "closed"; readonly nodeId: string; readonly attempt: number };

export type DispatcherMessage =
  /** A session, with all that the node has to do: tasks that are not named are to be removed. */
  | ({
      readonly kind: "session";
      readonly nodeId: string;
      readonly attempt: number;
      readonly session: string;
      readonly role: "worker" | "manager";
    } & Peers &
      Assignments)
  /** The node's role or the list of managers changed. */
  | ({ readonly kind: "peers"; readonly nodeId: string; readonly role: "worker" | "manager" } & Peers)
  /** What changed since the session began, or since the one before. */
  | ({
      readonly kind: "assignments";
      readonly nodeId: string;
      readonly attempt: number;
      readonly session: string;
      readonly number: number;
    } & Assignments)
  /** Another manager leads, or the old one is back: whoever has a session registers anew. */
  | ({ readonly kind: "leader"; readonly nodeId: string } & Peers)
  /** The node was removed from the swarm: its certificate is no longer good. */
  | { readonly kind: "expelled"; readonly nodeId: string };
