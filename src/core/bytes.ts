/**
 * UTF-8 without the platform: the core compiles with the language's own library alone (no `TextEncoder`).
 */

/** The UTF-8 bytes of a text; a lone surrogate becomes U+FFFD, as everywhere on the web. */
export function encodeUtf8(text: string): Uint8Array {
  const out = new Uint8Array(text.length * 3);
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      out[n++] = code;
      continue;
    }
    if (code >= 0xd800 && code <= 0xdfff) {
      const next = i + 1 < text.length ? text.charCodeAt(i + 1) : 0;
      if (code < 0xdc00 && next >= 0xdc00 && next <= 0xdfff) {
        code = 0x10000 + ((code - 0xd800) << 10) + (next - 0xdc00);
        i++;
      } else code = 0xfffd;
    }
    if (code < 0x800) out[n++] = 0xc0 | (code >> 6);
    else {
      if (code < 0x10000) out[n++] = 0xe0 | (code >> 12);
      else {
        out[n++] = 0xf0 | (code >> 18);
        out[n++] = 0x80 | ((code >> 12) & 63);
      }
      out[n++] = 0x80 | ((code >> 6) & 63);
    }
    out[n++] = 0x80 | (code & 63);
  }
  return out.slice(0, n);
}

/** The text of UTF-8 bytes; what is not UTF-8 becomes U+FFFD, as the json-file log driver does. */
export function decodeUtf8(bytes: Uint8Array): string {
  let out = "";
  const units: number[] = [];
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i] as number;
    const length =
      first < 0x80
        ? 1
        : first >= 0xc2 && first < 0xe0
          ? 2
          : first >= 0xe0 && first < 0xf0
            ? 3
            : first >= 0xf0 && first < 0xf5
              ? 4
              : 0;
    const code = length === 1 ? first : decodeSequence(bytes, i, length);
    i += code < 0 ? 1 : length;
    if (code < 0) units.push(0xfffd);
    else if (code < 0x10000) units.push(code);
    else units.push(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + ((code - 0x10000) & 0x3ff));
    if (units.length > 4096) out += String.fromCharCode(...units.splice(0));
  }
  return out + String.fromCharCode(...units);
}

function decodeSequence(bytes: Uint8Array, at: number, length: number): number {
  if (length === 0 || at + length > bytes.length) return -1;
  let code = (bytes[at] as number) & (0xff >> (length + 1));
  for (let k = 1; k < length; k++) {
    const next = bytes[at + k] as number;
    if ((next & 0xc0) !== 0x80) return -1;
    code = (code << 6) | (next & 63);
  }
  const least = length === 2 ? 0x80 : length === 3 ? 0x800 : 0x10000;
  if (code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return -1;
  return code;
}

const DIGITS = [..."0123456789abcdef"].map((digit) => digit.charCodeAt(0));

/** Where the digits are put together, by how many there are: ids of few lengths are made all the time. */
const drafts = new Map<number, number[]>();

/** Lower-case hexadecimal. */
export function hex(bytes: Uint8Array): string {
  let codes = drafts.get(bytes.length);
  if (!codes) {
    codes = new Array<number>(bytes.length * 2).fill(0);
    drafts.set(bytes.length, codes);
  }
  for (let n = 0; n < bytes.length; n++) {
    const byte = bytes[n] as number;
    codes[2 * n] = DIGITS[byte >> 4] as number;
    codes[2 * n + 1] = DIGITS[byte & 15] as number;
  }
  return String.fromCharCode(...codes);
}
