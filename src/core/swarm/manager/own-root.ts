/**
 * A root certificate that the student brings (`swarm ca --rotate --ca-cert --ca-key`): read as far as clients can see it, and
 * checked as swarmkit `manager/controlapi/ca_rotation.go` does. Nothing is signed with it.
 */
import { sha256 } from "../../digest";
import { rpc } from "../access";
import { decodeBase64 } from "../base64";
import { base64, type RootCa } from "./ca";

const invalid = (text: string) => rpc("InvalidArgument", text);

/** Reads certificate and key. Throws swarmkit's refusal; without a certificate there is no root of one's own. */
export function ownRoot(certificate: string | undefined, key: string | undefined): RootCa | undefined {
  if (!certificate && !key) return undefined;
  if (!certificate) throw invalid("if a signing CA key is provided, the signing CA cert must also be provided");
  const parts = readCertificate(certificate);
  if (!parts) throw invalid('invalid root certificates: {"code":1003,"message":"Failed to parse certificate"}');
  // No certificate authority outside can be reached from here.
  if (!key)
    throw invalid(
      "there must be at least one valid, reachable external CA corresponding to the desired CA certificate",
    );
  const secret = readPem(key, /^(EC |RSA )?PRIVATE KEY$/);
  if (!secret || !whole(secret))
    throw invalid('malformed private key: {"code":2003,"message":"Failed to parse private key"}');
  if (!contains(secret, parts.keyMaterial)) throw invalid("certificate key mismatch");
  return {
    trustRoot: `${certificate.trim()}\n`,
    issuerPublicKey: base64(parts.publicKey),
    issuerSubject: base64(parts.subject),
    caDigest: BigInt(`0x${sha256(parts.der)}`)
      .toString(36)
      .padStart(50, "0"),
  };
}

/** The first block of that kind as DER. */
function readPem(text: string, label: RegExp): Uint8Array | undefined {
  const [, name = "", body = ""] = /-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/.exec(text) ?? [];
  return label.test(name) ? decodeBase64(body.replace(/\s+/g, "")) : undefined;
}

interface Certificate {
  readonly der: Uint8Array;
  readonly subject: Uint8Array;
  readonly publicKey: Uint8Array;
  /** What a private key of it holds too: the point of a curve, or the modulus. */
  readonly keyMaterial: Uint8Array;
}

/** RFC 5280 4.1: version, serial, algorithm, issuer, validity, subject, key. */
function readCertificate(pem: string): Certificate | undefined {
  const der = readPem(pem, /^CERTIFICATE$/);
  if (!der || !whole(der)) return undefined;
  const [body] = children(der, 0);
  const fields = body ? children(der, body.start) : [];
  const versioned = fields[0]?.tag === 0xa0 ? fields : [undefined, ...fields];
  const [subject, key] = [versioned[5], versioned[6]];
  if (!subject || !key) return undefined;
  const bits = children(der, key.start).find(({ tag }) => tag === 0x03);
  if (!bits) return undefined;
  const point = der.subarray(bits.content + 1, bits.end);
  const modulus = point[0] === 0x30 ? children(point, 0)[0] : undefined;
  return {
    der,
    subject: der.subarray(subject.start, subject.end),
    publicKey: der.subarray(key.start, key.end),
    keyMaterial: modulus ? point.subarray(modulus.content, modulus.end) : point,
  };
}

interface Element {
  readonly tag: number;
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

/** The element at a place (X.690 8.1); undefined where it does not fit. */
function elementAt(der: Uint8Array, start: number): Element | undefined {
  const [tag, first] = [der[start], der[start + 1]];
  if (tag === undefined || first === undefined) return undefined;
  const wide = first > 0x80 ? first - 0x80 : 0;
  let length = wide ? 0 : first;
  for (let n = 0; n < wide; n++) length = length * 256 + (der[start + 2 + n] ?? 0);
  const content = start + 2 + wide;
  return content + length <= der.length ? { tag, start, content, end: content + length } : undefined;
}

function children(der: Uint8Array, start: number): Element[] {
  const parent = elementAt(der, start);
  const found: Element[] = [];
  for (let at = parent?.content ?? 0; parent && at < parent.end; at = found.at(-1)?.end ?? 0) {
    const one = elementAt(der, at);
    if (!one) return found;
    found.push(one);
  }
  return found;
}

const whole = (der: Uint8Array) => der[0] === 0x30 && elementAt(der, 0)?.end === der.length;

function contains(all: Uint8Array, part: Uint8Array): boolean {
  for (let at = 0; at + part.length <= all.length; at++) if (part.every((byte, n) => all[at + n] === byte)) return true;
  return false;
}
