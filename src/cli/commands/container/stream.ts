/** Output of containers: frames of stdout and stderr taken apart, or the raw bytes of a terminal. */
import type { Sys } from "../../../api/process";
import { CliError } from "../../errors";

/** Copies a multiplexed stream to stdout and stderr until it ends. */
export async function copyFrames(
  body: ReadableStream<Uint8Array> | null,
  sys: Pick<Sys, "stdout" | "stderr">,
): Promise<void> {
  let held = new Uint8Array(0);
  await eachChunk(body, async (chunk) => {
    const data = new Uint8Array(held.length + chunk.length);
    data.set(held);
    data.set(chunk, held.length);
    let at = 0;
    while (data.length - at >= 8) {
      const size = new DataView(data.buffer, at + 4, 4).getUint32(0);
      if (data.length - at - 8 < size) break;
      await writeFrame(data[at] ?? 0, data.subarray(at + 8, at + 8 + size), sys);
      at += 8 + size;
    }
    held = data.slice(at);
  });
}

async function writeFrame(kind: number, payload: Uint8Array, sys: Pick<Sys, "stdout" | "stderr">): Promise<void> {
  if (kind === 2) await sys.stderr.write(payload);
  else if (kind === 3) throw new CliError(`error from daemon in stream: ${new TextDecoder().decode(payload)}`);
  else if (kind <= 1) await sys.stdout.write(payload);
  else throw new CliError(`Unrecognized input header: ${kind}`);
}

/** Copies raw bytes to stdout until they end. */
export function copyRaw(body: ReadableStream<Uint8Array> | null, sys: Pick<Sys, "stdout" | "stderr">): Promise<void> {
  return eachChunk(body, (chunk) => sys.stdout.write(chunk));
}

async function eachChunk(
  body: ReadableStream<Uint8Array> | null,
  use: (chunk: Uint8Array) => Promise<void>,
): Promise<void> {
  const reader = body?.getReader();
  if (!reader) return;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    await use(value);
  }
}
