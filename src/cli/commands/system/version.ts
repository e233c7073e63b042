/** `docker version`. */
import { API_VERSION } from "../../client";
import type { Command, Context } from "../../command";
import { CliError, messageOf } from "../../errors";
import { goJson } from "../../format/go-value";
import { structFault } from "../../format/struct-fault";
import { table } from "../../format/table";
import { compileTemplate } from "../../format/template";
import { systemVersion } from "../../options/system";

interface Component {
  Name: string;
  Version: string;
  Details?: Record<string, string> | null;
}

interface ServerVersion {
  Platform?: { Name: string };
  Components?: Component[] | null;
  Version: string;
  ApiVersion: string;
  MinAPIVersion?: string;
  GitCommit: string;
  GoVersion: string;
  Os: string;
  Arch: string;
  KernelVersion?: string;
  BuildTime?: string;
}

const BUILT = "Fri May 30 12:07:14 2025";

/** Members that a server leaves out of its JSON. */
const UNSAID = { Experimental: false };

export const version: Command = {
  ...systemVersion,
  run: async (ctx) => {
    const format = ctx.flags.string("format");
    const render = format === "" || format === "json" ? undefined : compile(format);
    let server: ServerVersion | undefined;
    let problem: unknown;
    try {
      server = withComponents(await ctx.client.get<ServerVersion>("/version"));
    } catch (error) {
      problem = error;
    }
    const client = await clientInfo(ctx);
    if (format === "json") await ctx.out(`${goJson({ Client: client, Server: server ?? null }, true)}\n`);
    else if (render)
      await ctx.out(
        `${await execute(ctx, render, { Client: client, Server: server ? Object.assign(Object.create(UNSAID), server) : null })}\n`,
      );
    else await ctx.out(text(client, server));
    if (problem !== undefined) throw problem;
  },
};

async function clientInfo(ctx: Context) {
  return {
    Version: "28.2.2",
    ApiVersion: await ctx.client.version(),
    DefaultAPIVersion: API_VERSION,
    GitCommit: "e6534b4",
    GoVersion: "go1.24.3",
    Os: "linux",
    Arch: "amd64",
    BuildTime: BUILT,
    Context: ctx.config.currentContext,
  };
}

function compile(format: string) {
  try {
    return compileTemplate(format);
  } catch (error) {
    throw new CliError(`template parsing error: ${messageOf(error).replace("template: :", "template: version:")}`, 64);
  }
}

async function execute(ctx: Context, render: (data: unknown) => string, data: unknown): Promise<string> {
  try {
    return render(data);
  } catch (error) {
    await ctx.out("\n"); // the line that was begun ends
    const types = { "": "system.versionInfo", Client: "system.clientVersion", Server: "*types.Version" };
    throw new CliError(
      structFault(messageOf(error), types)
        .replace("template: :", "template: version:")
        .replace('executing ""', 'executing "version"'),
    );
  }
}

/** Old daemons tell only about themselves. */
function withComponents(server: ServerVersion): ServerVersion {
  if (server.Components && server.Components.length > 0) return server;
  const { ApiVersion, MinAPIVersion = "", GitCommit, GoVersion, Os, Arch, BuildTime = "" } = server;
  const Details = { ApiVersion, MinAPIVersion, GitCommit, GoVersion, Os, Arch, BuildTime, Experimental: "false" };
  return { ...server, Components: [{ Name: "Engine", Version: server.Version, Details }] };
}

function text(client: Awaited<ReturnType<typeof clientInfo>>, server: ServerVersion | undefined): string {
  const api = client.ApiVersion === API_VERSION ? API_VERSION : `${client.ApiVersion} (downgraded from ${API_VERSION})`;
  const rows = [
    [" Version:", client.Version],
    [" API version:", api],
    [" Go version:", client.GoVersion],
    [" Git commit:", client.GitCommit],
    [" Built:", client.BuildTime],
    [" OS/Arch:", `${client.Os}/${client.Arch}`],
    [" Context:", client.Context],
  ];
  if (!server) return `Client:\n${table(rows, 20, 1)}`;
  const platform = server.Platform?.Name ? ` ${server.Platform.Name}` : "";
  const blocks = (server.Components ?? []).map(component).join("");
  return `Client:\n${table(rows, 20, 1)}\nServer:${platform}\n${blocks}`;
}

const ENGINE_ROWS = [
  ["API version", "ApiVersion"],
  ["Go version", "GoVersion"],
  ["Git commit", "GitCommit"],
  ["Built", "BuildTime"],
  ["OS/Arch", "Os"],
  ["Experimental", "Experimental"],
] as const;

function component({ Name, Version, Details }: Component): string {
  const details = Details ?? {};
  const rows: string[][] = [["  Version:", Version]];
  if (Name === "Engine") {
    for (const [label, key] of ENGINE_ROWS) {
      let value = details[key] ?? "";
      if (key === "ApiVersion" && details.MinAPIVersion) value += ` (minimum version ${details.MinAPIVersion})`;
      if (key === "BuildTime") value = builtTime(value);
      if (key === "Os") value = `${details.Os}/${details.Arch}`;
      rows.push([`  ${label}:`, value]);
    }
  } else {
    for (const key of Object.keys(details).sort()) rows.push([`  ${key}:`, details[key] ?? ""]);
  }
  return ` ${Name}:\n${table(rows, 20, 1)}`;
}

/** RFC 3339 as C's asctime. */
function builtTime(value: string): string {
  const at = Date.parse(value);
  if (Number.isNaN(at)) return value;
  const parts = new Date(at).toUTCString().split(/[ ,]+/);
  const [day, date = "", month, year, time] = parts;
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`;
}
