/**
 * `/dev/host`: how Python asks for what the wasm cannot do. A write holds an operation and its arguments, separated by
 * NUL; the following reads deliver `k` + answer, or `e` + error code + NUL + text. Everything asked here is something
 * any process may do through `Sys`: guest code that opens the device itself gains nothing.
 */
import type { Device } from "./descriptors";

/** An operation: text arguments, and the raw bytes behind the first NUL for those that carry data. */
export type HostCall = (args: readonly string[], raw: Uint8Array) => Answer | Promise<Answer>;
export type Answer = string | Uint8Array | undefined;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class HostDevice implements Device {
  #answer: Uint8Array | Promise<Uint8Array> = new Uint8Array(0);

  constructor(
    private readonly calls: Readonly<Record<string, HostCall>>,
    private readonly beforeWait: () => void,
  ) {}

  write(data: Uint8Array): void {
    const cut = data.indexOf(0);
    const name = decoder.decode(cut < 0 ? data : data.subarray(0, cut));
    const raw = cut < 0 ? new Uint8Array(0) : data.subarray(cut + 1);
    const call = Object.hasOwn(this.calls, name) ? this.calls[name] : undefined;
    if (!call) {
      this.#answer = refuse({ code: "ENOSYS", message: `no host call ${name}` });
      return;
    }
    try {
      const args = cut < 0 ? [] : decoder.decode(raw).split("\0");
      const answer = call(args, raw);
      this.#answer = answer instanceof Promise ? answer.then(accept, refuse) : accept(answer);
    } catch (error) {
      this.#answer = refuse(error);
    }
  }

  read(size: number): Uint8Array | Promise<Uint8Array> {
    if (this.#answer instanceof Promise) {
      this.beforeWait();
      return this.#answer.then((answer) => {
        this.#answer = answer;
        return this.#take(size);
      });
    }
    return this.#take(size);
  }

  #take(size: number): Uint8Array {
    const answer = this.#answer as Uint8Array;
    this.#answer = answer.subarray(Math.min(size, answer.length));
    return answer.subarray(0, size);
  }
}

function accept(answer: Answer): Uint8Array {
  const body = typeof answer === "string" ? encoder.encode(answer) : (answer ?? new Uint8Array(0));
  const framed = new Uint8Array(body.length + 1);
  framed[0] = 107; // k
  framed.set(body, 1);
  return framed;
}

/** Errors with a code are the call's own; anything else (a kill) goes on through the machine. */
function refuse(error: unknown): Uint8Array {
  const { code, message } = error as { code?: unknown; message?: string };
  if (typeof code !== "string") throw error;
  return encoder.encode(`e${code}\0${message ?? ""}`);
}
