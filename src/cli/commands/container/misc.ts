/** `docker export`, `commit`, `update` and `stats`. */
import { segment } from "../../client";
import type { Command, Context } from "../../command";
import { CliError } from "../../errors";
import type { ListFormat } from "../../format/list";
import { renderList } from "../../format/list";
import { shortId } from "../../format/text";
import { bytesSize, humanSize } from "../../format/units";
import { containerCommit, containerExport, containerStats, containerUpdate } from "../../options/container";
import { absolute } from "../../parse/path";
import { fullName, parseReference } from "../../parse/reference";
import { jsonLines } from "../../progress";
import { forEachArg } from "../each";
import { resources } from "./config";
import { parseRestart } from "./restart-policy";

export const exportContainer: Command = {
  ...containerExport,
  completes: ["container"],
  run: async ({ args, flags, sys, client }) => {
    const output = flags.string("output");
    if (!output && sys.tty) throw new CliError("cowardly refusing to save to a terminal. Use the -o flag or redirect");
    const response = await client.request("GET", `/containers/${segment(args[0] ?? "")}/export`);
    const data = new Uint8Array(await response.arrayBuffer());
    if (output) sys.files.writeFile(absolute(sys.cwd, output), data, 0o600);
    else await sys.stdout.write(data);
  },
};

export const commit: Command = {
  ...containerCommit,
  completes: ["container"],
  run: async (ctx) => {
    const { args, flags, client } = ctx;
    const ref = args[1] ? parseReference(args[1]) : undefined;
    const answer = await client.post<{ Id: string }>("/commit", {
      query: {
        container: args[0],
        repo: ref ? fullName(ref) : undefined,
        tag: ref ? (ref.tag ?? "latest") : undefined,
        comment: flags.string("message") || undefined,
        author: flags.string("author") || undefined,
        changes: flags.list("change"),
        pause: flags.bool("pause") ? undefined : "0",
      },
      json: null,
    });
    await ctx.out(`${answer.Id}\n`);
  },
};

export const update: Command = {
  ...containerUpdate,
  completes: ["container"],
  run: async (ctx) => {
    if (!containerUpdate.flags.some((flag) => ctx.flags.changed(flag.name))) {
      throw new CliError("you must provide one or more flags when using this command");
    }
    const restart = ctx.flags.string("restart");
    const json = {
      ...resources(ctx),
      RestartPolicy: restart ? parseRestart(restart) : { Name: "", MaximumRetryCount: 0 },
    };
    const warnings: string[] = [];
    const code = await forEachArg(ctx, async (name) => {
      const answer = await ctx.client.post<{ Warnings?: string[] | null }>(`/containers/${segment(name)}/update`, {
        json,
      });
      warnings.push(...(answer.Warnings ?? []));
    });
    if (warnings.length > 0) await ctx.out(warnings.join("\n"));
    return code;
  },
};

interface CpuStats {
  cpu_usage?: { total_usage?: number };
  system_cpu_usage?: number;
  online_cpus?: number;
}

interface Stats {
  id?: string;
  name?: string;
  read?: string;
  cpu_stats?: CpuStats;
  precpu_stats?: CpuStats;
  memory_stats?: { usage?: number; limit?: number; stats?: Record<string, number> };
  networks?: Record<string, { rx_bytes: number; tx_bytes: number }>;
  blkio_stats?: { io_service_bytes_recursive?: { op: string; value: number }[] | null };
  pids_stats?: { current?: number };
}

interface Row {
  container: string;
  stats: Stats | undefined;
}

function statsFormat(noTrunc: boolean): ListFormat<Row> {
  return {
    goType: "*container.statsContext",
    headers: {
      Container: "CONTAINER",
      ID: "CONTAINER ID",
      Name: "NAME",
      CPUPerc: "CPU %",
      MemUsage: "MEM USAGE / LIMIT",
      MemPerc: "MEM %",
      NetIO: "NET I/O",
      BlockIO: "BLOCK I/O",
      PIDs: "PIDS",
    },
    table:
      "table {{.ID}}\\t{{.Name}}\\t{{.CPUPerc}}\\t{{.MemUsage}}\\t{{.MemPerc}}\\t{{.NetIO}}\\t{{.BlockIO}}\\t{{.PIDs}}",
    fields: ({ container, stats }) => statsFields(container, stats, noTrunc),
  };
}

function statsFields(container: string, stats: Stats | undefined, noTrunc: boolean) {
  const live = stats?.read !== undefined && !stats.read.startsWith("0001-");
  const memory = (stats?.memory_stats?.usage ?? 0) - (stats?.memory_stats?.stats?.inactive_file ?? 0);
  const limit = stats?.memory_stats?.limit ?? 0;
  const io = (operation: string) =>
    (stats?.blkio_stats?.io_service_bytes_recursive ?? [])
      .filter((entry) => entry.op.toLowerCase() === operation)
      .reduce((sum, entry) => sum + entry.value, 0);
  const net = Object.values(stats?.networks ?? {});
  const total = (key: "rx_bytes" | "tx_bytes") => net.reduce((sum, entry) => sum + entry[key], 0);
  const id = stats?.id ?? "";
  return {
    Container: () => container,
    ID: () => (noTrunc ? id : shortId(id)),
    Name: () => (stats?.name ?? "").replace(/^\//, "") || "--",
    CPUPerc: () => (live && stats ? `${cpuPercent(stats).toFixed(2)}%` : "--"),
    MemUsage: () => (live ? `${bytesSize(memory)} / ${bytesSize(limit)}` : "-- / --"),
    MemPerc: () => (live ? `${(limit > 0 ? (memory / limit) * 100 : 0).toFixed(2)}%` : "--"),
    NetIO: () => (live ? `${humanSize(total("rx_bytes"), 3)} / ${humanSize(total("tx_bytes"), 3)}` : "--"),
    BlockIO: () => (live ? `${humanSize(io("read"), 3)} / ${humanSize(io("write"), 3)}` : "--"),
    PIDs: () => (live ? String(stats?.pids_stats?.current ?? 0) : "--"),
  };
}

function cpuPercent(stats: Stats): number {
  const used = (stats.cpu_stats?.cpu_usage?.total_usage ?? 0) - (stats.precpu_stats?.cpu_usage?.total_usage ?? 0);
  const system = (stats.cpu_stats?.system_cpu_usage ?? 0) - (stats.precpu_stats?.system_cpu_usage ?? 0);
  return used > 0 && system > 0 ? (used / system) * (stats.cpu_stats?.online_cpus ?? 1) * 100 : 0;
}

async function sample(ctx: Context, name: string): Promise<Row> {
  const response = await ctx.client.request("GET", `/containers/${segment(name)}/stats`, { query: { stream: "0" } });
  for await (const value of jsonLines(response.body)) return { container: name, stats: value as Stats };
  return { container: name, stats: undefined };
}

export const stats: Command = {
  ...containerStats,
  completes: ["container"],
  run: async (ctx) => {
    const { flags, sys } = ctx;
    const shape = statsFormat(flags.bool("no-trunc"));
    const format = flags.string("format") || ctx.config.format("statsFormat");
    for (;;) {
      const names = ctx.args.length > 0 ? ctx.args : await runningIds(ctx);
      const text = renderList(shape, await Promise.all(names.map((name) => sample(ctx, name))), { format });
      if (flags.bool("no-stream")) return await ctx.out(text);
      // Home, every line cleared to its end, then whatever stood below.
      const lines = text.trimEnd().split("\n");
      await ctx.out(`\x1b[H${lines.map((line) => `${line} \x1b[K\n`).join("")}\x1b[J`);
      await sys.clock.sleep(500, sys.killed);
    }
  },
};

async function runningIds(ctx: Context): Promise<string[]> {
  const list = await ctx.client.get<{ Id: string }[]>("/containers/json", { all: ctx.flags.bool("all") });
  return list.map((container) => container.Id);
}
