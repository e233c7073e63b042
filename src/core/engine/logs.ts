/** The json-file log of each container: what its process writes becomes lines, a line that is not ended yet waits. */
import { decodeUtf8 } from "../bytes";
import { MAX_LOG_BYTES, MAX_LOG_LINE, MAX_LOG_LINES } from "../limits";
import type { Tx } from "../room";
import type { LogHeadRow, LogRow } from "./tables";

type Stream = LogRow["stream"];

/** Takes bytes as they come. */
export function appendLog(tx: Tx, containerId: string, stream: Stream, bytes: Uint8Array): void {
  const head = tx.table("logHeads").get(containerId) ?? { id: containerId, first: 0, next: 0, bytes: 0, open: {} };
  const writer = new LogWriter(tx, head);
  writer.take(stream, (head.open[stream] ?? "") + binary(bytes));
  writer.save();
}

/** The process ended: what waits is written without its line end. */
export function closeLog(tx: Tx, containerId: string): void {
  const head = tx.table("logHeads").get(containerId);
  if (!head?.open.stdout && !head?.open.stderr) return;
  const writer = new LogWriter(tx, head);
  for (const stream of ["stdout", "stderr"] as const) writer.flush(stream);
  writer.save();
}

export function deleteLog(tx: Tx, containerId: string): void {
  for (const row of tx.table("logs").by("container", containerId)) tx.table("logs").delete(row.id);
  tx.table("logHeads").delete(containerId);
}

class LogWriter {
  readonly #tx: Tx;
  readonly #id: string;
  readonly #open: { stdout?: string; stderr?: string };
  #first: number;
  #next: number;
  #bytes: number;

  constructor(tx: Tx, head: LogHeadRow) {
    this.#tx = tx;
    this.#id = head.id;
    this.#open = { ...head.open };
    this.#first = head.first;
    this.#next = head.next;
    this.#bytes = head.bytes;
  }

  take(stream: Stream, text: string): void {
    let from = 0;
    for (;;) {
      const end = text.indexOf("\n", from);
      const length = (end < 0 ? text.length : end + 1) - from;
      if (length > MAX_LOG_LINE) {
        this.#line(stream, text.slice(from, from + MAX_LOG_LINE));
        from += MAX_LOG_LINE;
      } else if (end >= 0) {
        this.#line(stream, text.slice(from, end + 1));
        from = end + 1;
      } else break;
    }
    this.#open[stream] = text.slice(from);
  }

  flush(stream: Stream): void {
    const text = this.#open[stream] ?? "";
    if (text !== "") this.#line(stream, text);
    this.#open[stream] = "";
  }

  save(): void {
    this.#trim();
    const head = { id: this.#id, first: this.#first, next: this.#next, bytes: this.#bytes, open: this.#open };
    this.#tx.table("logHeads").put(head);
  }

  #line(stream: Stream, text: string): void {
    const row: LogRow = {
      id: rowId(this.#id, this.#next++),
      containerId: this.#id,
      stream,
      at: this.#tx.now,
      text: ASCII.test(text) ? text : decodeUtf8(fromBinary(text)),
    };
    this.#tx.table("logs").put(row);
    this.#bytes += text.length;
    this.#tx.emit("log.written", row);
  }

  #trim(): void {
    while (this.#next - this.#first > MAX_LOG_LINES || (this.#bytes > MAX_LOG_BYTES && this.#first < this.#next)) {
      const id = rowId(this.#id, this.#first++);
      this.#bytes -= this.#tx.table("logs").get(id)?.text.length ?? 0;
      this.#tx.table("logs").delete(id);
    }
  }
}

const rowId = (containerId: string, number: number) => `${containerId}/${String(number).padStart(9, "0")}`;

/** Text that is the same as its bytes. */
const ASCII = /^[\x00-\x7f]*$/;

function binary(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}

const fromBinary = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
