/** Shows the daemon's JSON streams (pull, push, build, load): plain lines, or moving bars on a terminal. */
import type { Context } from "./command";
import { CliError } from "./errors";
import { humanSize } from "./format/units";

export interface Message {
  id?: string;
  status?: string;
  stream?: string;
  progressDetail?: { current?: number; total?: number; hidecounts?: boolean; units?: string };
  progress?: string;
  error?: string;
  errorDetail?: { code?: number; message?: string };
  aux?: unknown;
}

/** A failure reported inside a stream. */
export class StreamError extends CliError {}

export interface ProgressOptions {
  /** Width of the terminal; undefined off a terminal. */
  readonly columns?: number;
  write(text: string): Promise<void>;
  onAux?(aux: unknown): void;
}

/** Reads JSON values one per line. */
export async function* jsonLines(body: ReadableStream<Uint8Array> | null): AsyncGenerator<unknown> {
  for await (const line of textLines(body)) yield JSON.parse(line);
}

/** The lines of a stream that are not blank. */
export async function* textLines(body: ReadableStream<Uint8Array> | null): AsyncGenerator<string> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let held = "";
  while (reader) {
    const { done, value } = await reader.read();
    held += done ? decoder.decode() : decoder.decode(value, { stream: true });
    const lines = held.split("\n");
    held = done ? "" : (lines.pop() ?? "");
    for (const line of lines) if (line.trim() !== "") yield line.trim();
    if (done) return;
  }
}

/** Prints the stream to its end. Throws StreamError for an error in it. */
export async function showMessages(body: ReadableStream<Uint8Array> | null, options: ProgressOptions): Promise<void> {
  const printer = new MessagePrinter(options);
  for await (const value of jsonLines(body)) await printer.print(value as Message);
}

/** Shows messages one by one; remembers on which line of the terminal each id stands. */
export class MessagePrinter {
  private ids: string[] = [];

  constructor(private readonly options: ProgressOptions) {}

  /** Throws StreamError for an error. */
  async print(message: Message): Promise<void> {
    const { options } = this;
    if (message.aux !== undefined) {
      options.onAux?.(message.aux);
      return;
    }
    if (message.errorDetail || message.error) {
      const text = message.errorDetail?.message || message.error || "";
      throw new StreamError(text, message.errorDetail?.code || 1);
    }
    const moving = message.id !== undefined && message.id !== "" && message.progressDetail !== undefined;
    if (!moving || options.columns === undefined) {
      if (!moving) this.ids = [];
      await options.write(plain(message));
      return;
    }
    const id = message.id ?? "";
    const isNew = !this.ids.includes(id);
    if (isNew) this.ids.push(id);
    const up = this.ids.length - this.ids.indexOf(id);
    const shown = `${id}: ${message.status ?? ""} ${bar(message, options.columns)}`;
    await options.write(`${isNew ? "\n" : ""}\x1b[${up}A\x1b[2K\r${shown}\r\x1b[${up}B`);
  }
}

function plain(message: Message): string {
  // A frame with a bar makes no sense without a terminal.
  if (message.progress || hasCount(message)) return "";
  if (message.stream !== undefined) return message.stream;
  const status = message.status ?? "";
  return message.id ? `${message.id}: ${status}\n` : `${status}\n`;
}

function hasCount(message: Message): boolean {
  return Boolean(message.progressDetail?.current || message.progressDetail?.total);
}

function bar(message: Message, columns: number): string {
  const { current = 0, total = 0, hidecounts = false, units = "" } = message.progressDetail ?? {};
  if (current <= 0 && total <= 0) return "";
  const now = units === "" ? humanSize(current).padStart(8) : `${current} ${units}`;
  if (total <= 0) return now;
  let cells = "";
  if (columns > 110) {
    const share = Math.min(50, Math.trunc(Math.trunc((current / total) * 100) / 2));
    const head = share >= 50 ? "=".repeat(50) : "=".repeat(share);
    cells = `[${head}>${" ".repeat(Math.max(0, 50 - share))}] `;
  }
  if (hidecounts) return cells;
  if (current > total) return `${cells}${now}`;
  return `${cells}${units === "" ? `${now}/${humanSize(total)}` : `${current}/${total} ${units}`}`;
}

/** Where a stream is printed: stdout, with bars when there is a terminal. */
export function toStdout(ctx: Context): ProgressOptions {
  return { write: ctx.out, ...(ctx.sys.tty ? { columns: ctx.sys.tty.columns } : {}) };
}
