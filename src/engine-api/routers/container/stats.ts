/**
 * `GET /containers/NAME/stats`, by what programs cost (`core/engine/process-cost`): an idle one shows no processor time
 * and little memory, as a real one does.
 */
import { cpuTimeOf, memoryOf } from "../../../core/engine/process-cost";
import { processesIn } from "../../../core/engine/processes";
import type { ContainerRow } from "../../../core/engine/tables";
import type { View } from "../../../core/store/store";
import type { Millis } from "../../../core/time/agenda";
import { rfc3339Nano } from "../../../core/time/calendar";
import type { Backend } from "../../backend";
import { jsonLines } from "../../streams";
import { timeText } from "./convert";
import { hasSandbox, type Json, networksJson } from "./network-settings";

const NANO = 1e9;
/** Between two samples. */
const INTERVAL: Millis = 1000;

export interface StatsOptions {
  readonly stream: boolean;
  readonly oneShot: boolean;
}

interface Sample {
  readonly at: Millis;
  readonly cpu: number; // nanoseconds
}

export function statsResponse(backend: Backend, request: Request, row: ContainerRow, options: StatsOptions): Response {
  return jsonLines(backend, request, async (send, signal) => {
    let before: Sample | undefined;
    if (!options.oneShot && isRunning(backend.view, row)) {
      before = sample(backend, row);
      await backend.sleep(INTERVAL, signal).catch(() => undefined);
    }
    while (!signal.aborted) {
      const now = backend.view.table("containers").get(row.id);
      if (!now) return;
      if (hasSandbox(now)) {
        const next = sample(backend, now);
        send(statsJson(backend, now, next, before));
        before = next;
      } else send(emptyStats(now));
      if (!options.stream) return;
      await backend.sleep(INTERVAL, signal).catch(() => undefined);
    }
  });
}

function isRunning(view: View, row: ContainerRow): boolean {
  const now = view.table("containers").get(row.id);
  return now !== undefined && hasSandbox(now);
}

function sample(backend: Backend, row: ContainerRow): Sample {
  const millis = processesIn(backend.view, row).reduce((sum, process) => sum + cpuTimeOf(backend.view, process), 0);
  return { at: backend.now(), cpu: millis * 1e6 };
}

function statsJson(backend: Backend, row: ContainerRow, now: Sample, before: Sample | undefined): Json {
  const { view, machine } = backend;
  const host = view.table("machines").get(machine);
  const cpus = Math.round((host?.nanoCpus ?? 2 * NANO) / NANO);
  const uptime = (at: Millis) => Math.round((at - (host?.bootedAt ?? 0)) * 1e6 * cpus);
  const memory = Math.round(processesIn(view, row).reduce((sum, process) => sum + memoryOf(view, process), 0));
  return {
    name: `/${row.name}`,
    id: row.id,
    read: rfc3339Nano(now.at),
    preread: before ? rfc3339Nano(before.at) : timeText(0),
    pids_stats: { current: processesIn(view, row).length },
    blkio_stats: blkio([]),
    num_procs: 0,
    storage_stats: {},
    cpu_stats: cpuStats(now.cpu, uptime(now.at), cpus),
    precpu_stats: before ? cpuStats(before.cpu, uptime(before.at), cpus) : NO_CPU,
    memory_stats: {
      usage: memory,
      stats: { inactive_file: 0 },
      limit: row.hostConfig.Memory || (host?.memory ?? 0),
    },
    networks: Object.fromEntries(Object.keys(networksJson(view, row, false)).map((_, n) => [`eth${n}`, NO_TRAFFIC])),
  };
}

const cpuStats = (total: number, system: number, cpus: number): Json => ({
  cpu_usage: { total_usage: Math.round(total), usage_in_kernelmode: 0, usage_in_usermode: Math.round(total) },
  system_cpu_usage: system,
  online_cpus: cpus,
  throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
});

const NO_CPU: Json = {
  cpu_usage: { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 },
  throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
};

const NO_TRAFFIC = {
  rx_bytes: 0,
  rx_packets: 0,
  rx_errors: 0,
  rx_dropped: 0,
  tx_bytes: 0,
  tx_packets: 0,
  tx_errors: 0,
  tx_dropped: 0,
};

const BLKIO =
  "io_service_bytes_recursive io_serviced_recursive io_queue_recursive io_service_time_recursive io_wait_time_recursive io_merged_recursive io_time_recursive sectors_recursive".split(
    " ",
  );
const blkio = (value: unknown): Json => Object.fromEntries(BLKIO.map((field) => [field, value]));

/** What a container that does not run has: nothing. */
const emptyStats = (row: ContainerRow): Json => ({
  name: `/${row.name}`,
  id: row.id,
  read: timeText(0),
  preread: timeText(0),
  pids_stats: {},
  blkio_stats: blkio(null),
  num_procs: 0,
  storage_stats: {},
  cpu_stats: NO_CPU,
  precpu_stats: NO_CPU,
  memory_stats: {},
});
