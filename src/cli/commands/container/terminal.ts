/** The student's terminal joined to a container: raw mode, its size, detach keys, and input as a stream. */
import type { Sys } from "../../../api/process";
import { CliError } from "../../errors";

/** The default detach keys, Ctrl-P Ctrl-Q. */
const DETACH = [0x10, 0x11];

/** `ctrl-x,x` as bytes. */
export function detachKeys(text: string): number[] {
  if (text === "") return DETACH;
  return text.split(",").map((key) => {
    const control = /^ctrl-([a-z@[\\\]^_])$/i.exec(key)?.[1];
    if (control) return control.toLowerCase().charCodeAt(0) & 0x1f;
    if (key.length !== 1) throw new CliError(`invalid detach keys (${text}): Unknown character: '${key}'`);
    return key.charCodeAt(0);
  });
}

export interface InputStream {
  readonly stream: ReadableStream<Uint8Array>;
  /** Resolves when the detach keys were typed. */
  readonly detached: Promise<void>;
  close(): void;
}

/** Standard input as a request body; it ends with the input, or at the detach keys of a raw terminal. */
export function inputStream(sys: Sys, wanted: boolean, keys: readonly number[] | undefined): InputStream {
  let onDetach = () => {};
  let ended = false;
  let finish = () => {};
  const detached = new Promise<void>((resolve) => {
    onDetach = resolve;
  });
  let matched = 0;
  // Without input the stream stays silent, and open: closing it would end the other direction too.
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      finish = () => {
        if (!ended) controller.close();
        ended = true;
      };
    },
    async pull(controller) {
      if (!wanted) return await new Promise<void>(() => {});
      const chunk = await sys.stdin.read();
      if (ended) return;
      if (!chunk) return finish();
      if (!keys) return controller.enqueue(chunk);
      const passed: number[] = [];
      for (const byte of chunk) {
        if (byte === keys[matched]) {
          matched++;
          if (matched < keys.length) continue;
          onDetach();
          return finish();
        }
        passed.push(...keys.slice(0, matched), byte);
        matched = 0;
      }
      controller.enqueue(new Uint8Array(passed));
    },
  });
  return { stream, detached, close: () => finish() };
}

/** Sets raw mode and follows the size; returns the undo. */
export function takeTerminal(sys: Sys, resize: (height: number, width: number) => Promise<unknown>): () => void {
  const { tty } = sys;
  if (!tty) return () => {};
  const tell = () => {
    if (tty.rows > 0 && tty.columns > 0) resize(tty.rows, tty.columns).catch(() => {});
  };
  tty.setRaw(true);
  const undo = tty.onResize(tell);
  tell();
  return () => {
    undo();
    tty.setRaw(false);
  };
}
