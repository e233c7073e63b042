/** A cluster's way to its registry: one per cluster, so that nobody's push is another's pull. */
import type { RegistryClient } from "../host/ports";
import type { Registry } from "./registry";

export function registryClient(namespace: DurableObjectNamespace<Registry>, cluster: DurableObjectId): RegistryClient {
  const stub = () => namespace.get(namespace.idFromName(cluster.toString()));
  return {
    getManifest: async (repository, reference) => stub().getManifest(repository, reference),
    putManifest: async (repository, tag, manifest) => stub().putManifest(repository, tag, manifest),
    hasBlob: async (digest) => stub().hasBlob(digest),
    getBlob: async (digest) => stub().getBlob(digest),
    putBlob: async (digest, bytes) => stub().putBlob(digest, bytes),
    clear: async () => stub().clear(),
  };
}
