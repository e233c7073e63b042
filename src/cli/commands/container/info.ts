/** Commands that tell about containers: logs, inspect, port, top, diff. */
import { segment } from "../../client";
import type { Command } from "../../command";
import { CliError } from "../../errors";
import { inspectAll } from "../../format/inspect";
import { table } from "../../format/table";
import { naturalCompare } from "../../format/text";
import { containerDiff, containerInspect, containerLogs, containerPort, containerTop } from "../../options/container";
import { timestamp } from "../../parse/timestamp";
import { copyFrames, copyRaw } from "./stream";

interface Inspected {
  Id: string;
  Config: { Tty: boolean };
  NetworkSettings: { Ports?: Record<string, { HostIp: string; HostPort: string }[] | null> | null };
}

export const logs: Command = {
  ...containerLogs,
  completes: ["container"],
  run: async ({ client, args, flags, sys }) => {
    const container = await client.get<Inspected>(`/containers/${segment(args[0] ?? "")}/json`);
    const now = sys.clock.now();
    const response = await client.request("GET", `/containers/${container.Id}/logs`, {
      query: {
        stdout: true,
        stderr: true,
        follow: flags.bool("follow"),
        timestamps: flags.bool("timestamps"),
        details: flags.bool("details"),
        since: flags.changed("since") ? timestamp(flags.string("since"), now, "since") : undefined,
        until: flags.changed("until") ? timestamp(flags.string("until"), now, "until") : undefined,
        tail: flags.string("tail") || "all",
      },
    });
    await (container.Config.Tty ? copyRaw(response.body, sys) : copyFrames(response.body, sys));
  },
};

export const inspect: Command = {
  ...containerInspect,
  completes: ["container"],
  run: (ctx) =>
    inspectAll(ctx, ctx.args, (name) =>
      ctx.client.get(`/containers/${segment(name)}/json`, { size: ctx.flags.bool("size") }),
    ),
};

export const port: Command = {
  ...containerPort,
  completes: ["container"],
  run: async (ctx) => {
    const [name = "", wanted] = ctx.args;
    const container = await ctx.client.get<Inspected>(`/containers/${segment(name)}/json`);
    const ports = container.NetworkSettings.Ports ?? {};
    const address = (p: { HostIp: string; HostPort: string }) =>
      `${p.HostIp.includes(":") ? `[${p.HostIp}]` : p.HostIp}:${p.HostPort}`;
    if (wanted !== undefined) {
      const [number = "", proto = "tcp"] = wanted.split("/");
      if (!/^\d+$/.test(number))
        throw new CliError(
          `Error: invalid port (${number}): strconv.ParseUint: parsing ${JSON.stringify(number)}: invalid syntax`,
        );
      const found = ports[`${number}/${proto}`];
      if (!found) throw new CliError(`Error: No public port '${wanted}' published for ${name}`);
      await ctx.out(found.map((p) => `${address(p)}\n`).join(""));
      return;
    }
    const lines = Object.entries(ports).flatMap(([key, list]) => (list ?? []).map((p) => `${key} -> ${address(p)}`));
    await ctx.out(
      lines
        .sort(naturalCompare)
        .map((line) => `${line}\n`)
        .join(""),
    );
  },
};

export const top: Command = {
  ...containerTop,
  completes: ["container"],
  run: async (ctx) => {
    const [name = "", ...options] = ctx.args;
    const answer = await ctx.client.get<{ Titles: string[]; Processes: string[][] | null }>(
      `/containers/${segment(name)}/top`,
      { ps_args: options.length > 0 ? options.join(" ") : undefined },
    );
    await ctx.out(table([answer.Titles, ...(answer.Processes ?? [])], 20, 3));
  },
};

const KINDS = ["C", "A", "D"];

export const diff: Command = {
  ...containerDiff,
  completes: ["container"],
  run: async (ctx) => {
    const [name = ""] = ctx.args;
    const changes = await ctx.client.get<{ Path: string; Kind: number }[] | null>(
      `/containers/${segment(name)}/changes`,
    );
    await ctx.out((changes ?? []).map((change) => `${KINDS[change.Kind]} ${change.Path}\n`).join(""));
  },
};
