/** The networks, secrets and configs of a stack: asked for, made and updated. */
import type { FileObject, Service } from "../../api";
import { segment } from "../../client";
import type { Context } from "../../command";
import { isUserDefined } from "../../compose/convert-service";
import { readBytes } from "../../compose/load";
import { scoped, stackFilter, stackLabels } from "../../compose/namespace";
import type { Config, FileObjectConfig, NetworkConfig } from "../../compose/types";
import { CliError, isNotFound } from "../../errors";
import { base64 } from "../../parse/base64";

export interface StackNetwork {
  readonly Id: string;
  readonly Name: string;
  readonly Scope?: string;
}

export async function stackObjects<T>(ctx: Context, kind: string, stack: string): Promise<T[]> {
  return (await ctx.client.get<T[] | null>(`/${kind}`, { filters: stackFilter(stack) })) ?? [];
}

export const stackServices = (ctx: Context, stack: string) => stackObjects<Service>(ctx, "services", stack);

/** Adds a sentence before what went wrong. */
export async function wrapped<T>(words: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof CliError) throw new CliError(`${words}: ${error.message}`, error.exitCode);
    throw error;
  }
}

/** Makes the networks that the services use and that are not there yet. */
export async function createNetworks(ctx: Context, stack: string, config: Config): Promise<void> {
  const used = new Set<string>();
  for (const service of config.services.values()) {
    for (const name of service.networks?.size ? service.networks.keys() : ["default"]) used.add(name);
  }
  const names = [...used].sort();
  for (const name of names) {
    const network = config.networks.get(name);
    if (network?.external?.external) await checkExternal(ctx, network.name ?? name);
  }
  const existing = new Set((await stackObjects<StackNetwork>(ctx, "networks", stack)).map((found) => found.Name));
  for (const key of names) {
    const network = config.networks.get(key) ?? {};
    const name = network.name || scoped(stack, key);
    if (network.external?.external || existing.has(name)) continue;
    await ctx.out(`Creating network ${name}\n`);
    await wrapped(`failed to create network ${name}`, () =>
      ctx.client.post("/networks/create", { json: networkBody(stack, name, network) }),
    );
  }
}

async function checkExternal(ctx: Context, name: string): Promise<void> {
  if (!isUserDefined(name)) return;
  const declared = `network "${name}" is declared as external, but`;
  const found = await ctx.client.get<StackNetwork>(`/networks/${segment(name)}`).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
    throw new CliError(
      `${declared} could not be found. You need to create a swarm-scoped network before the stack is deployed`,
    );
  });
  if (found.Scope !== "swarm")
    throw new CliError(`${declared} it is not in the right scope: "${found.Scope}" instead of "swarm"`);
}

function networkBody(stack: string, name: string, network: NetworkConfig): object {
  const { driver: ipamDriver = "", config: subnets = [] } = network.ipam ?? {};
  const ipam = {
    Driver: ipamDriver,
    Options: null,
    Config: subnets.length > 0 ? subnets.map(({ subnet = "" }) => (subnet ? { Subnet: subnet } : {})) : null,
  };
  return {
    Driver: network.driver || "overlay",
    Scope: "",
    IPAM: ipamDriver !== "" || subnets.length > 0 ? ipam : null,
    Internal: network.internal ?? false,
    Attachable: network.attachable ?? false,
    Ingress: false,
    ConfigOnly: false,
    ConfigFrom: null,
    Options: network.driver_opts ? Object.fromEntries(network.driver_opts) : null,
    Labels: stackLabels(stack, network.labels),
    Name: name,
  };
}

/** Makes the secrets or configs of the file; those that exist are updated silently. */
export async function createFileObjects(
  ctx: Context,
  kind: "secret" | "config",
  stack: string,
  objects: ReadonlyMap<string, FileObjectConfig>,
): Promise<void> {
  const specs = [...objects]
    .filter(([, object]) => !object.external?.external)
    .map(([key, object]) => fileObjectSpec(ctx, stack, key, object));
  for (const spec of specs) {
    const found = await ctx.client.get<FileObject>(`/${kind}s/${segment(spec.Name)}`).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
    if (found) {
      const query = { version: found.Version.Index };
      await wrapped(`failed to update ${kind} ${spec.Name}`, () =>
        ctx.client.post(`/${kind}s/${found.ID}/update`, { query, json: spec }),
      );
      continue;
    }
    await ctx.out(`Creating ${kind} ${spec.Name}\n`);
    await wrapped(`failed to create ${kind} ${spec.Name}`, () => ctx.client.post(`/${kind}s/create`, { json: spec }));
  }
}

function fileObjectSpec(ctx: Context, stack: string, key: string, object: FileObjectConfig) {
  const annotations = { Name: object.name || scoped(stack, key), Labels: stackLabels(stack, object.labels) };
  const templating = object.template_driver ? { Templating: { Name: object.template_driver } } : {};
  if (object.driver) {
    const options = object.driver_opts?.size ? { Options: Object.fromEntries(object.driver_opts) } : {};
    return { ...annotations, Driver: { Name: object.driver, ...options }, ...templating };
  }
  return { ...annotations, Data: base64(readBytes(ctx.sys, object.file ?? "")), ...templating };
}
