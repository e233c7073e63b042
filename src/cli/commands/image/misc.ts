/** The smaller image commands: tag, history, inspect, save, load, import. */
import { segment } from "../../client";
import type { Command } from "../../command";
import { CliError, messageOf } from "../../errors";
import { inspectAll } from "../../format/inspect";
import type { ListFormat } from "../../format/list";
import { renderList } from "../../format/list";
import { ellipsis, shortId } from "../../format/text";
import { humanDuration, humanSize } from "../../format/units";
import { imageHistory, imageImport, imageInspect, imageLoad, imageSave, imageTag } from "../../options/image";
import { absolute } from "../../parse/path";
import { fullName, parseReference, withDefaultTag } from "../../parse/reference";
import { showMessages, toStdout } from "../../progress";
import { readAll } from "../../prompt";

export const tag: Command = {
  ...imageTag,
  completes: ["image"],
  run: async (ctx) => {
    const [source = "", target = ""] = ctx.args;
    const parse = (text: string) => {
      try {
        return withDefaultTag(parseReference(text));
      } catch (error) {
        throw new CliError(
          `Error parsing reference: ${JSON.stringify(text)} is not a valid repository/tag: ${messageOf(error)}`,
        );
      }
    };
    if (!/^(sha256:)?[0-9a-f]{64}$/.test(source)) parse(source);
    const ref = parse(target);
    if (ref.digest && !ref.tag) throw new CliError("refusing to create a tag with a digest reference");
    await ctx.client.post(`/images/${segment(source)}/tag`, { query: { repo: fullName(ref), tag: ref.tag } });
  },
};

interface Layer {
  Id: string;
  Created: number;
  CreatedBy: string;
  Size: number;
  Comment: string;
}

function historyFormat(now: number, noTrunc: boolean, human: boolean): ListFormat<Layer> {
  return {
    goType: "*image.historyContext",
    headers: {
      ID: "IMAGE",
      CreatedSince: human ? "CREATED" : "CREATED AT",
      CreatedAt: "CREATED AT",
      CreatedBy: "CREATED BY",
      Size: "SIZE",
      Comment: "COMMENT",
    },
    table: `table {{.ID}}\\t{{.CreatedSince}}\\t{{.CreatedBy}}\\t{{.Size}}\\t{{.Comment}}`,
    quiet: "{{.ID}}",
    fields: (row) => {
      const at = new Date(row.Created * 1000).toISOString().replace(".000Z", "Z");
      const by = row.CreatedBy.replaceAll("\t", " ");
      return {
        ID: () => (noTrunc ? row.Id : shortId(row.Id)),
        CreatedAt: () => (row.Created < 0 ? "" : at),
        CreatedSince: () => (human ? `${humanDuration(now - row.Created * 1000)} ago` : at),
        CreatedBy: () => (noTrunc ? by : ellipsis(by, 45)),
        Size: () => (human ? humanSize(row.Size, 3) : String(row.Size)),
        Comment: () => row.Comment,
      };
    },
  };
}

export const history: Command = {
  ...imageHistory,
  completes: ["image"],
  run: async (ctx) => {
    const { flags } = ctx;
    const layers = await ctx.client.get<Layer[]>(`/images/${segment(ctx.args[0] ?? "")}/history`);
    const shape = historyFormat(ctx.sys.clock.now(), flags.bool("no-trunc"), flags.bool("human"));
    await ctx.out(renderList(shape, layers, { format: flags.string("format"), quiet: flags.bool("quiet") }));
  },
};

export const inspect: Command = {
  ...imageInspect,
  completes: ["image"],
  run: (ctx) => inspectAll(ctx, ctx.args, (name) => ctx.client.get(`/images/${segment(name)}/json`), "image"),
};

export const save: Command = {
  ...imageSave,
  completes: ["image"],
  run: async (ctx) => {
    const { sys } = ctx;
    const output = ctx.flags.string("output");
    if (!output && sys.tty) throw new CliError("cowardly refusing to save to a terminal. Use the -o flag or redirect");
    const response = await ctx.client.request("GET", "/images/get", { query: { names: ctx.args } });
    const data = new Uint8Array(await response.arrayBuffer());
    if (output) sys.files.writeFile(absolute(sys.cwd, output), data, 0o600);
    else await sys.stdout.write(data);
  },
};

export const load: Command = {
  ...imageLoad,
  run: async (ctx) => {
    const { sys, flags } = ctx;
    const input = flags.string("input");
    const path = absolute(sys.cwd, input);
    if (!input && sys.tty) throw new CliError("requested load from stdin, but stdin is empty");
    if (input && !sys.files.exists(path)) throw new CliError(`open ${input}: no such file or directory`);
    const body = input ? sys.files.readFile(path) : await readAll(sys);
    const response = await ctx.client.request("POST", "/images/load", {
      query: { quiet: flags.bool("quiet") || !sys.tty ? "1" : "0" },
      headers: { "Content-Type": "application/x-tar" },
      body,
    });
    if ((response.headers.get("content-type") ?? "").startsWith("application/json")) {
      await showMessages(response.body, toStdout(ctx));
    } else {
      await ctx.out(await response.text());
    }
  },
};

export const importImage: Command = {
  ...imageImport,
  run: async (ctx) => {
    const { sys, flags, args } = ctx;
    const [source = "", name = ""] = args;
    const ref = name ? parseReference(name) : undefined;
    const remote = /^https?:\/\//.test(source);
    const path = absolute(sys.cwd, source);
    if (!remote && source !== "-" && !sys.files.exists(path))
      throw new CliError(`open ${source}: no such file or directory`);
    const body = remote ? undefined : source === "-" ? await readAll(sys) : sys.files.readFile(path);
    const response = await ctx.client.request("POST", "/images/create", {
      query: {
        fromSrc: remote ? source : "-",
        repo: ref ? name.replace(/:[^/:]*$/, "") : undefined,
        tag: ref?.tag,
        message: flags.string("message") || undefined,
        changes: flags.list("change"),
        platform: flags.string("platform") || undefined,
      },
      headers: { "Content-Type": "application/x-tar" },
      ...(body ? { body } : {}),
    });
    await showMessages(response.body, toStdout(ctx));
  },
};
