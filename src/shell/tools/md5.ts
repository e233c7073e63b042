/** MD5 (RFC 1321): the platform's own digests know it no more. */

const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const SINES = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) >>> 0);

const rotate = (value: number, by: number) => ((value << by) | (value >>> (32 - by))) >>> 0;

/** The mixing function of a round, and which word it takes at a step. */
function mix(step: number, b: number, c: number, d: number): [value: number, word: number] {
  if (step < 16) return [(b & c) | (~b & d), step];
  if (step < 32) return [(d & b) | (~d & c), (5 * step + 1) % 16];
  if (step < 48) return [b ^ c ^ d, (3 * step + 5) % 16];
  return [c ^ (b | ~d), (7 * step) % 16];
}

/** The 16 bytes of the digest. */
export function md5(data: Uint8Array): Uint8Array {
  const length = ((data.length + 8) >> 6) * 64 + 64;
  const padded = new Uint8Array(length);
  padded.set(data);
  padded[data.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(length - 8, BigInt(data.length) * 8n, true);
  const state: [number, number, number, number] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let at = 0; at < length; at += 64) {
    let [a, b, c, d] = state;
    for (let step = 0; step < 64; step++) {
      const [value, word] = mix(step, b, c, d);
      const sum = (a + (value >>> 0) + (SINES[step] ?? 0) + view.getUint32(at + word * 4, true)) >>> 0;
      const turned = rotate(sum, SHIFTS[(step >> 4) * 4 + (step % 4)] ?? 0);
      [a, d, c, b] = [d, c, b, (b + turned) >>> 0];
    }
    [a, b, c, d].forEach((value, i) => {
      state[i] = ((state[i] ?? 0) + value) >>> 0;
    });
  }
  const out = new DataView(new ArrayBuffer(16));
  state.forEach((value, i) => {
    out.setUint32(i * 4, value, true);
  });
  return new Uint8Array(out.buffer);
}
