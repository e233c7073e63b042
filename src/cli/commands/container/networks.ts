/** `--network` in its short (`mynet`) and long form (`name=mynet,alias=db,ip=10.0.0.5`). */
import type { Context } from "../../command";
import { CliError } from "../../errors";

interface Attachment {
  target: string;
  aliases: string[];
  ip: string;
  ip6: string;
}

function attachments(ctx: Context): Attachment[] {
  return ctx.flags.list("network").map((value) => {
    const attachment: Attachment = { target: value, aliases: [], ip: "", ip6: "" };
    if (!/^\w[\w-]*=/.test(value)) return attachment;
    attachment.target = "";
    for (const field of value.split(",")) {
      const at = field.indexOf("=");
      const key = field.slice(0, at).toLowerCase();
      const content = field.slice(at + 1);
      if (at < 0) throw new CliError(`invalid field ${field}`);
      if (key === "name") attachment.target = content;
      else if (key === "alias") attachment.aliases.push(content);
      else if (key === "ip") attachment.ip = content;
      else if (key === "ip6") attachment.ip6 = content;
      else if (key !== "driver-opt" && key !== "mac-address" && key !== "gw-priority") {
        throw new CliError(`invalid field key ${key}`);
      }
    }
    if (attachment.target === "") throw new CliError("network name/id is not specified");
    return attachment;
  });
}

/** The first network decides. */
export function networkMode(ctx: Context): string {
  return attachments(ctx)[0]?.target ?? "default";
}

/** One entry per network; aliases and addresses given by their own flags belong to the first one. */
export function endpoints(ctx: Context): Record<string, unknown> {
  const list = attachments(ctx);
  if (list.length === 0) list.push({ target: "default", aliases: [], ip: "", ip6: "" });
  refuseMixtures(ctx, list);
  return Object.fromEntries(
    list.map((item, index) => {
      const first = index === 0;
      const ip = item.ip || (first ? ctx.flags.string("ip") : "");
      const ip6 = item.ip6 || (first ? ctx.flags.string("ip6") : "");
      const aliases = [...item.aliases, ...(first ? ctx.flags.list("network-alias") : [])];
      return [
        item.target,
        {
          IPAMConfig: ip || ip6 ? { ...(ip && { IPv4Address: ip }), ...(ip6 && { IPv6Address: ip6 }) } : null,
          Links: null,
          Aliases: aliases.length > 0 ? aliases : null,
          MacAddress: first ? ctx.flags.string("mac-address") : "",
          DriverOpts: null,
        },
      ];
    }),
  );
}

const isUserDefined = (target: string): boolean => !/^(default|bridge|host|none|container:.*|)$/.test(target);

/** As docker/cli `container/opts.go`, parseNetworkOpts. */
function refuseMixtures({ flags }: Context, list: readonly Attachment[]): void {
  const [first] = list;
  const both = (option: string, field: string) =>
    new CliError(`conflicting options: cannot specify both --${option} and per-network ${field}`);
  if (first?.aliases.length && flags.changed("network-alias")) throw both("network-alias", "alias");
  if (first?.ip && flags.changed("ip")) throw both("ip", "IPv4 address");
  if (first?.ip6 && flags.changed("ip6")) throw both("ip6", "IPv6 address");
  for (const [index, { target, aliases }] of list.entries()) {
    const named = aliases.length > 0 || (index === 0 && flags.changed("network-alias"));
    if (named && !isUserDefined(target))
      throw new CliError("network-scoped aliases are only supported for user-defined networks");
    if (list.findIndex((other) => other.target === target) < index)
      throw new CliError(`network ${JSON.stringify(target)} is specified multiple times`);
  }
  const kinds = new Set(list.map(({ target }) => isUserDefined(target)));
  if (kinds.size > 1)
    throw new CliError("conflicting options: cannot attach both user-defined and non-user-defined network-modes");
}
