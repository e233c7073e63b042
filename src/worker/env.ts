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

/** Ids already derived from names (a SHA-256 each), the most recent few: a busy cluster's is asked for with every request. */
const ids = new Map<string, DurableObjectId>();
const MOST_IDS = 256;

/** A cluster's object by its id. The caller has checked the id's form. */
export function clusterStub(env: Env, id: string): DurableObjectStub<Cluster> {
  let known = ids.get(id);
  if (!known) {
    if (ids.size >= MOST_IDS) ids.clear();
    known = env.CLUSTER.idFromName(id);
    ids.set(id, known);
  }
  return env.CLUSTER.get(known);
}
