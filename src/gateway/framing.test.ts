import { describe, expect, it } from "vitest";
import { Framing, headerOf } from "./framing";

const get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
const post = "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
const chunked =
  "POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n10;x=1\r\n0123456789abcdef\r\n0\r\nA: b\r\n\r\n";

/** The first line of each head, and all bytes in order, of a stream cut into pieces of `size` bytes. */
function read(stream: string, size: number): { lines: string[]; bytes: string } {
  const framing = new Framing();
  const lines: string[] = [];
  let bytes = "";
  for (let at = 0; at < stream.length; at += size) {
    for (const piece of framing.push(Buffer.from(stream.slice(at, at + size)))) {
      if (piece.kind === "head") lines.push(piece.head.text.split("\r\n")[0] as string);
      bytes += (piece.kind === "head" ? piece.head.bytes : piece.bytes).toString();
    }
  }
  return { lines, bytes };
}

describe("Framing", () => {
  for (const size of [1, 2, 7, 64, 1000])
    it(`finds every head and loses no byte, read ${size} at a time`, () => {
      const stream = get + post + chunked + get;
      expect(read(stream, size)).toEqual({
        lines: ["GET /a HTTP/1.1", "POST /b HTTP/1.1", "POST /c HTTP/1.1", "GET /a HTTP/1.1"],
        bytes: stream,
      });
    });

  it("does not take a body that looks like a request for one", () => {
    const body = "GET /evil HTTP/1.1\r\n\r\n";
    expect(read(`POST /b HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n${body}${get}`, 9).lines).toEqual([
      "POST /b HTTP/1.1",
      "GET /a HTTP/1.1",
    ]);
  });

  it("passes on unread what has a length it cannot make out", () => {
    const stream = `POST /b HTTP/1.1\r\nContent-Length: 5, 6\r\n\r\n${get}`;
    expect(read(stream, 11)).toEqual({ lines: ["POST /b HTTP/1.1"], bytes: stream });
  });

  it("reads a header whatever its case and spaces", () => {
    const [piece] = [...new Framing().push(Buffer.from("GET / HTTP/1.1\r\nuPGRADE:  tcp \r\n\r\n"))];
    expect(piece?.kind === "head" && headerOf(piece.head, "Upgrade")).toBe("tcp");
  });
});
