/**
 * `docker stack deploy`: what a Compose file asks for is made in order, networks, secrets, configs, services; within a
 * kind by name. There is no stack on the daemon's side, only labels.
 */
import type { Info, Service, ServiceSpec } from "../../api";
import type { Command, Context } from "../../command";
import { convertService } from "../../compose/convert-service";
import { IMAGE_LABEL, scoped } from "../../compose/namespace";
import type { Config, FileObjectConfig, FileReference, ServiceConfig } from "../../compose/types";
import { CliError } from "../../errors";
import { stackDeploy } from "../../options/stack";
import { resolveImage, serviceAuth } from "../service/image";
import { waitOnService } from "../service/progress";
import { configReferences, type NamedFile, secretReferences } from "../service/references";
import { loadForDeploy } from "./compose-file";
import { checkStackName } from "./name";
import { createFileObjects, createNetworks, stackServices, wrapped } from "./objects";
import { removeServices } from "./remove";

const DETACH_NOTICE = `Since --detach=false was not specified, tasks will be created in the background.
In a future release, --detach=false will become the default.
`;

export const deploy: Command = {
  ...stackDeploy,
  completes: ["stack"],
  run: async (ctx) => {
    const { flags } = ctx;
    const [stack = ""] = ctx.args;
    checkStackName(stack);
    const config = await loadForDeploy(ctx);
    if (flags.bool("detach") && !flags.changed("detach")) await ctx.err(DETACH_NOTICE);
    const resolve = flags.string("resolve-image");
    if (!["always", "changed", "never"].includes(resolve))
      throw new CliError(`Invalid option ${resolve} for flag --resolve-image`);
    await checkManager(ctx);
    if (flags.bool("prune")) await pruneServices(ctx, stack, config);
    await createNetworks(ctx, stack, config);
    await createFileObjects(ctx, "secret", stack, config.secrets);
    await createFileObjects(ctx, "config", stack, config.configs);
    const specs = await convertServices(ctx, stack, config);
    const ids = await deployServices(ctx, stack, specs, resolve);
    if (!flags.bool("detach")) await waitForAll(ctx, ids);
  },
};

async function checkManager(ctx: Context): Promise<void> {
  const info = await ctx.client.get<Info>("/info");
  if (info.Swarm?.ControlAvailable) return;
  throw new CliError(
    'this node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again',
  );
}

async function pruneServices(ctx: Context, stack: string, config: Config): Promise<void> {
  const wanted = new Set([...config.services.keys()].map((name) => scoped(stack, name)));
  await removeServices(
    ctx,
    (await stackServices(ctx, stack)).filter((service) => !wanted.has(service.Spec.Name)),
  );
}

async function convertServices(ctx: Context, stack: string, config: Config): Promise<ServiceSpec[]> {
  const specs: ServiceSpec[] = [];
  for (const service of config.services.values()) {
    await wrapped(`service ${service.name}`, async () => {
      const secrets = await secretReferences(ctx, named(stack, "secret", service.secrets, config.secrets));
      const configs = await configReferences(ctx, configFiles(stack, service, config));
      secrets.sort((a, b) => compareText(a.SecretName, b.SecretName));
      configs.sort((a, b) => compareText(a.ConfigName, b.ConfigName));
      specs.push(convertService(stack, service, config, { secrets, configs }));
    });
  }
  return specs;
}

function configFiles(stack: string, service: ServiceConfig, config: Config): NamedFile[] {
  const files = named(stack, "config", service.configs, config.configs);
  const credential = service.credential_spec?.config;
  if (!credential) return files;
  return [...files, ...named(stack, "config", [{ source: credential }], config.configs)];
}

function named(
  stack: string,
  kind: string,
  references: readonly FileReference[] = [],
  objects: ReadonlyMap<string, FileObjectConfig>,
): NamedFile[] {
  return references.map(({ source = "", target, uid, gid, mode }) => {
    const object = objects.get(source);
    if (!object) throw new CliError(`undefined ${kind} "${source}"`);
    const file = { Name: target || source, UID: uid || "0", GID: gid || "0", Mode: mode ?? 0o444 };
    return { name: object.name || scoped(stack, source), file };
  });
}

async function deployServices(
  ctx: Context,
  stack: string,
  specs: readonly ServiceSpec[],
  resolve: string,
): Promise<string[]> {
  const existing = new Map((await stackServices(ctx, stack)).map((service) => [service.Spec.Name, service]));
  const ids: string[] = [];
  for (const spec of specs) {
    const found = existing.get(spec.Name);
    ids.push(found ? await update(ctx, spec, found, resolve) : await create(ctx, spec, resolve));
  }
  return ids;
}

async function create(ctx: Context, spec: ServiceSpec, resolve: string): Promise<string> {
  const sendAuth = ctx.flags.bool("with-registry-auth");
  await ctx.out(`Creating service ${spec.Name}\n`);
  const headers = serviceAuth(ctx, spec.TaskTemplate.ContainerSpec?.Image ?? "", sendAuth);
  await resolveImage(ctx, spec, { query: resolve !== "never", sendAuth });
  const created = await wrapped(`failed to create service ${spec.Name}`, () =>
    ctx.client.post<{ ID: string }>("/services/create", { json: spec, headers }),
  );
  return created.ID;
}

async function update(ctx: Context, spec: ServiceSpec, found: Service, resolve: string): Promise<string> {
  const sendAuth = ctx.flags.bool("with-registry-auth");
  await ctx.out(`Updating service ${spec.Name} (id: ${found.ID})\n`);
  const container = spec.TaskTemplate.ContainerSpec;
  const headers = serviceAuth(ctx, container?.Image ?? "", sendAuth);
  const unchanged = container?.Image === found.Spec.Labels?.[IMAGE_LABEL];
  if (container && unchanged && resolve !== "always") {
    // The digest that was found last time stays, or the tasks would start anew.
    container.Image = found.Spec.TaskTemplate.ContainerSpec?.Image ?? container.Image;
  }
  spec.TaskTemplate.ForceUpdate = found.Spec.TaskTemplate.ForceUpdate ?? 0;
  const query = resolve === "always" || (resolve === "changed" && !unchanged);
  const warning = await resolveImage(ctx, spec, { query, sendAuth });
  const answer = await wrapped(`failed to update service ${spec.Name}`, () =>
    ctx.client.post<{ Warnings?: string[] | null }>(`/services/${found.ID}/update`, {
      query: { version: found.Version.Index },
      json: spec,
      headers,
    }),
  );
  for (const line of [...(answer.Warnings ?? []), ...(warning ? [warning] : [])]) await ctx.err(`${line}\n`);
  return found.ID;
}

async function waitForAll(ctx: Context, ids: readonly string[]): Promise<void> {
  const failures: string[] = [];
  for (const id of ids) {
    try {
      await waitOnService(ctx, id, ctx.flags.bool("quiet"));
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      failures.push(`${id}: ${error.message}`);
    }
  }
  if (failures.length > 0) throw new CliError(failures.join("\n"));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
