/**
 * What a shell and all its subshells use together. A fork bomb, a variable that doubles for ever and an endless loop are things
 * that students type: each gets the system's own refusal and costs nobody else anything.
 */
import { FREE_COMMANDS, MAX_SUBSHELLS, MAX_VARIABLE_BYTES, REST_MILLIS, STEPS_PER_TURN } from "./limits";

/** No more processes: what `fork` says at the limit of `ulimit -u`. */
export class ForkError extends Error {
  constructor() {
    super("fork: retry: Resource temporarily unavailable");
  }
}

/** No more memory: bash gives up. */
export class OutOfMemory extends Error {
  constructor(bytes: number) {
    super(`xrealloc: cannot allocate ${bytes} bytes`);
  }
}

/** The error as running out of memory: our own, or a string or array that the engine refused to make. Undefined when it is another. */
export function asOutOfMemory(error: unknown): OutOfMemory | undefined {
  if (error instanceof OutOfMemory) return error;
  return error instanceof RangeError ? new OutOfMemory(2 ** 30) : undefined;
}

export class Usage {
  #subshells = 0;
  #variables = 0;
  #commands = 0;

  /** A new line of the user's: an earlier one's loops are forgotten. */
  begin(): void {
    this.#commands = 0;
  }

  /** Runs the work of a subshell. Throws ForkError when too many live. */
  async live<T>(work: () => Promise<T>): Promise<T> {
    if (this.#subshells >= MAX_SUBSHELLS) throw new ForkError();
    this.#subshells++;
    try {
      return await work();
    } finally {
      this.#subshells--;
    }
  }

  /** Variables hold so many characters more (or fewer). Throws OutOfMemory. */
  grow(characters: number): void {
    this.#variables += characters;
    if (characters <= 0 || this.#variables <= MAX_VARIABLE_BYTES) return;
    this.#variables -= characters;
    throw new OutOfMemory(this.#variables + characters);
  }

  /** Called for each command: now and then the others get their turn, a longer one where a loop goes on and on. */
  async turn(): Promise<void> {
    if (++this.#commands % STEPS_PER_TURN !== 0) return;
    const millis = this.#commands > FREE_COMMANDS ? REST_MILLIS : 0;
    await new Promise((resolve) => setTimeout(resolve, millis));
  }
}
