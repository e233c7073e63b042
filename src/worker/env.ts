/** What the Worker is given by wrangler.toml or by the gateway's configuration. */
import type { Cluster, Registry } from "../objects";

export interface Env {
  readonly CLUSTER: DurableObjectNamespace<Cluster>;
  readonly REGISTRY: DurableObjectNamespace<Registry>;
  /** The built page. */
  readonly WEB: Fetcher;
  /** By this the gateway is known; absent when there is none. */
  readonly GATEWAY_TOKEN?: string;
}

/** A cluster's object by its id. The caller has checked the id's form. */
export function clusterStub(env: Env, id: string): DurableObjectStub<Cluster> {
  return env.CLUSTER.get(env.CLUSTER.idFromName(id));
}
