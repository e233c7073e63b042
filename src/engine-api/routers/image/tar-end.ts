/** The end of a tar: `docker build -f -` sends one that stops right after its last file, which Go's reader takes. */

const BLOCK = 512;

/** The archive with the padding and the two empty blocks it may lack; one cut within a file stays as it is. */
export function withEnd(tar: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  let offset = 0;
  while (offset + BLOCK <= tar.length) {
    if (tar[offset] === 0) return tar;
    const size = sizeAt(tar, offset);
    if (size === undefined || offset + BLOCK + size > tar.length) return tar;
    offset += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  if (offset < tar.length) return tar;
  const ended = new Uint8Array(offset + 2 * BLOCK);
  ended.set(tar);
  return ended;
}

/** Bytes of the file whose header begins there; undefined when it is not written in octal. */
function sizeAt(tar: Uint8Array, offset: number): number | undefined {
  const text = String.fromCharCode(...tar.subarray(offset + 124, offset + 136)).replace(/[\0 ]+/g, "");
  return /^[0-7]*$/.test(text) ? Number.parseInt(text || "0", 8) : undefined;
}
