/**
 * What the Engine API needs from the cluster behind it, for one machine. The host implements it; tests give a fake.
 * Everything but streams is synchronous: a request sees one consistent state and leaves one committed step.
 */
import type { Catalog } from "../core/engine/catalog";
import type { ArgsOf, CommandKind, CoreEvent, ReplyOf } from "../core/room";
import type { Change } from "../core/store/schema";
import type { View } from "../core/store/store";
import type { Millis } from "../core/time/agenda";

export interface Backend {
  readonly machine: string; // whose daemon this is
  readonly view: View;
  /** What the images of the catalogue hold: with `view` and `blobs` all that files are read from. */
  readonly catalog: Catalog;
  now(): Millis;
  /** What a clock outside says, where there is one: the cluster's own may be ahead of it, or stand still. */
  wallClock?(): Millis;
  /** Takes one step. Throws the core's `DockerError` when refused. */
  dispatch<K extends CommandKind>(kind: K, args: ArgsOf<K>): ReplyOf<K>;
  /** Calls after every step that changed or emitted anything, in order, until the returned function is called. */
  subscribe(listener: (step: StepNews) => void): () => void;
  /** Content of the blob store, for what is streamed in or out. */
  readonly blobs: { get(digest: string): Uint8Array | undefined; put(bytes: Uint8Array): string };
  /** Standard input of a running container or exec (by its id); undefined when it takes none. */
  stdin(ownerId: string): { write(bytes: Uint8Array): Promise<void>; end(): void } | undefined;
  /** Sets the terminal size of a running container or exec. */
  resize(ownerId: string, columns: number, rows: number): void;
  /** Resolves after simulated time. */
  sleep(millis: Millis, signal?: AbortSignal): Promise<void>;
  /** The host registers an open stream with this, so that time goes on while somebody listens. */
  hold(): () => void;
}

export interface StepNews {
  readonly changes: readonly Change[];
  readonly events: readonly CoreEvent[];
}
