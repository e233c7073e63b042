/** A pseudo terminal: the line discipline between a terminal's bytes (master) and a program's streams (slave). */
import type { Input, Output, SignalName, Tty } from "../api/process";
import { brokenPipe, decode, encoder, toBytes } from "./streams";

export interface Pty {
  readonly master: {
    /** Bytes the user typed. */
    input(bytes: Uint8Array): void;
    resize(columns: number, rows: number): void;
    /** The terminal is gone: the slave reads the end, and writes fail. */
    hangup(): void;
  };
  readonly slave: { readonly input: Input; readonly output: Output; readonly tty: Tty };
}

export interface PtyOptions {
  /** Bytes for the terminal to show. May return a promise: the writer then waits. */
  readonly output: (bytes: Uint8Array) => void | Promise<void>;
  /** Ctrl-C, Ctrl-\, a new size, the end of the line: for the foreground. */
  readonly signal?: (signal: SignalName) => void;
  readonly columns?: number;
  readonly rows?: number;
}

/** Typed bytes held while nobody reads; Linux holds as many. */
const MAX_LINE = 4096;

export function createPty(options: PtyOptions): Pty {
  const discipline = new LineDiscipline(options);
  return {
    master: {
      input: (bytes) => discipline.type(bytes),
      resize: (columns, rows) => discipline.resize(columns, rows),
      hangup: () => discipline.hangup(),
    },
    slave: { input: discipline.input, output: discipline.output, tty: discipline.tty },
  };
}

export class LineDiscipline {
  readonly #options: PtyOptions;
  #queue: (Uint8Array | undefined)[] = [];
  #wake: (() => void)[] = [];
  #line: string[] = [];
  #partial: number[] = [];
  #raw = false;
  #gone = false;
  #columns: number;
  #rows: number;
  readonly #resized = new Set<() => void>();

  constructor(options: PtyOptions) {
    this.#options = options;
    this.#columns = options.columns ?? 80;
    this.#rows = options.rows ?? 24;
  }

  readonly input: Input = {
    read: async () => {
      while (this.#queue.length === 0) {
        if (this.#gone) return undefined;
        await new Promise<void>((resolve) => this.#wake.push(resolve));
      }
      return this.#queue.shift();
    },
  };

  readonly output: Output = {
    write: async (data) => {
      if (this.#gone) throw Object.assign(brokenPipe(), { code: "EPIPE" });
      await this.#options.output(newlines(toBytes(data)));
    },
  };

  get tty(): Tty {
    const self = this;
    return {
      get columns() {
        return self.#columns;
      },
      get rows() {
        return self.#rows;
      },
      setRaw: (raw) => self.#setRaw(raw),
      onResize: (handler) => {
        self.#resized.add(handler);
        return () => self.#resized.delete(handler);
      },
    };
  }

  #setRaw(raw: boolean): void {
    if (raw && this.#line.length > 0) {
      this.#push(encoder.encode(this.#line.join("")));
      this.#line = [];
    }
    this.#raw = raw;
  }

  resize(columns: number, rows: number): void {
    this.#columns = columns;
    this.#rows = rows;
    for (const handler of this.#resized) handler();
    this.#options.signal?.("SIGWINCH");
  }

  hangup(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#options.signal?.("SIGHUP");
    this.#notify();
  }

  type(bytes: Uint8Array): void {
    if (this.#gone) return;
    if (this.#raw) {
      this.#push(bytes.slice());
      return;
    }
    const all = [...this.#partial, ...bytes];
    const whole = wholeCharacters(all);
    this.#partial = all.slice(whole);
    for (const char of decode(Uint8Array.from(all.slice(0, whole)))) this.#cooked(char);
  }

  #cooked(char: string): void {
    if (char === "\x03" || char === "\x1c") {
      this.#line = [];
      this.#echo(char === "\x03" ? "^C" : "^\\");
      this.#options.signal?.(char === "\x03" ? "SIGINT" : "SIGQUIT");
    } else if (char === "\x04") {
      this.#push(this.#line.length > 0 ? encoder.encode(this.#line.join("")) : undefined);
      this.#line = [];
    } else if (char === "\r" || char === "\n") {
      this.#echo("\n");
      this.#push(encoder.encode(`${this.#line.join("")}\n`));
      this.#line = [];
    } else if (char === "\x7f" || char === "\b") this.#erase(1);
    else if (char === "\x15") this.#erase(this.#line.length);
    else if (char === "\x17") this.#erase(/\S*\s*$/.exec(this.#line.join(""))?.[0].length ?? 0);
    else if (this.#line.length < MAX_LINE) {
      this.#line.push(char);
      const code = char.charCodeAt(0);
      this.#echo(code < 32 && char !== "\t" ? `^${String.fromCharCode(code + 64)}` : char);
    }
  }

  #erase(count: number): void {
    for (const char of this.#line.splice(Math.max(0, this.#line.length - count)).reverse()) {
      const wide = (char.codePointAt(0) ?? 0) >= 0x1100 ? 2 : char.charCodeAt(0) < 32 ? 2 : 1;
      this.#echo("\b \b".repeat(wide));
    }
  }

  #echo(text: string): void {
    void this.#options.output(newlines(encoder.encode(text)));
  }

  #push(bytes: Uint8Array | undefined): void {
    this.#queue.push(bytes);
    this.#notify();
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const resolve of wake) resolve();
  }
}

/** `\n` becomes `\r\n`, unless it is one already. */
function newlines(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(10)) return bytes.slice();
  const out: number[] = [];
  bytes.forEach((byte, i) => {
    if (byte === 10 && bytes[i - 1] !== 13) out.push(13);
    out.push(byte);
  });
  return Uint8Array.from(out);
}

/** How many of the bytes form whole UTF-8 characters. */
function wholeCharacters(bytes: readonly number[]): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if ((byte & 0xc0) === 0x80) continue;
    const need = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return need > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
