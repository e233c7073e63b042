/** What is said about a task: facts and codes, no language. Types only. */
import type { TaskState } from "../protocol";
import type { Reason } from "./sentences";

export interface TaskExplanation {
  readonly task: ExplainedTask;
  /** Why it is in its state, the most telling first. */
  readonly reasons: readonly Reason[];
  /** Its place among the nodes by the scheduler's own rules; absent for what ended or is global and placed. */
  readonly placement?: PlacementReport;
  readonly restart: RestartReport;
}

export interface ExplainedTask {
  readonly id: string;
  readonly name: string; // web.1
  readonly serviceId: string;
  readonly service: string;
  readonly slot: number; // 0 for global services
  readonly state: TaskState;
  readonly desiredState: TaskState;
  readonly message: string;
  readonly error?: string;
  readonly exitCode?: number;
  readonly since: string; // RFC 3339
  readonly version: number; // of its service's spec
  readonly image: string;
  readonly nodeId?: string;
  readonly node?: string; // its host name
}

export type FilterName =
  | "Ready"
  | "Resource"
  | "Plugin"
  | "Constraint"
  | "Platform"
  | "HostPort"
  | "MaxReplicas"
  | "Volumes";

export interface PlacementReport {
  /** The verdicts are those of this instant, the task itself left out of the books, not those of when it was placed. */
  readonly asOf: string; // RFC 3339
  /** The filters that apply to this task, in their order. */
  readonly filters: readonly FilterName[];
  /** The labels of its placement preferences, in their order. */
  readonly preferences: readonly string[];
  /** Best first: those that fit by their rank, then the others. */
  readonly nodes: readonly NodeReport[];
}

export interface NodeReport {
  readonly nodeId: string;
  readonly node: string;
  readonly machine: string;
  readonly fits: boolean;
  /** The first filter that fails, the one that Docker counts. */
  readonly rejectedBy?: FilterName;
  readonly checks: readonly Check[];
  /** What the ranking compares, in this order. */
  readonly ranking: {
    readonly branch: readonly { readonly label: string; readonly value: string; readonly serviceTasks: number }[];
    readonly recentFailures: number; // within five minutes; they count from five on
    readonly serviceTasks: number;
    readonly totalTasks: number;
  };
  /** Where it would be put now. */
  readonly chosen: boolean;
}

export interface Check {
  readonly filter: FilterName;
  readonly passes: boolean;
  readonly facts: readonly Reason[];
}

export interface RestartReport {
  readonly condition: string;
  readonly delayMillis: number;
  readonly maxAttempts: number; // 0 = no limit
  readonly windowMillis: number; // 0 = for ever
  readonly used: number; // restarts of its slot that count now
  readonly delayLeftMillis?: number;
  readonly replaces?: string; // the task before it in its slot
  readonly replacedBy?: string;
}
