/** The `docker context` commands: here there is one context, `default`, the daemon of this machine. */
import type { Command, Context, Group } from "../../command";
import { requireContext } from "../../contexts";
import { inspectAll } from "../../format/inspect";
import { renderList } from "../../format/list";
import { contextInspect, contextLs, contextShow, contextUse } from "../../options/context";

const OVERRIDE =
  "Warning: DOCKER_HOST environment variable overrides the active context. To use a context, either set the global --context flag, or unset DOCKER_HOST environment variable.\n";

const describe = (host: string) => ({
  Name: "default",
  Description: host === "" ? "Current DOCKER_HOST based configuration" : "Current DOCKER_HOST based configuration",
  DockerEndpoint: host,
  Current: true,
  Error: "",
});

const ls: Command = {
  ...contextLs,
  run: async (ctx) => {
    const format = {
      goType: "*formatter.clientContextContext",
      headers: {
        Name: "NAME",
        Description: "DESCRIPTION",
        DockerEndpoint: "DOCKER ENDPOINT",
        Error: "ERROR",
        Current: "",
      },
      table: "table {{.Name}}{{if .Current}} *{{end}}\\t{{.Description}}\\t{{.DockerEndpoint}}\\t{{.Error}}",
      quiet: "{{.Name}}",
      fields: (row: ReturnType<typeof describe>) => ({
        Name: () => row.Name,
        Description: () => row.Description,
        DockerEndpoint: () => row.DockerEndpoint,
        Error: () => row.Error,
        Current: () => row.Current,
      }),
    };
    const options = { format: ctx.flags.string("format"), quiet: ctx.flags.bool("quiet") };
    // The header of the name has no star: it is a heading, not the current context.
    const text = renderList(format, [describe(ctx.client.host)], options);
    await ctx.out(text.replace(/^NAME \*/, "NAME  "));
    if (ctx.sys.env.DOCKER_HOST) await ctx.err(OVERRIDE);
  },
};

const show: Command = { ...contextShow, run: (ctx) => ctx.out(`${ctx.config.currentContext}\n`) };

const inspect: Command = {
  ...contextInspect,
  completes: ["context"],
  run: (ctx: Context) =>
    inspectAll(ctx, ctx.args.length > 0 ? ctx.args : ["default"], async (name) => {
      await requireContext(ctx.sys, name);
      return {
        Name: name,
        Metadata: {},
        Endpoints: { docker: { Host: ctx.client.host, SkipTLSVerify: false } },
        TLSMaterial: {},
        Storage: { MetadataPath: "<IN MEMORY>", TLSPath: "<IN MEMORY>" },
      };
    }),
};

const use: Command = {
  ...contextUse,
  completes: ["context"],
  run: async (ctx) => {
    const [name = ""] = ctx.args;
    await requireContext(ctx.sys, name);
    ctx.config.currentContext = name;
    await ctx.out(`${name}\n`);
    await ctx.err(`Current context is now ${JSON.stringify(name)}\n`);
    if (ctx.sys.env.DOCKER_HOST) await ctx.err(OVERRIDE);
  },
};

export const context: Group = { name: "context", short: "Manage contexts", commands: [inspect, ls, show, use] };
