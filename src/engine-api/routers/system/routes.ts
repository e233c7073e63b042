/** `/_ping`, `/version`, `/info`, `/events` (moby `daemon/server/router/system`). */
import { Hono } from "hono";
import type { EngineEventRow } from "../../../core/engine/tables";
import { rfc3339Nano } from "../../../core/time/calendar";
import type { Backend } from "../../backend";
import { API_VERSION, ENGINE_VERSION, MIN_API_VERSION } from "../../version";
import { swarmHeader, swarmInfoJson } from "../swarm/convert";
import { Filters } from "../swarm/request";

const KERNEL = "6.8.0-generic";
const BUILT = "2026-09-15T11:02:57.000000000+00:00";
const COMMIT = "3ef3c07c883be49a2e8097bcf6d2952fce1d70eb";
const GO = "go1.27.1";
const EVENT_FILTERS = [
  "config",
  "container",
  "daemon",
  "event",
  "image",
  "label",
  "network",
  "node",
  "plugin",
  "scope",
  "secret",
  "service",
  "type",
  "volume",
];

export function systemRoutes(backend: Backend): Hono {
  const { machine, view } = backend;
  const app = new Hono();

  app.on(["GET", "HEAD"], "/_ping", (c) => {
    const headers = {
      "Builder-Version": "2",
      Swarm: swarmHeader(view, machine),
      "Cache-Control": "no-cache, no-store, must-revalidate",
      Pragma: "no-cache",
      "Content-Type": "text/plain; charset=utf-8",
    };
    return new Response(c.req.method === "HEAD" ? null : "OK", { headers });
  });

  app.get("/version", (c) => c.json(versionJson()));
  app.get("/info", (c) => c.json(infoJson(backend)));
  app.get("/events", (c) => {
    const filters = Filters.parse(c.req.query("filters"), EVENT_FILTERS);
    return events(backend, filters, secondsOf(c.req.query("since")), secondsOf(c.req.query("until")), c.req.raw.signal);
  });
  return app;
}

function versionJson() {
  const engine = {
    ApiVersion: API_VERSION,
    Arch: "amd64",
    BuildTime: BUILT,
    Experimental: "false",
    GitCommit: COMMIT,
    GoVersion: GO,
    KernelVersion: KERNEL,
    MinAPIVersion: MIN_API_VERSION,
    Os: "linux",
  };
  return {
    Platform: { Name: "" },
    Components: [
      { Name: "Engine", Version: ENGINE_VERSION, Details: engine },
      { Name: "containerd", Version: "2.1.9", Details: { GitCommit: "" } },
      { Name: "runc", Version: "1.3.6", Details: { GitCommit: "" } },
      { Name: "docker-init", Version: "0.19.0", Details: { GitCommit: "" } },
    ],
    Version: ENGINE_VERSION,
    ApiVersion: API_VERSION,
    MinAPIVersion: MIN_API_VERSION,
    GitCommit: COMMIT,
    GoVersion: GO,
    Os: "linux",
    Arch: "amd64",
    KernelVersion: KERNEL,
    BuildTime: BUILT,
  };
}

function infoJson({ machine, view, now }: Backend) {
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
    Driver: "overlay2",
    DriverStatus: [
      ["Backing Filesystem", "extfs"],
      ["Supports d_type", "true"],
      ["Using metacopy", "false"],
      ["Native Overlay Diff", "true"],
      ["userxattr", "false"],
    ],
    Plugins: {
      Volume: ["local"],
      Network: ["bridge", "host", "ipvlan", "macvlan", "null", "overlay"],
      Authorization: null,
      Log: ["awslogs", "fluentd", "gelf", "journald", "json-file", "local", "splunk", "syslog"],
    },
    MemoryLimit: true,
    SwapLimit: true,
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
    SystemTime: rfc3339Nano(now()),
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

const secondsOf = (text: string | undefined): number | undefined => (text ? Number(text) * 1000 : undefined);

/** What has been since `since`, then what comes, until `until` or until the client goes. */
function events(
  backend: Backend,
  filters: Filters,
  since: number | undefined,
  until: number | undefined,
  signal: AbortSignal,
): Response {
  const encoder = new TextEncoder();
  let stop: () => void = () => undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      const send = (event: EngineEventRow) => {
        if (event.machine === backend.machine && wanted(filters, event))
          controller.enqueue(encoder.encode(`${JSON.stringify(eventJson(event))}\n`));
      };
      if (since !== undefined || until !== undefined)
        for (const event of backend.view.table("engineEvents").by("machine", backend.machine))
          if (event.at >= (since ?? 0) && (until === undefined || event.at <= until)) send(event);
      if (until !== undefined && until <= backend.now()) return controller.close();
      const release = backend.hold();
      const end = new AbortController();
      const unsubscribe = backend.subscribe(({ events: news }) => {
        for (const event of news) if (event.topic === "engine.event") send(event.data);
      });
      stop = () => {
        unsubscribe();
        release();
        end.abort();
      };
      signal.addEventListener("abort", stop);
      if (until !== undefined)
        void backend.sleep(until - backend.now(), end.signal).then(
          () => {
            stop();
            controller.close();
          },
          () => undefined,
        );
    },
    cancel: () => stop(),
  });
  return new Response(body, { headers: { "Content-Type": "application/json" } });
}

function wanted(filters: Filters, event: EngineEventRow): boolean {
  const named = (type: string) =>
    filters.some(
      type,
      (value) => event.type === type && (event.actor.id.startsWith(value) || event.actor.attributes.name === value),
    );
  return (
    filters.some("type", (type) => event.type === type) &&
    filters.some("event", (action) => event.action === action || event.action.startsWith(`${action}:`)) &&
    filters.some("scope", (scope) => event.scope === scope) &&
    filters.labels("label", event.actor.attributes) &&
    ["config", "container", "daemon", "image", "network", "node", "secret", "service", "volume"].every(named)
  );
}

function eventJson(event: EngineEventRow) {
  const legacy =
    event.type === "container" ? { status: event.action, id: event.actor.id, from: event.actor.attributes.image } : {};
  return {
    ...legacy,
    Type: event.type,
    Action: event.action,
    Actor: { ID: event.actor.id, Attributes: event.actor.attributes },
    scope: event.scope,
    time: Math.floor(event.at / 1000),
    timeNano: event.at * 1e6,
  };
}
