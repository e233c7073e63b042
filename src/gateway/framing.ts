/**
 * Where one HTTP/1.1 request ends and the next begins, in the bytes a client sends over a kept-alive connection. The gateway
 * needs no more of HTTP than that: it looks at each head for an upgrade and passes everything else on untouched. Whatever
 * it cannot make out is passed on as it is, for the runtime behind to refuse.
 */

/** A request's head: the bytes up to and with the empty line. */
export interface Head {
  readonly bytes: Buffer;
  readonly text: string;
}

/** What a chunk of bytes held, in order. */
export type Piece = { readonly kind: "head"; readonly head: Head } | { readonly kind: "body"; readonly bytes: Buffer };

/** Longer heads are passed on unread: the runtime refuses them itself. */
const LONGEST_HEAD = 128 * 1024;
const END_OF_HEAD = Buffer.from("\r\n\r\n");

type State =
  | { readonly at: "head" }
  | { readonly at: "body"; left: number }
  | { readonly at: "chunk-size" | "trailer" | "raw" }
  | { readonly at: "chunk"; left: number };

/** Value of a header in a head's text, or undefined. */
export function headerOf(head: Head, name: string): string | undefined {
  const found = new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*\\r$`, "im").exec(head.text);
  return found?.[1];
}

/** Cuts a stream of requests into heads and bodies. */
export class Framing {
  #state: State = { at: "head" };
  #held: Buffer | undefined; // an incomplete head or chunk line

  /** No framing from here on: the connection speaks something else (a web socket). */
  passAll(): void {
    this.#state = { at: "raw" };
  }

  /** True between two requests. */
  get idle(): boolean {
    return this.#state.at === "head" && !this.#held;
  }

  *push(chunk: Buffer): Generator<Piece> {
    let rest = this.#held ? Buffer.concat([this.#held, chunk]) : chunk;
    this.#held = undefined;
    while (rest.length > 0) {
      const state = this.#state;
      if (state.at === "raw") {
        yield { kind: "body", bytes: rest };
        return;
      }
      if (state.at === "head") {
        const end = rest.indexOf(END_OF_HEAD);
        if (end < 0) {
          if (rest.length > LONGEST_HEAD) this.passAll();
          else {
            this.#held = rest;
            return;
          }
          continue;
        }
        const bytes = rest.subarray(0, end + END_OF_HEAD.length);
        rest = rest.subarray(bytes.length);
        const head = { bytes, text: bytes.toString("latin1") };
        this.#state = bodyState(head);
        yield { kind: "head", head };
        continue;
      }
      if (state.at === "body" || state.at === "chunk") {
        const bytes = rest.subarray(0, state.left);
        state.left -= bytes.length;
        rest = rest.subarray(bytes.length);
        if (state.left === 0) this.#state = { at: state.at === "body" ? "head" : "chunk-size" };
        yield { kind: "body", bytes };
        continue;
      }
      const end = rest.indexOf("\r\n");
      if (end < 0) {
        this.#held = rest;
        return;
      }
      const line = rest.subarray(0, end + 2);
      rest = rest.subarray(line.length);
      this.#state = afterLine(state.at, line.toString("latin1").trim());
      yield { kind: "body", bytes: line };
    }
  }
}

function bodyState(head: Head): State {
  const coding = headerOf(head, "transfer-encoding");
  if (coding) return { at: /chunked$/i.test(coding) ? "chunk-size" : "raw" };
  const length = headerOf(head, "content-length");
  if (length === undefined || length === "0") return { at: "head" };
  return /^\d+$/.test(length) ? { at: "body", left: Number(length) } : { at: "raw" };
}

/** A chunk's data is followed by an empty line of its own, counted to the data here. */
function afterLine(at: "chunk-size" | "trailer", line: string): State {
  if (at === "trailer") return { at: line === "" ? "head" : "trailer" };
  const size = Number.parseInt(line, 16);
  if (Number.isNaN(size)) return { at: "raw" };
  return size === 0 ? { at: "trailer" } : { at: "chunk", left: size + 2 };
}
