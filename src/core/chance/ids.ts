/** Identifiers in Docker's forms, drawn from a stream. */
import { hex } from "../bytes";
import type { Random } from "./random";

/** 64 hexadecimal digits: containers, local networks, execs. Never all digits in the first 12: moby rejects such ids, since a hostname must not look like a number. */
export function hexId(random: Random): string {
  for (;;) {
    const id = hex(random.bytes(32));
    if (/[a-f]/.test(id.slice(0, 12))) return id;
  }
}

/** 25 characters of [0-9a-z]: swarm objects (swarmkit `identity/randomid.go`: 17 random bytes, high bit set, base 36). */
export function swarmId(random: Random): string {
  const bytes = random.bytes(17);
  bytes[0] = (bytes[0] as number) | 0x80;
  return BigInt(`0x${hex(bytes)}`)
    .toString(36)
    .slice(1, 26)
    .padEnd(25, "0");
}

/** A locally administered unicast MAC address; random since Engine 28. */
export function macAddress(random: Random): string {
  const bytes = random.bytes(6);
  bytes[0] = ((bytes[0] as number) & 0xfe) | 0x02;
  return hex(bytes).replace(/..(?=.)/g, "$&:");
}
