/**
 * An answer that may take long and that somebody may stop waiting for. A request's own signal does not reach an object, and a stream
 * learns that its reader is gone only from its next write: so the answer begins with white space, as JSON may, from time to time.
 */
import type { Simulation } from "../simulation";

/** Simulated milliseconds between two signs of life. */
const HEARTBEAT = 2_000;

/** Answers with the JSON of what `work` resolves with; its signal is aborted when nobody waits any more. */
export function whileSomebodyWaits(simulation: Simulation, work: (gone: AbortSignal) => Promise<unknown>): Response {
  const gone = new AbortController();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const done = new AbortController();
      work(gone.signal)
        .then((answer) => {
          if (gone.signal.aborted) return;
          controller.enqueue(encoder.encode(JSON.stringify(answer)));
          controller.close();
        })
        .catch((error) => {
          if (!gone.signal.aborted) controller.error(error);
        })
        .finally(() => done.abort());
      void beat(simulation, AbortSignal.any([gone.signal, done.signal]), () =>
        controller.enqueue(encoder.encode("\n")),
      );
    },
    cancel: () => gone.abort(),
  });
  return new Response(body, { headers: { "content-type": "application/json" } });
}

async function beat(simulation: Simulation, over: AbortSignal, sign: () => void): Promise<void> {
  while (!over.aborted) {
    await simulation.sleepers.sleep(HEARTBEAT, over).catch(() => undefined);
    if (!over.aborted) sign();
  }
}
