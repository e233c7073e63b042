/** `docker node inspect`. */
import type { Node } from "../../api";
import { segment } from "../../client";
import type { Command } from "../../command";
import { capital, inspectOrPretty, labelLines, prettyTime } from "../../format/pretty";
import { bytesSize } from "../../format/units";
import { nodeInspect } from "../../options/node";
import { nodeReference } from "./ls";

export const inspect: Command = {
  ...nodeInspect,
  completes: ["node"],
  run: (ctx) =>
    inspectOrPretty(
      ctx,
      async (name) => await ctx.client.get<Node>(`/nodes/${segment(await nodeReference(ctx, name))}`),
      pretty,
      "node",
    ),
};

function pretty(node: Node): string {
  const { Description: description, Status: status, Spec: spec } = node;
  const labels = labelLines(spec.Labels);
  return [
    `ID:\t\t\t${node.ID}`,
    ...(spec.Name ? [`Name:\t\t\t${spec.Name}`] : []),
    ...(labels.length > 0 ? ["Labels:", ...labels] : []),
    `Hostname:              \t${description.Hostname}`,
    `Joined at:             \t${prettyTime(node.CreatedAt)}`,
    "Status:",
    ` State:\t\t\t${capital(status.State)}`,
    ...(status.Message ? [` Message:              \t${capital(status.Message)}`] : []),
    ` Availability:         \t${capital(spec.Availability)}`,
    ...(status.Addr ? [` Address:\t\t${status.Addr}`] : []),
    ...managerLines(node),
    "Platform:",
    ` Operating System:\t${description.Platform?.OS ?? ""}`,
    ` Architecture:\t\t${description.Platform?.Architecture ?? ""}`,
    "Resources:",
    ` CPUs:\t\t\t${Math.trunc((description.Resources?.NanoCPUs ?? 0) / 1e9)}`,
    ` Memory:\t\t${bytesSize(description.Resources?.MemoryBytes ?? 0)}`,
    ...engineLines(node),
    ...tlsLines(node),
  ].join("\n");
}

function managerLines({ ManagerStatus: status }: Node): string[] {
  if (!status) return [];
  return [
    "Manager Status:",
    ` Address:\t\t${status.Addr}`,
    ` Raft Status:\t\t${capital(status.Reachability)}`,
    ` Leader:\t\t${status.Leader ? "Yes" : "No"}`,
  ];
}

function engineLines({ Description: { Engine: engine = {} } }: Node): string[] {
  const plugins = new Map<string, string[]>();
  for (const { Type: type, Name: name } of engine.Plugins ?? []) {
    plugins.set(type, [...(plugins.get(type) ?? []), name]);
  }
  const lines = [...plugins]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, names]) => ` ${type}:\t\t${names.join(", ")}`);
  const labels = labelLines(engine.Labels);
  return [
    ...(lines.length > 0 ? ["Plugins:", ...lines] : []),
    `Engine Version:\t\t${engine.EngineVersion ?? ""}`,
    ...(labels.length > 0 ? ["Engine Labels:", ...labels] : []),
  ];
}

function tlsLines({ Description: { TLSInfo: info } }: Node): string[] {
  if (!info?.TrustRoot) return [];
  return [
    "TLS Info:",
    " TrustRoot:",
    info.TrustRoot,
    ` Issuer Subject:\t${info.CertIssuerSubject ?? ""}`,
    ` Issuer Public Key:\t${info.CertIssuerPublicKey ?? ""}`,
  ];
}
