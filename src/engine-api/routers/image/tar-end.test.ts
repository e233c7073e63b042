import { describe, expect, it } from "vitest";
import { withEnd } from "./tar-end";

/** A header and content, not padded. */
function entry(name: string, content: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(512 + content.length);
  const put = (text: string, at: number) => bytes.set(new TextEncoder().encode(text), at);
  put(name, 0);
  put(`${content.length.toString(8).padStart(11, "0")}\0`, 124);
  put(content, 512);
  return bytes;
}

describe("an archive", () => {
  it("that stops right after its last file gets its end", () => {
    const ended = withEnd(entry("a", "FROM busybox\n"));
    expect(ended.length).toBe(1024 + 1024);
    expect(new TextDecoder().decode(ended.subarray(512, 525))).toBe("FROM busybox\n");
  });

  it("cut within a file stays as it is", () => {
    const cut = entry("a", "FROM busybox\n").subarray(0, 520) as Uint8Array<ArrayBuffer>;
    expect(withEnd(cut)).toBe(cut);
  });

  it("that has an end stays as it is", () => {
    const whole = withEnd(entry("a", "b"));
    expect(withEnd(whole)).toBe(whole);
  });
});
