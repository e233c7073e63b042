/**
 * How a cluster is named from outside: `ID`, `MACHINE@ID` in a path, `PORT--ID` as a host's first label. The id is the
 * capability to the cluster: 130 random bits in letters and digits that a host name can carry.
 */

/** Base 32 (RFC 4648 6) in lower case: host names do not tell case. */
const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const ID_LENGTH = 26;
const ID = `[a-z2-7]{${ID_LENGTH}}`;
const ADDRESS = new RegExp(`^(?:([A-Za-z0-9][A-Za-z0-9_.-]{0,62})@)?(${ID})$`);
const PORT_HOST = new RegExp(`^(\\d{1,5})--(${ID})\\.`, "i");

export interface ClusterAddress {
  readonly id: string;
  /** Undefined: the first machine. */
  readonly machine?: string;
}

/** A new cluster's id. Real chance: it is no part of the simulation. */
export function newClusterId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(ID_LENGTH));
  return Array.from(bytes, (byte) => ALPHABET[byte & 31]).join("");
}

export function isClusterId(text: string): boolean {
  return ADDRESS.exec(text)?.[2] === text;
}

/** Reads `ID` or `MACHINE@ID`, as one segment of a path. */
export function parseAddress(segment: string): ClusterAddress | undefined {
  const found = ADDRESS.exec(segment.replace("%40", "@"));
  if (!found) return undefined;
  return { id: found[2] as string, ...(found[1] ? { machine: found[1] } : {}) };
}

/** Reads `PORT--ID.` at the start of a host name. */
export function parsePortHost(host: string): { port: number; id: string } | undefined {
  const found = PORT_HOST.exec(host);
  const port = parsePort(found?.[1] ?? "");
  return found && port !== undefined ? { port, id: (found[2] as string).toLowerCase() } : undefined;
}

/** Reads a port number. */
export function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65535 ? port : undefined;
}
