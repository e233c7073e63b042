/** Numbers as Go's strconv reads them, with its errors. */

/** An integer in base 10, 16 (0x), 8 (0o) or 2 (0b). Throws strconv's messages. */
export function parseInteger(text: string, signed: boolean, bits: number): number {
  const name = signed ? "strconv.ParseInt" : "strconv.ParseUint";
  const body = signed ? text.replace(/^[+-]/, "") : text;
  if (!/^(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|[1-9][0-9]*|0)$/.test(body)) {
    throw new Error(`${name}: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  const octal = /^0[0-7]+$/.test(body) ? `0o${body.slice(1)}` : body;
  const value = BigInt(octal) * (text.startsWith("-") ? -1n : 1n);
  const limit = 1n << BigInt(signed ? bits - 1 : bits);
  if (value >= limit || value < -limit) {
    throw new Error(`${name}: parsing ${JSON.stringify(text)}: value out of range`);
  }
  return Number(value);
}

/** A decimal fraction. Throws strconv's message. */
export function parseFloatValue(text: string): number {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) {
    throw new Error(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return Number(text);
}
