/** `docker login`, `logout` and `search`. */
import { base64Url } from "../../auth";
import type { Command } from "../../command";
import { INDEX_SERVER } from "../../config-file";
import { CliError } from "../../errors";
import { filtersQuery } from "../../filters";
import type { ListFormat } from "../../format/list";
import { renderList } from "../../format/list";
import { ellipsis } from "../../format/text";
import { registryLogin, registryLogout, registrySearch } from "../../options/registry";
import { readAll, readLine } from "../../prompt";

function serverKey(argument: string | undefined): string {
  if (!argument || argument === "docker.io") return INDEX_SERVER;
  return argument === INDEX_SERVER ? argument : argument.replace(/^https?:\/\//, "").split("/")[0] || argument;
}

export const login: Command = {
  ...registryLogin,
  run: async (ctx) => {
    const { flags, sys, config } = ctx;
    const server = serverKey(ctx.args[0]);
    let user = flags.string("username");
    let password = flags.string("password");
    if (flags.changed("password")) {
      await ctx.err("WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n");
      if (flags.bool("password-stdin")) throw new CliError("--password and --password-stdin are mutually exclusive");
    }
    if (flags.bool("password-stdin")) {
      if (user === "") throw new CliError("the --password-stdin option requires --username to be set");
      password = new TextDecoder().decode(await readAll(sys)).replace(/[\r\n]+$/, "");
    }
    if (user === "" || password === "") {
      if (!sys.tty) throw new CliError("Error: Cannot perform an interactive login from a non TTY device");
      if (user === "") {
        await ctx.out("Username: ");
        user = (await readLine(ctx)).trim();
        if (user === "") throw new CliError("Error: Non-null Username Required");
      }
      if (password === "") {
        await ctx.out("Password: ");
        password = (await readLine(ctx)).trim();
        await ctx.out("\n");
        if (password === "") throw new CliError("Error: Password Required");
      }
    }
    const answer = await ctx.client.post<{ Status?: string }>("/auth", {
      json: { username: user, password, serveraddress: server },
    });
    config.store(server, user, password);
    await ctx.err(
      `\nWARNING! Your credentials are stored unencrypted in '${config.path}'.\nConfigure a credential helper to remove this warning. See\nhttps://docs.docker.com/go/credential-store/\n\n`,
    );
    if (answer.Status) await ctx.out(`${answer.Status}\n`);
  },
};

export const logout: Command = {
  ...registryLogout,
  run: async (ctx) => {
    const server = serverKey(ctx.args[0]);
    await ctx.out(`Removing login credentials for ${server}\n`);
    ctx.config.erase(server);
  },
};

interface Found {
  name: string;
  description: string;
  star_count: number;
  is_official: boolean;
}

const searchFormat = (noTrunc: boolean): ListFormat<Found> => ({
  goType: "*registry.searchContext",
  headers: { Name: "NAME", Description: "DESCRIPTION", StarCount: "STARS", IsOfficial: "OFFICIAL" },
  table: "table {{.Name}}\\t{{.Description}}\\t{{.StarCount}}\\t{{.IsOfficial}}",
  fields: (row) => {
    const description = row.description.replaceAll("\n", " ").replaceAll("\r", " ");
    return {
      Name: () => row.name,
      Description: () => (noTrunc ? description : ellipsis(description, 45)),
      StarCount: () => String(row.star_count),
      IsOfficial: () => (row.is_official ? "[OK]" : ""),
    };
  },
});

export const search: Command = {
  ...registrySearch,
  run: async (ctx) => {
    const { flags } = ctx;
    const response = await ctx.client.request("GET", "/images/search", {
      query: {
        term: ctx.args[0],
        limit: flags.changed("limit") ? flags.int("limit") : undefined,
        filters: filtersQuery(flags.list("filter")),
      },
      headers: { "X-Registry-Auth": base64Url(JSON.stringify(ctx.config.auth(INDEX_SERVER))) },
    });
    const rows = (await response.json()) as Found[];
    await ctx.out(renderList(searchFormat(flags.bool("no-trunc")), rows, { format: flags.string("format") }));
  },
};
