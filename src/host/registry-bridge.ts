/** Answers what the engine asks of the registry of pushed images (`requests` rows), once each. */
import type { RequestRow } from "../core/machine/tables";
import type { BlobCache } from "./blobs";
import type { RegistryClient } from "./ports";
import type { Simulation } from "./simulation";

interface Asked {
  readonly repository: string;
  readonly reference: string;
  readonly tag: string;
  readonly manifest: { readonly digest: string; readonly document: string };
  readonly blobs: readonly string[];
  readonly digests: readonly string[];
}

export class RegistryBridge {
  readonly #simulation: Simulation;
  readonly #registry: RegistryClient;
  readonly #blobs: BlobCache;
  readonly #asked = new Set<string>();

  constructor(simulation: Simulation, registry: RegistryClient, blobs: BlobCache) {
    this.#simulation = simulation;
    this.#registry = registry;
    this.#blobs = blobs;
    simulation.subscribe(({ changes }) => {
      if (changes.some((change) => change.table === "requests" && change.after)) queueMicrotask(() => this.serve());
    });
  }

  /** Takes up every open request; after a crash those of the life before. */
  serve(): void {
    for (const row of [...this.#simulation.view.table("requests").all()]) {
      if (this.#asked.has(row.id)) continue;
      this.#asked.add(row.id);
      void this.#answer(row);
    }
  }

  async #answer(row: RequestRow): Promise<void> {
    const release = this.#simulation.hold();
    const answer = await this.#ask(row).catch((error: unknown) => ({
      error: error instanceof Error ? error.message : String(error),
    }));
    release();
    this.#asked.delete(row.id);
    if (this.#simulation.view.table("requests").has(row.id))
      this.#simulation.dispatch("request.answered", { request: row.id, answer });
  }

  async #ask(row: RequestRow): Promise<unknown> {
    const args = row.args as Asked;
    if (row.kind === "registry.manifest")
      return { manifest: await this.#registry.getManifest(args.repository, args.reference) };
    if (row.kind === "registry.blobs") return { missing: await this.#fetch(args.digests) };
    if (row.kind !== "registry.push") throw new Error(`nobody answers ${row.kind}`);
    for (const digest of args.blobs) {
      const bytes = (await this.#registry.hasBlob(digest)) ? undefined : this.#blobs.get(digest);
      if (bytes) await this.#registry.putBlob(digest, bytes);
    }
    await this.#registry.putManifest(args.repository, args.tag, args.manifest);
    return {};
  }

  async #fetch(digests: readonly string[]): Promise<string[]> {
    const missing: string[] = [];
    for (const digest of digests) {
      const bytes = this.#blobs.get(digest) ?? (await this.#registry.getBlob(digest));
      if (bytes) this.#blobs.put(bytes);
      else missing.push(digest);
    }
    return missing;
  }
}
