/**
 * A machine's way to the registry: how long a question takes, how fast bytes come, and what Docker says when nobody
 * answers. A slow or lossy cable slows TCP down as it does everywhere.
 */
import { type DockerError, systemError } from "../errors";
import type { MachineRow } from "../machine/tables";
import type { View } from "../store/store";
import type { Millis } from "../time/agenda";

/** Bytes of a connection on their way at most, and of one segment. */
const WINDOW = 4 * 1024 * 1024;
const SEGMENT = 1460;
/** Milliseconds there and back when the cable adds nothing. */
const ROUND: Millis = 10;
/** A name that no server resolves; a connection that nobody accepts (moby gives a registry fifteen seconds). */
const LOOKUP_TIMEOUT: Millis = 10_000;
const CONNECT_TIMEOUT: Millis = 15_000;

export interface RegistryLine {
  /** A question and its answer that usually take `usual`. */
  readonly question: (usual: Millis) => Millis;
  /** Bytes per millisecond, at most `most`. */
  readonly rate: (most: number) => number;
  /** Set when there is no way: the words, and after which time they come. */
  readonly broken?: { readonly error: DockerError; readonly after: Millis };
}

export function registryLine(view: View, machine: string, host = "registry-1.docker.io", path = "/v2/"): RegistryLine {
  const row = view.table("machines").get(machine);
  const { latency = 0, loss = 0 } = row ?? {};
  const slow = row?.registry?.slow ?? 1;
  const round = ROUND + 2 * latency;
  const capacity = Math.min(WINDOW / round, loss > 0 ? (SEGMENT * 1.22) / (round * Math.sqrt(loss)) : Infinity);
  const line = {
    question: (usual: Millis) => (usual + 2 * latency) * slow,
    rate: (most: number) => Math.min(most, capacity) / slow,
  };
  const broken = brokenBy(host, path, row);
  return broken ? { ...line, broken } : line;
}

function brokenBy(host: string, path: string, row: MachineRow | undefined): RegistryLine["broken"] {
  if (!row) return undefined;
  const url = `Get "https://${host}${path}": `;
  if (row.network === "cut" || (row.loss ?? 0) >= 1) {
    const server = row.address.replace(/\.\d+$/, ".1");
    const port = 32_768 + ((row.bootedAt + row.address.length * 7919) % 28_000);
    const text = `dial tcp: lookup ${host} on ${server}:53: read udp ${row.address}:${port}->${server}:53: i/o timeout`;
    return { error: systemError(url + text), after: LOOKUP_TIMEOUT };
  }
  if (!row.registry?.unreachable) return undefined;
  const text =
    "net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)";
  return { error: systemError(url + text), after: CONNECT_TIMEOUT };
}
