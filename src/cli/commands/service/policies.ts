/** Restart and update policies from flags: what is not said is what the daemon would take itself. */
import type { RestartPolicy, UpdateConfig } from "../../api";
import type { Flags } from "../../flags";

const RESTART = ["restart-condition", "restart-delay", "restart-max-attempts", "restart-window"];

/** `base` changed by the flags; without one of them `base` itself. */
export function restartPolicy(flags: Flags, base?: RestartPolicy): RestartPolicy | undefined {
  if (!RESTART.some((name) => flags.changed(name))) return base;
  const start = base ?? { Condition: "any", Delay: 5e9, MaxAttempts: 0 };
  return {
    ...start,
    ...(flags.changed("restart-condition") ? { Condition: flags.string("restart-condition") } : {}),
    ...(flags.changed("restart-delay") ? { Delay: flags.duration("restart-delay") } : {}),
    ...(flags.changed("restart-max-attempts") ? { MaxAttempts: flags.int("restart-max-attempts") } : {}),
    ...(flags.changed("restart-window") ? { Window: flags.duration("restart-window") } : {}),
  };
}

/** The same for `--update-*` and `--rollback-*`. */
export function changePolicy(flags: Flags, kind: "update" | "rollback", base?: UpdateConfig): UpdateConfig | undefined {
  const changed = (name: string) => flags.changed(`${kind}-${name}`);
  const names = ["parallelism", "delay", "failure-action", "monitor", "max-failure-ratio", "order"];
  if (!names.some(changed)) return base;
  const start = base ?? {
    Parallelism: 1,
    FailureAction: "pause",
    Monitor: 5e9,
    MaxFailureRatio: 0,
    Order: "stop-first",
  };
  return {
    ...start,
    ...(changed("parallelism") ? { Parallelism: flags.int(`${kind}-parallelism`) } : {}),
    ...(changed("delay") ? { Delay: flags.duration(`${kind}-delay`) } : {}),
    ...(changed("failure-action") ? { FailureAction: flags.string(`${kind}-failure-action`) } : {}),
    ...(changed("monitor") ? { Monitor: flags.duration(`${kind}-monitor`) } : {}),
    ...(changed("max-failure-ratio") ? { MaxFailureRatio: Number(flags.string(`${kind}-max-failure-ratio`)) } : {}),
    ...(changed("order") ? { Order: flags.string(`${kind}-order`) } : {}),
  };
}
