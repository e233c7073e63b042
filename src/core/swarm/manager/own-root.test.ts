import { expect, it } from "vitest";
import type { Random } from "../../chance/random";
import { decodeBase64 } from "../base64";
import { base64, createRootCa } from "./ca";
import { ownRoot } from "./own-root";

/** Bytes that only differ from purpose to purpose. */
const random = (start: number): Random =>
  ({ bytes: (count: number) => Uint8Array.from({ length: count }, (_, n) => (start + n * 7) & 255) }) as Random;

const block = (name: string, der: Uint8Array) => `-----BEGIN ${name}-----\n${base64(der)}\n-----END ${name}-----\n`;

/** A certificate of another authority: ours, with another name of the same length. */
function certificate(start: number): string {
  const body = createRootCa(random(start), 1_767_225_600_000).trustRoot.replace(/-----[^-]+-----|\s/g, "");
  const text = Array.from(decodeBase64(body), (byte) => String.fromCharCode(byte)).join("");
  return block(
    "CERTIFICATE",
    Uint8Array.from(text.replaceAll("swarm-ca", "our-root"), (c) => c.charCodeAt(0)),
  );
}

/** A key in the shape of SEC 1: what counts here is that the public point is in it. */
function keyOf(start: number): string {
  const spki = decodeBase64(createRootCa(random(start), 0).issuerPublicKey);
  const point = spki.subarray(spki.length - 65);
  return block("EC PRIVATE KEY", Uint8Array.from([0x30, 66 + 2, 0x03, 66, 0, ...point]));
}

it("is read as clients see it", () => {
  const root = ownRoot(certificate(1), keyOf(1));
  expect(root).toMatchObject({
    trustRoot: certificate(1),
    issuerPublicKey: createRootCa(random(1), 0).issuerPublicKey,
    caDigest: expect.stringMatching(/^[0-9a-z]{50}$/),
  });
  expect(atob(root?.issuerSubject ?? "")).toContain("our-root");
  expect(ownRoot(undefined, undefined)).toBeUndefined();
});

it.each([
  [undefined, keyOf(1), "if a signing CA key is provided, the signing CA cert must also be provided"],
  [
    certificate(1),
    undefined,
    "there must be at least one valid, reachable external CA corresponding to the desired CA certificate",
  ],
  [keyOf(1), keyOf(1), 'invalid root certificates: {"code":1003,"message":"Failed to parse certificate"}'],
  ["", "x", "if a signing CA key is provided, the signing CA cert must also be provided"],
  [certificate(1), certificate(1), 'malformed private key: {"code":2003,"message":"Failed to parse private key"}'],
  [certificate(1), keyOf(2), "certificate key mismatch"],
])("is refused in swarmkit's words %#", (cert, key, message) => {
  expect(() => ownRoot(cert, key)).toThrow(`rpc error: code = InvalidArgument desc = ${message}`);
});
