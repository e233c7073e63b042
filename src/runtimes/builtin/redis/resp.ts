/** The Redis protocol (RESP2). Texts are binary strings: one character a byte, so any value survives. */
import type { Input } from "../../../api/process";

/** A status such as `OK`. */
export class Status {
  constructor(readonly text: string) {}
}

/** An error reply: a word in capitals, then the message. */
export class Failure {
  constructor(readonly text: string) {}
}

/** Replies one after another to one command, as SUBSCRIBE has one for each channel. */
export class Several {
  constructor(readonly replies: readonly Reply[]) {}
}

/** `null` is the nil bulk string. */
export type Reply = Status | Failure | string | number | null | readonly Reply[];

/** What a command is answered. */
export type Answer = Reply | Several;

export const OK = new Status("OK");

/** Bytes as a binary string. */
export function toBinary(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return text;
}

/** A binary string's bytes. */
export function fromBinary(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** A reply on the wire. */
export function encode(reply: Answer): string {
  if (reply instanceof Status) return `+${reply.text}\r\n`;
  if (reply instanceof Failure) return `-${reply.text.replace(/[\r\n]+/g, " ")}\r\n`;
  if (reply instanceof Several) return reply.replies.map(encode).join("");
  if (reply === null) return "$-1\r\n";
  if (typeof reply === "number") return `:${reply}\r\n`;
  if (typeof reply === "string") return `$${reply.length}\r\n${reply}\r\n`;
  return `*${reply.length}\r\n${reply.map(encode).join("")}`;
}

/** A command on the wire. */
export const encodeCommand = (words: readonly string[]): string => encode(words);

/** Cuts what arrives into lines and counted pieces. */
export class Reader {
  private buffer = "";

  constructor(private readonly input: Input) {}

  private async more(): Promise<boolean> {
    const bytes = await this.input.read();
    if (bytes === undefined) return false;
    this.buffer += toBinary(bytes);
    return true;
  }

  /** The next line; undefined at the end. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const at = this.buffer.indexOf("\n");
      if (at >= 0) {
        const line = this.buffer.slice(0, at).replace(/\r$/, "");
        this.buffer = this.buffer.slice(at + 1);
        return line;
      }
      if (this.buffer.length > 1 << 20 || !(await this.more())) return undefined;
    }
  }

  private async take(length: number): Promise<string | undefined> {
    while (this.buffer.length < length + 2) if (!(await this.more())) return undefined;
    const text = this.buffer.slice(0, length);
    this.buffer = this.buffer.slice(length + 2);
    return text;
  }

  /** The words of the next command, in RESP or typed as a line; a Failure when the peer breaks the protocol. */
  async command(): Promise<readonly string[] | Failure | undefined> {
    const line = await this.line();
    if (line === undefined) return undefined;
    if (!line.startsWith("*")) return line.split(/\s+/).filter(Boolean);
    const count = Number(line.slice(1));
    if (!Number.isInteger(count) || count > 1 << 20) return new Failure("ERR Protocol error: invalid multibulk length");
    const words: string[] = [];
    for (let i = 0; i < count; i++) {
      const head = await this.line();
      if (head === undefined) return undefined;
      if (!head.startsWith("$")) return new Failure(`ERR Protocol error: expected '$', got '${head[0] ?? " "}'`);
      const length = Number(head.slice(1));
      const valid = Number.isInteger(length) && length >= 0 && length <= 16 << 20;
      if (!valid) return new Failure("ERR Protocol error: invalid bulk length");
      const word = await this.take(length);
      if (word === undefined) return undefined;
      words.push(word);
    }
    return words;
  }

  /** The next reply; undefined at the end. */
  async reply(): Promise<Reply | undefined> {
    const line = await this.line();
    if (line === undefined) return undefined;
    const rest = line.slice(1);
    switch (line[0]) {
      case "+":
        return new Status(rest);
      case "-":
        return new Failure(rest);
      case ":":
        return Number(rest);
      case "$":
        return Number(rest) < 0 ? null : await this.take(Number(rest));
      case "*": {
        if (Number(rest) < 0) return null;
        const items: Reply[] = [];
        for (let i = 0; i < Number(rest); i++) {
          const item = await this.reply();
          if (item === undefined) return undefined;
          items.push(item);
        }
        return items;
      }
      default:
        return new Failure(`Protocol error, got ${JSON.stringify(line[0] ?? "")} as reply type byte`);
    }
  }
}
