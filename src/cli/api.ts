/** What the swarm commands read of the daemon's answers. */

export interface Versioned {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly CreatedAt: string;
  readonly UpdatedAt?: string;
}

export type Labels = Record<string, string>;

export interface PortSpec {
  Name?: string;
  Protocol?: string;
  TargetPort?: number;
  PublishedPort?: number;
  PublishMode?: string;
}

export interface FileTarget {
  Name: string;
  UID: string;
  GID: string;
  Mode: number;
}

export interface SecretReference {
  File?: FileTarget;
  SecretID: string;
  SecretName: string;
}

export interface ConfigReference {
  File?: FileTarget;
  Runtime?: Record<string, never>;
  ConfigID: string;
  ConfigName: string;
}

export interface HealthSpec {
  Test?: string[];
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  StartInterval?: number;
  Retries?: number;
}

export interface MountSpec {
  Type: string;
  Source?: string;
  Target?: string;
  ReadOnly?: boolean;
  Consistency?: string;
  BindOptions?: { Propagation?: string };
  VolumeOptions?: {
    NoCopy?: boolean;
    Labels?: Labels;
    Subpath?: string;
    DriverConfig?: { Name?: string; Options?: Labels };
  };
  TmpfsOptions?: { SizeBytes?: number; Mode?: number };
}

export interface UlimitSpec {
  Name: string;
  Hard: number;
  Soft: number;
}

export interface ContainerSpec {
  Image: string;
  Labels?: Labels;
  Command?: string[];
  Args?: string[];
  Hostname?: string;
  Env?: string[];
  Dir?: string;
  User?: string;
  Groups?: string[];
  Privileges?: Record<string, unknown>;
  Init?: boolean;
  StopSignal?: string;
  TTY?: boolean;
  OpenStdin?: boolean;
  ReadOnly?: boolean;
  Mounts?: MountSpec[];
  StopGracePeriod?: number;
  Healthcheck?: HealthSpec;
  Hosts?: string[];
  DNSConfig?: { Nameservers?: string[]; Search?: string[]; Options?: string[] };
  Secrets?: SecretReference[];
  Configs?: ConfigReference[];
  Isolation?: string;
  Sysctls?: Labels;
  CapabilityAdd?: string[];
  CapabilityDrop?: string[];
  Ulimits?: UlimitSpec[];
  OomScoreAdj?: number;
}

export interface GenericResource {
  DiscreteResourceSpec?: { Kind: string; Value: number };
  NamedResourceSpec?: { Kind: string; Value: string };
}

export interface Resources {
  NanoCPUs?: number;
  MemoryBytes?: number;
  Pids?: number;
  GenericResources?: GenericResource[];
}

export interface RestartPolicy {
  Condition?: string;
  Delay?: number;
  MaxAttempts?: number;
  Window?: number;
}

export interface UpdateConfig {
  Parallelism: number;
  Delay?: number;
  FailureAction?: string;
  Monitor?: number;
  MaxFailureRatio: number;
  Order?: string;
}

export interface Placement {
  Constraints?: string[];
  Preferences?: { Spread?: { SpreadDescriptor: string } }[];
  MaxReplicas?: number;
  Platforms?: { Architecture: string; OS: string }[];
}

export interface NetworkAttachment {
  Target: string;
  Aliases?: string[];
  DriverOpts?: Labels;
}

export interface TaskTemplate {
  ContainerSpec?: ContainerSpec;
  Resources?: { Limits?: Resources; Reservations?: Resources };
  RestartPolicy?: RestartPolicy;
  Placement?: Placement;
  Networks?: NetworkAttachment[];
  LogDriver?: { Name?: string; Options?: Labels };
  ForceUpdate: number;
  Runtime?: string;
}

export interface ServiceMode {
  Replicated?: { Replicas?: number };
  Global?: Record<string, never>;
  ReplicatedJob?: { MaxConcurrent?: number; TotalCompletions?: number };
  GlobalJob?: Record<string, never>;
}

export interface ServiceSpec {
  Name: string;
  Labels?: Labels;
  TaskTemplate: TaskTemplate;
  Mode: ServiceMode;
  UpdateConfig?: UpdateConfig;
  RollbackConfig?: UpdateConfig;
  Networks?: NetworkAttachment[];
  EndpointSpec?: { Mode?: string; Ports?: PortSpec[] };
}

export interface Service extends Versioned {
  readonly Spec: ServiceSpec;
  readonly PreviousSpec?: ServiceSpec;
  readonly Endpoint?: { readonly Spec?: { readonly Mode?: string }; readonly Ports?: PortSpec[] };
  readonly UpdateStatus?: {
    readonly State?: string;
    readonly StartedAt?: string;
    readonly CompletedAt?: string;
    readonly Message?: string;
  };
  readonly ServiceStatus?: { RunningTasks: number; DesiredTasks: number; CompletedTasks?: number };
  readonly JobStatus?: { readonly JobIteration: { readonly Index?: number } };
}

export interface Task extends Versioned {
  readonly ServiceID: string;
  readonly Slot?: number;
  readonly NodeID?: string;
  readonly DesiredState: string;
  readonly Spec: { readonly ContainerSpec?: { readonly Image: string } };
  readonly Status: {
    readonly Timestamp: string;
    readonly State: string;
    readonly Err?: string;
    readonly PortStatus?: { readonly Ports?: PortSpec[] };
  };
  readonly JobIteration?: { readonly Index?: number };
}

export interface NodeSpec {
  Name?: string;
  Labels?: Labels;
  Role: string;
  Availability: string;
}

export interface Node extends Versioned {
  readonly Spec: NodeSpec;
  readonly Description: {
    readonly Hostname: string;
    readonly Platform?: { readonly Architecture?: string; readonly OS?: string };
    readonly Resources?: Resources;
    readonly Engine?: {
      readonly EngineVersion?: string;
      readonly Labels?: Labels;
      readonly Plugins?: readonly { readonly Type: string; readonly Name: string }[];
    };
    readonly TLSInfo?: TlsInfo;
  };
  readonly Status: { readonly State: string; readonly Message?: string; readonly Addr?: string };
  readonly ManagerStatus?: { readonly Leader?: boolean; readonly Reachability: string; readonly Addr: string };
}

export interface TlsInfo {
  readonly TrustRoot?: string;
  readonly CertIssuerSubject?: string;
  readonly CertIssuerPublicKey?: string;
}

/** A secret or a config. */
export interface FileObject extends Versioned {
  readonly Spec: {
    readonly Name: string;
    readonly Labels?: Labels | null;
    readonly Data?: string;
    readonly Driver?: { readonly Name?: string };
    readonly Templating?: { readonly Name?: string };
  };
}

export interface Info {
  readonly Swarm?: { readonly NodeID?: string; readonly ControlAvailable?: boolean; readonly LocalNodeState?: string };
}
