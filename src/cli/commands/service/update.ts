/** `docker service update` and `docker service rollback`. */
import type { Service } from "../../api";
import { segment } from "../../client";
import type { Command, Context } from "../../command";
import { CliError } from "../../errors";
import { serviceRollback, serviceUpdate } from "../../options/service";
import { UPDATE_CHECKS } from "./flag-checks";
import { resolveImage, serviceAuth } from "./image";
import { waitOnService } from "./progress";
import { applyUpdate } from "./update-spec";

export const getService = (ctx: Context, name: string) =>
  ctx.client.get<Service>(`/services/${segment(name)}`, { insertDefaults: "false" });

interface SendOptions {
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly warning?: string | undefined;
}

/** Sends the specification of a service anew and prints what the daemon remarks. */
export async function sendService(ctx: Context, service: Service, options: SendOptions = {}): Promise<void> {
  const answer = await ctx.client.post<{ Warnings?: string[] | null } | undefined>(`/services/${service.ID}/update`, {
    query: { ...options.query, version: service.Version.Index },
    json: service.Spec,
    ...(options.headers ? { headers: options.headers } : {}),
  });
  for (const line of [...(answer?.Warnings ?? []), ...(options.warning ? [options.warning] : [])])
    await ctx.err(`${line}\n`);
}

export const update: Command = {
  ...serviceUpdate,
  checks: UPDATE_CHECKS,
  completes: ["service"],
  run: async (ctx) => {
    const { flags } = ctx;
    const [name = ""] = ctx.args;
    const service = await getService(ctx, name);
    if (flags.bool("rollback")) {
      const others = serviceUpdate.flags.filter(({ name }) => !["rollback", "detach", "quiet"].includes(name));
      if (others.some((flag) => flags.changed(flag.name)))
        throw new CliError("other flags may not be combined with --rollback");
      await sendService(ctx, service, { query: { registryAuthFrom: "spec", rollback: "previous" } });
    } else {
      await sendUpdate(ctx, service);
    }
    await finish(ctx, name);
  },
};

async function sendUpdate(ctx: Context, service: Service): Promise<void> {
  const { flags } = ctx;
  const sendAuth = flags.bool("with-registry-auth");
  await applyUpdate(ctx, service.Spec);
  const headers = serviceAuth(ctx, service.Spec.TaskTemplate.ContainerSpec?.Image ?? "", sendAuth);
  const warning = flags.changed("image")
    ? await resolveImage(ctx, service.Spec, { query: !flags.bool("no-resolve-image"), sendAuth })
    : undefined;
  await sendService(ctx, service, { query: sendAuth ? {} : { registryAuthFrom: "spec" }, headers, warning });
}

async function finish(ctx: Context, name: string): Promise<void> {
  await ctx.out(`${name}\n`);
  if (!ctx.flags.bool("detach")) await waitOnService(ctx, name, ctx.flags.bool("quiet"));
}

export const rollback: Command = {
  ...serviceRollback,
  completes: ["service"],
  run: async (ctx) => {
    const [name = ""] = ctx.args;
    await sendService(ctx, await getService(ctx, name), { query: { rollback: "previous" } });
    await finish(ctx, name);
  },
};
