/**
 * The runtime's configuration, as wrangler.toml says it for deploying: one Worker, its Durable Objects on a directory of this
 * disk, the built page as another, and no way out to any network.
 */
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";

/** What a configuration is made of. */
export interface RuntimeParts {
  /** Directory with `worker.mjs` and the wasm modules it imports. */
  readonly worker: string;
  /** Directory the configuration will lie in: what it embeds is named from there. */
  readonly from: string;
  /** A secret by which the Worker knows what the gateway itself sends. */
  readonly token: string;
}

/** Durable Object classes by the name of their binding. */
const OBJECTS = { CLUSTER: "Cluster", REGISTRY: "Registry" };

/** Text of a Cap'n Proto configuration. */
export function runtimeConfig(parts: RuntimeParts): string {
  const wasm = readdirSync(parts.worker)
    .filter((name) => name.endsWith(".wasm"))
    .sort();
  const path = (name: string): string => relative(parts.from, join(parts.worker, name)).replaceAll("\\", "/");
  const modules = [
    `(name = "worker.mjs", esModule = embed "${path("worker.mjs")}")`,
    ...wasm.map((name) => `(name = "${name}", wasm = embed "${path(name)}")`),
  ];
  const bindings = [
    ...Object.entries(OBJECTS).map(
      ([name, className]) => `(name = "${name}", durableObjectNamespace = "${className}")`,
    ),
    `(name = "WEB", service = "web")`,
    `(name = "GATEWAY_TOKEN", text = "${parts.token}")`,
  ];
  const namespaces = Object.values(OBJECTS).map(
    (name) => `(className = "${name}", uniqueKey = "slipway-${name}", enableSql = true)`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "state", disk = (path = "state", writable = true)),
    (name = "web", disk = (path = "web")),
    (name = "nowhere", network = (allow = [])),
  ],
  sockets = [ (name = "http", address = "127.0.0.1:0", http = (), service = "main") ],
);
const main :Workerd.Worker = (
  modules = [ ${modules.join(", ")} ],
  compatibilityDate = "2026-08-01",
  compatibilityFlags = ["nodejs_compat", "enable_request_signal", "request_signal_passthrough"],
  bindings = [ ${bindings.join(", ")} ],
  durableObjectNamespaces = [ ${namespaces.join(", ")} ],
  durableObjectStorage = (localDisk = "state"),
  globalOutbound = "nowhere",
);
`;
}
