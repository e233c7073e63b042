/** The settings of a whole swarm, and how the flags of `init` and `update` change them. */
import type { Context } from "../../command";

export interface ExternalCa {
  Protocol: string;
  URL: string;
  Options?: Record<string, string>;
  CACert: string;
}

export interface SwarmSpec {
  Name?: string;
  Labels: Record<string, string> | null;
  Orchestration: { TaskHistoryRetentionLimit?: number };
  Raft: {
    SnapshotInterval?: number;
    KeepOldSnapshots?: number;
    LogEntriesForSlowFollowers?: number;
    ElectionTick: number;
    HeartbeatTick: number;
  };
  Dispatcher: { HeartbeatPeriod?: number };
  CAConfig: {
    NodeCertExpiry?: number;
    ExternalCAs?: ExternalCa[];
    SigningCACert?: string;
    SigningCAKey?: string;
    ForceRotate?: number;
  };
  TaskDefaults: Record<string, unknown>;
  EncryptionConfig: { AutoLockManagers: boolean };
}

export interface Swarm {
  readonly Version: { readonly Index: number };
  readonly Spec: SwarmSpec;
  readonly JoinTokens: { readonly Worker: string; readonly Manager: string };
  readonly TLSInfo?: {
    readonly TrustRoot?: string;
    readonly CertIssuerSubject?: string;
    readonly CertIssuerPublicKey?: string;
  };
  readonly RootRotationInProgress?: boolean;
}

export const emptySpec = (): SwarmSpec => ({
  Labels: null,
  Orchestration: {},
  Raft: { ElectionTick: 0, HeartbeatTick: 0 },
  Dispatcher: {},
  CAConfig: {},
  TaskDefaults: {},
  EncryptionConfig: { AutoLockManagers: false },
});

/** Puts what the flags say into `spec`. */
export function applyFlags(ctx: Context, spec: SwarmSpec): void {
  const { flags } = ctx;
  if (flags.changed("task-history-limit"))
    spec.Orchestration.TaskHistoryRetentionLimit = flags.int("task-history-limit");
  if (flags.changed("dispatcher-heartbeat")) spec.Dispatcher.HeartbeatPeriod = flags.duration("dispatcher-heartbeat");
  if (flags.changed("snapshot-interval")) spec.Raft.SnapshotInterval = flags.int("snapshot-interval");
  if (flags.changed("max-snapshots")) spec.Raft.KeepOldSnapshots = flags.int("max-snapshots");
  if (flags.changed("autolock")) spec.EncryptionConfig.AutoLockManagers = flags.bool("autolock");
  applyCaFlags(ctx, spec);
}

/** The flags that `ca` has too. */
export function applyCaFlags(ctx: Context, spec: SwarmSpec): void {
  const { flags } = ctx;
  if (flags.changed("cert-expiry")) spec.CAConfig.NodeCertExpiry = flags.duration("cert-expiry");
  if (flags.changed("external-ca")) spec.CAConfig.ExternalCAs = flags.list("external-ca").map(parseExternalCa);
}

/** `protocol=cfssl,url=https://...`. Throws docker's messages. */
export function parseExternalCa(value: string): ExternalCa {
  const ca: ExternalCa = { Protocol: "", URL: "", CACert: "" };
  const options: Record<string, string> = {};
  for (const field of value.split(",")) {
    const at = field.indexOf("=");
    if (at < 0) throw new Error(`invalid field '${field}' must be a key=value pair`);
    const key = field.slice(0, at).toLowerCase();
    const content = field.slice(at + 1);
    if (key === "protocol") {
      if (content.toLowerCase() !== "cfssl") throw new Error(`unrecognized external CA protocol ${content}`);
      ca.Protocol = "cfssl";
    } else if (key === "url") ca.URL = content;
    else if (key === "cacert") ca.CACert = content;
    else options[key] = content;
  }
  if (ca.Protocol === "") throw new Error("the external-ca option needs a protocol= parameter");
  if (ca.URL === "") throw new Error("the external-ca option needs a url= parameter");
  return Object.keys(options).length > 0 ? { ...ca, Options: options } : ca;
}

/** For a flag's check: throws when the value is wrong. */
export function checkExternalCa(value: string): string {
  parseExternalCa(value);
  return value;
}

export interface Rotation {
  readonly worker?: boolean;
  readonly manager?: boolean;
  readonly unlockKey?: boolean;
}

/** Sends the settings, and asks for new tokens or keys. */
export async function updateSwarm(ctx: Context, swarm: Swarm, rotate: Rotation = {}): Promise<void> {
  await ctx.client.post("/swarm/update", {
    query: {
      version: swarm.Version.Index,
      rotateWorkerToken: String(rotate.worker ?? false),
      rotateManagerToken: String(rotate.manager ?? false),
      rotateManagerUnlockKey: String(rotate.unlockKey ?? false),
    },
    json: swarm.Spec,
  });
}

/** How a locked manager is opened again. */
export function unlockText(key: string): string {
  return `To unlock a swarm manager after it restarts, run the \`docker swarm unlock\`
command and provide the following key:

    ${key}

Remember to store this key in a password manager, since without it you
will not be able to restart the manager.
`;
}

export async function unlockKeyOf(ctx: Context): Promise<string> {
  return (await ctx.client.get<{ UnlockKey?: string }>("/swarm/unlockkey")).UnlockKey ?? "";
}
