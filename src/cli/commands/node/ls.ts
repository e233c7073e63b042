/** `docker node ls` and `docker node ps`. */
import type { Info, Node, Task, TlsInfo } from "../../api";
import { segment } from "../../client";
import type { Command, Context } from "../../command";
import { CliError } from "../../errors";
import { filtersQuery } from "../../filters";
import { type ListFormat, renderList } from "../../format/list";
import { capital } from "../../format/pretty";
import { naturalCompare } from "../../format/text";
import { nodeLs, nodePs } from "../../options/node";
import { printTasks } from "../task/list";

interface ClusterInfo extends Info {
  readonly Swarm?: Info["Swarm"] & { readonly Cluster?: { readonly TLSInfo?: TlsInfo } | null };
}

function nodeFormat(info: ClusterInfo): ListFormat<Node> {
  return {
    goType: "*node.nodeContext",
    headers: {
      ID: "ID",
      Self: "",
      Hostname: "HOSTNAME",
      Status: "STATUS",
      Availability: "AVAILABILITY",
      ManagerStatus: "MANAGER STATUS",
      EngineVersion: "ENGINE VERSION",
      TLSStatus: "TLS STATUS",
    },
    table:
      "table {{.ID}} {{if .Self}}*{{else}} {{end}}\\t{{.Hostname}}\\t{{.Status}}\\t{{.Availability}}\\t{{.ManagerStatus}}\\t{{.EngineVersion}}",
    quiet: "{{.ID}}",
    raw: "node_id: {{.ID}}\\nhostname: {{.Hostname}}\\nstatus: {{.Status}}\\navailability: {{.Availability}}\\nmanager_status: {{.ManagerStatus}}\\n",
    fields: (node) => ({
      ID: () => node.ID,
      Self: () => node.ID === info.Swarm?.NodeID,
      Hostname: () => node.Description.Hostname,
      Status: () => capital(node.Status.State),
      Availability: () => capital(node.Spec.Availability),
      ManagerStatus: () => managerStatus(node),
      EngineVersion: () => node.Description.Engine?.EngineVersion ?? "",
      TLSStatus: () => tlsStatus(node.Description.TLSInfo, info.Swarm?.Cluster?.TLSInfo),
    }),
  };
}

function managerStatus(node: Node): string {
  if (!node.ManagerStatus) return "";
  return node.ManagerStatus.Leader ? "Leader" : capital(node.ManagerStatus.Reachability);
}

function tlsStatus(own: TlsInfo | undefined, wanted: TlsInfo | undefined): string {
  if (!own?.TrustRoot || !wanted?.TrustRoot) return "Unknown";
  const same =
    own.TrustRoot === wanted.TrustRoot &&
    own.CertIssuerPublicKey === wanted.CertIssuerPublicKey &&
    own.CertIssuerSubject === wanted.CertIssuerSubject;
  return same ? "Ready" : "Needs Rotation";
}

export const ls: Command = {
  ...nodeLs,
  run: async (ctx) => {
    const filters = filtersQuery(ctx.flags.list("filter"));
    const nodes = (await ctx.client.get<Node[] | null>("/nodes", { filters })) ?? [];
    const quiet = ctx.flags.bool("quiet");
    const info = nodes.length > 0 && !quiet ? await ctx.client.get<ClusterInfo>("/info") : {};
    nodes.sort((a, b) => naturalCompare(a.Description.Hostname, b.Description.Hostname));
    const format = ctx.flags.string("format") || (quiet ? "" : ctx.config.format("nodesFormat"));
    await ctx.out(renderList(nodeFormat(info), nodes, { format, quiet }));
  },
};

/** `self` as the id of the node that answers. */
export async function nodeReference(ctx: Context, name: string): Promise<string> {
  if (name !== "self") return name;
  const id = (await ctx.client.get<Info>("/info")).Swarm?.NodeID ?? "";
  if (id !== "") return id;
  // Outside of a swarm this says so.
  await ctx.client.get("/nodes");
  throw new CliError("node ID not found in /info");
}

export const ps: Command = {
  ...nodePs,
  completes: ["node"],
  run: async (ctx) => {
    const names = ctx.args.length > 0 ? ctx.args : ["self"];
    const tasks: Task[] = [];
    const failures: string[] = [];
    for (const name of names) {
      try {
        const node = await ctx.client.get<Node>(`/nodes/${segment(await nodeReference(ctx, name))}`);
        const filters = filtersQuery([...ctx.flags.list("filter"), `node=${node.ID}`]);
        tasks.push(...((await ctx.client.get<Task[] | null>("/tasks", { filters })) ?? []));
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        failures.push(error.message);
      }
    }
    if (failures.length === 0 || tasks.length > 0) await printTasks(ctx, tasks);
    if (failures.length > 0) throw new CliError(failures.join("\n"));
  },
};
