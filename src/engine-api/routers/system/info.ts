/** `GET /info`: one machine's engine at a glance (moby `daemon/info.go`). */
import { rfc3339Nano } from "../../../core/time/calendar";
import type { Backend } from "../../backend";
import { ENGINE_VERSION } from "../../version";
import { STORAGE_DRIVER } from "../container/convert";
import { swarmInfoJson } from "../swarm/convert";
import { KERNEL } from "./version";

/** Counts are of now; sizes and processors are the machine's. */
export function infoJson(backend: Backend): Record<string, unknown> {
  const { machine, view } = backend;
  const row = view.table("machines").get(machine);
  const containers = view.table("containers").by("machine", machine);
  const count = (...states: string[]) => containers.filter((container) => states.includes(container.state)).length;
  return {
    ID: row?.engineId ?? "",
    Containers: containers.length,
    ContainersRunning: count("running", "restarting"),
    ContainersPaused: count("paused"),
    ContainersStopped: count("created", "exited", "dead", "removing"),
    Images: view.table("images").count("machine", machine),
    Driver: STORAGE_DRIVER,
    DriverStatus: null, // there is no file system of a host underneath
    Plugins: {
      Volume: ["local"],
      Network: ["bridge", "host", "ipvlan", "macvlan", "null", "overlay"],
      Authorization: null,
      Log: ["awslogs", "fluentd", "gelf", "journald", "json-file", "local", "splunk", "syslog"],
    },
    MemoryLimit: true,
    SwapLimit: true,
    KernelMemoryTCP: true,
    CpuCfsPeriod: true,
    CpuCfsQuota: true,
    CPUShares: true,
    CPUSet: true,
    PidsLimit: true,
    IPv4Forwarding: true,
    Debug: false,
    NFd: 25 + 5 * count("running"),
    OomKillDisable: false,
    NGoroutines: 50 + 10 * count("running"),
    SystemTime: rfc3339Nano(backend.now()),
    LoggingDriver: "json-file",
    CgroupDriver: "cgroupfs",
    CgroupVersion: "2",
    NEventsListener: 0,
    KernelVersion: KERNEL,
    OperatingSystem: "Slipway (simulated Linux)",
    OSVersion: "",
    OSType: "linux",
    Architecture: "x86_64",
    IndexServerAddress: "https://index.docker.io/v1/",
    RegistryConfig: {
      IndexConfigs: { "docker.io": { Mirrors: [], Name: "docker.io", Official: true, Secure: true } },
      InsecureRegistryCIDRs: ["::1/128", "127.0.0.0/8"],
      Mirrors: null,
    },
    NCPU: Math.max(1, Math.round((row?.nanoCpus ?? 1e9) / 1e9)),
    MemTotal: row?.memory ?? 0,
    GenericResources: null,
    DockerRootDir: "/var/lib/docker",
    HttpProxy: "",
    HttpsProxy: "",
    NoProxy: "",
    Name: machine,
    Labels: [],
    ExperimentalBuild: false,
    ServerVersion: ENGINE_VERSION,
    Runtimes: { "io.containerd.runc.v2": { path: "runc" }, runc: { path: "runc" } },
    DefaultRuntime: "runc",
    Swarm: swarmInfoJson(view, machine),
    LiveRestoreEnabled: false,
    Isolation: "",
    InitBinary: "docker-init",
    ContainerdCommit: { ID: "" },
    RuncCommit: { ID: "" },
    InitCommit: { ID: "" },
    SecurityOptions: ["name=seccomp,profile=builtin", "name=cgroupns"],
    FirewallBackend: { Driver: "iptables" },
    CDISpecDirs: ["/etc/cdi", "/var/run/cdi"],
    Warnings: null,
  };
}
