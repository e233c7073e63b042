/** `docker swarm update`, `unlock` and `unlock-key`. */
import type { Info } from "../../api";
import type { Command } from "../../command";
import { CliError, messageOf } from "../../errors";
import { commandHelp } from "../../help";
import { swarmUnlock, swarmUnlockKey, swarmUpdate } from "../../options/swarm";
import { readLine } from "../../prompt";
import { applyFlags, checkExternalCa, type Swarm, unlockKeyOf, unlockText, updateSwarm } from "./spec";

export const update: Command = {
  ...swarmUpdate,
  checks: { "external-ca": checkExternalCa },
  run: async (ctx) => {
    if (!swarmUpdate.flags.some((flag) => ctx.flags.changed(flag.name))) {
      await ctx.out(commandHelp(ctx.path, swarmUpdate, ctx.sys.tty?.columns ?? 80));
      return;
    }
    const swarm = await ctx.client.get<Swarm>("/swarm");
    const wasLocked = swarm.Spec.EncryptionConfig.AutoLockManagers;
    applyFlags(ctx, swarm.Spec);
    await updateSwarm(ctx, swarm);
    await ctx.out("Swarm updated.\n");
    if (!wasLocked && swarm.Spec.EncryptionConfig.AutoLockManagers) await ctx.out(unlockText(await unlockKeyOf(ctx)));
  },
};

export const unlock: Command = {
  ...swarmUnlock,
  run: async (ctx) => {
    const info = await ctx.client.get<Info>("/info");
    const state = info.Swarm?.LocalNodeState ?? "";
    if (state === "inactive" || state === "") throw new CliError("Error: This node is not part of a swarm");
    if (state !== "locked") throw new CliError("Error: swarm is not locked");
    const { tty } = ctx.sys;
    if (tty) await ctx.out("Enter unlock key: ");
    const key = (await readLine(ctx)).trim();
    await ctx.client.post("/swarm/unlock", { json: { UnlockKey: key } });
  },
};

export const unlockKey: Command = {
  ...swarmUnlockKey,
  run: async (ctx) => {
    const quiet = ctx.flags.bool("quiet");
    if (ctx.flags.bool("rotate")) {
      const swarm = await ctx.client.get<Swarm>("/swarm");
      if (!swarm.Spec.EncryptionConfig.AutoLockManagers)
        throw new CliError("cannot rotate because autolock is not turned on");
      await updateSwarm(ctx, swarm, { unlockKey: true });
      if (!quiet) await ctx.out("Successfully rotated manager unlock key.\n\n");
    }
    const key = await unlockKeyOf(ctx).catch((error: unknown) => {
      throw new CliError(`could not fetch unlock key: ${messageOf(error)}`);
    });
    if (key === "") throw new CliError("no unlock key is set");
    await ctx.out(quiet ? `${key}\n` : unlockText(key));
  },
};
