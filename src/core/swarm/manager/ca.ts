/**
 * The swarm's certificate authority as clients see it: a root certificate in the right shape, its digest, the secrets of
 * the join tokens. Nothing is really signed.
 */
import { hex } from "../../bytes";
import type { Random } from "../../chance/random";
import { sha256 } from "../../digest";
import type { Tx } from "../../room";
import { civilDate } from "../../time/calendar";
import type { SwarmRow } from "./tables";

const base36 = (bytes: Uint8Array, width: number) =>
  BigInt(`0x${hex(bytes)}`)
    .toString(36)
    .padStart(width, "0")
    .slice(-width);

/** The secret part of a join token: 16 random bytes as 25 base-36 digits. */
export const joinSecret = (tx: Tx) => base36(tx.random("swarm.token").bytes(16), 25);

/** `SWMKEY-1-` and 32 random bytes in base64 without padding. */
export const unlockKey = (tx: Tx) => `SWMKEY-1-${base64(tx.random("swarm.unlock").bytes(32)).replace(/=+$/, "")}`;

export const joinToken = (swarm: SwarmRow, role: "worker" | "manager") =>
  `SWMTKN-1-${swarm.caDigest}-${swarm.tokens[role]}`;

/** Issuer `CN=swarm-ca` as DER, in base64. */
export const CERTIFICATE_ISSUER = base64(name());

export interface RootCa {
  readonly trustRoot: string;
  readonly issuerPublicKey: string;
  readonly caDigest: string;
  /** Of a root that was brought; left out, it is the one all of ours have. */
  readonly issuerSubject?: string;
}

/** A self-signed ECDSA P-256 certificate, valid from an hour before `now` for twenty years. */
export function createRootCa(random: Random, now: number): RootCa {
  const key = sequence(
    sequence(oid("2a8648ce3d0201"), oid("2a8648ce3d030107")),
    tagged(3, concat([0x00, 0x04], random.bytes(64))),
  );
  const algorithm = sequence(oid("2a8648ce3d040302"));
  const serial = random.bytes(20);
  serial[0] = ((serial[0] as number) & 0x7f) | 0x40;
  const start = now - (now % 60_000) - 3_600_000;
  const extensions = tagged(
    0xa3,
    sequence(
      sequence(oid("551d0f"), [0x01, 0x01, 0xff], tagged(4, tagged(3, [0x01, 0x06]))),
      sequence(oid("551d13"), [0x01, 0x01, 0xff], tagged(4, sequence([0x01, 0x01, 0xff]))),
      sequence(oid("551d0e"), tagged(4, tagged(4, random.bytes(20)))),
    ),
  );
  const validity = sequence(time(start), time(start + 7300 * 86_400_000));
  const body = sequence(
    tagged(0xa0, [0x02, 0x01, 0x02]),
    tagged(2, serial),
    algorithm,
    name(),
    validity,
    name(),
    key,
    extensions,
  );
  const signature = tagged(3, concat([0x00], sequence(integer(random), integer(random))));
  const certificate = sequence(body, algorithm, signature);
  const lines = base64(certificate).match(/.{1,64}/g) ?? [];
  return {
    trustRoot: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
    issuerPublicKey: base64(key),
    caDigest: BigInt(`0x${sha256(certificate)}`)
      .toString(36)
      .padStart(50, "0"),
  };
}

function concat(...parts: ArrayLike<number>[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function tagged(tag: number, content: ArrayLike<number>): Uint8Array {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return concat([tag], size, content);
}

function sequence(...parts: ArrayLike<number>[]): Uint8Array {
  return tagged(0x30, concat(...parts));
}

function oid(digits: string): Uint8Array {
  return tagged(
    6,
    (digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)),
  );
}

function ascii(text: string): number[] {
  return [...text].map((letter) => letter.charCodeAt(0));
}

function name(): Uint8Array {
  return sequence(tagged(0x31, sequence(oid("550403"), tagged(0x13, ascii("swarm-ca")))));
}

function integer(random: Random): Uint8Array {
  const bytes = random.bytes(32);
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40;
  return tagged(2, bytes);
}

/** UTCTime, seconds always 00. */
function time(millis: number): Uint8Array {
  const { year, month, day } = civilDate(Math.floor(millis / 86_400_000));
  const minute = Math.floor((millis % 86_400_000) / 60_000);
  const two = (value: number) => String(value).padStart(2, "0");
  return tagged(
    0x17,
    ascii(`${two(year % 100)}${two(month)}${two(day)}${two(Math.floor(minute / 60))}${two(minute % 60)}00Z`),
  );
}

/** Base64 (RFC 4648), here because the core compiles without the platform's. */
export function base64(bytes: Uint8Array): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let out = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const word = ((bytes[at] as number) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const left = bytes.length - at;
    out += letters.charAt(word >> 18) + letters.charAt((word >> 12) & 63);
    out += (left > 1 ? letters.charAt((word >> 6) & 63) : "=") + (left > 2 ? letters.charAt(word & 63) : "=");
  }
  return out;
}
