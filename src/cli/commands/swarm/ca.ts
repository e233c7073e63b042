/** `docker swarm ca`: shows the root certificate, or makes a new one and waits until all nodes have it. */
import type { Node } from "../../api";
import type { Command, Context } from "../../command";
import { readBytes } from "../../compose/load";
import { CliError } from "../../errors";
import { swarmCa } from "../../options/swarm";
import { type Message, MessagePrinter, toStdout } from "../../progress";
import { applyCaFlags, checkExternalCa, type Swarm, updateSwarm } from "./spec";

const POLL_MILLIS = 200;
const DIGEST = "desired root digest";
const CERTS = "  rotated TLS certificates";
const ROOTS = "  rotated CA certificates";

export const ca: Command = {
  ...swarmCa,
  checks: { "external-ca": checkExternalCa },
  run: async (ctx) => {
    const { flags } = ctx;
    const swarm = await ctx.client.get<Swarm>("/swarm");
    if (!flags.bool("rotate")) {
      const early = ["ca-cert", "ca-key", "cert-expiry", "external-ca"].find((name) => flags.changed(name));
      if (early) throw new CliError(`\`--${early}\` flag requires the \`--rotate\` flag to update the CA`);
      await printRoot(ctx, swarm);
      return;
    }
    rotate(ctx, swarm);
    await updateSwarm(ctx, swarm);
    if (flags.bool("detach")) return;
    await waitForRotation(ctx);
    if (!flags.bool("quiet")) await printRoot(ctx, await ctx.client.get<Swarm>("/swarm"));
  },
};

function rotate(ctx: Context, swarm: Swarm): void {
  const { flags } = ctx;
  const cert = flags.changed("ca-cert");
  const external = flags.list("external-ca").length > 0;
  if (external && !cert)
    throw new CliError(
      "rotating to an external CA requires the `--ca-cert` flag to specify the external CA's cert - to add an external CA with the current root CA certificate, use the `update` command instead",
    );
  if (cert && !external && !flags.changed("ca-key"))
    throw new CliError(
      "the --ca-cert flag requires that a --ca-key flag and/or --external-ca flag be provided as well",
    );
  applyCaFlags(ctx, swarm.Spec);
  const { CAConfig: config } = swarm.Spec;
  const pem = (name: string) => new TextDecoder().decode(readBytes(ctx.sys, flags.string(name)));
  config.SigningCACert = cert ? pem("ca-cert") : "";
  config.SigningCAKey = flags.changed("ca-key") ? pem("ca-key") : "";
  config.ForceRotate = (config.ForceRotate ?? 0) + 1;
}

async function printRoot(ctx: Context, swarm: Swarm): Promise<void> {
  const root = swarm.TLSInfo?.TrustRoot ?? "";
  if (root === "") throw new CliError("No CA information available");
  await ctx.out(`${root.trim()}\n`);
}

async function waitForRotation(ctx: Context): Promise<void> {
  const printer = ctx.flags.bool("quiet") ? undefined : new MessagePrinter(toStdout(ctx));
  const show = async (message: Message) => printer?.print(message);
  const stop = new AbortController();
  const undo = ctx.sys.onSignal("SIGINT", () => stop.abort());
  await show({ id: DIGEST, status: "", progressDetail: {} });
  await show({ id: CERTS, status: "", progressDetail: {} });
  await show({ id: ROOTS, status: " ", progressDetail: {} });
  try {
    while (!(await look(ctx, show))) {
      await ctx.sys.clock.sleep(POLL_MILLIS, stop.signal).catch((error: unknown) => {
        if (!stop.signal.aborted) throw error;
      });
      if (!stop.signal.aborted) continue;
      await show({ status: "Operation continuing in background." });
      await show({ status: "Use `swarmctl cluster inspect default` to check progress." });
      return;
    }
  } finally {
    undo();
  }
}

/** True when every node has the new certificate and trusts the new root. */
async function look(ctx: Context, show: (message: Message) => Promise<void>): Promise<boolean> {
  const swarm = await ctx.client.get<Swarm>("/swarm");
  const nodes = (await ctx.client.get<Node[] | null>("/nodes")) ?? [];
  const wanted = swarm.TLSInfo ?? {};
  const total = nodes.length;
  const certs = nodes.filter(
    ({ Description: { TLSInfo: info } }) =>
      info?.CertIssuerPublicKey === wanted.CertIssuerPublicKey && info?.CertIssuerSubject === wanted.CertIssuerSubject,
  ).length;
  const roots = nodes.filter((node) => node.Description.TLSInfo?.TrustRoot === wanted.TrustRoot).length;
  const allCerts = certs === total && !swarm.RootRotationInProgress;
  await show({ id: DIGEST, status: await digestOf(wanted.TrustRoot ?? ""), progressDetail: {} });
  await show({ id: CERTS, status: "", progressDetail: { current: certs, total, units: "nodes" } });
  await show({ id: ROOTS, status: " ", progressDetail: { current: allCerts ? roots : 0, total, units: "nodes" } });
  return allCerts && roots === total;
}

async function digestOf(text: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return `sha256:${[...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
