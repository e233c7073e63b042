/**
 * Waits until a service has become what was asked for, and shows how it goes: the service, its tasks and the nodes are
 * asked for five times a second. When all tasks run they are watched for the service's monitoring time.
 */
import type { Node, Service, Task } from "../../api";
import { segment } from "../../client";
import type { Context } from "../../command";
import { CliError } from "../../errors";
import { encodeFilters } from "../../filters";
import { type Message, MessagePrinter, toStdout } from "../../progress";
import { makeUpdater, type Updater } from "./progress-updaters";

const POLL_MILLIS = 200;
const MONITOR_MILLIS = 5000;

/** `id` is the service as the command was given it. Throws CliError when the update is paused. */
export async function waitOnService(ctx: Context, id: string, quiet: boolean): Promise<void> {
  const printer = quiet ? undefined : new MessagePrinter(toStdout(ctx));
  const stop = new AbortController();
  const undo = ctx.sys.onSignal("SIGINT", () => stop.abort());
  try {
    await new Waiting(ctx, id, async (message) => printer?.print(message), stop.signal).run();
  } finally {
    undo();
  }
}

type Show = (message: Message) => Promise<void>;

class Waiting {
  private updater: Updater | undefined;
  private converged = false;
  private convergedAt: number | undefined;
  private monitor = MONITOR_MILLIS;
  private rollback = false;
  private lastWords: Message | undefined;

  constructor(
    private readonly ctx: Context,
    private readonly id: string,
    private readonly show: Show,
    private readonly interrupted: AbortSignal,
  ) {}

  async run(): Promise<void> {
    while (!(await this.poll())) {
      await this.ctx.sys.clock.sleep(POLL_MILLIS, this.interrupted).catch((error: unknown) => {
        if (!this.interrupted.aborted) throw error;
      });
      if (!this.interrupted.aborted) continue;
      if (!this.converged) {
        await this.show({ status: "Operation continuing in background." });
        await this.show({ status: `Use \`docker service ps ${this.id}\` to check progress.` });
      }
      return;
    }
  }

  /** One look; true when there is nothing more to wait for. */
  private async poll(): Promise<boolean> {
    const { client } = this.ctx;
    const service = await client.get<Service>(`/services/${segment(this.id)}`, { insertDefaults: "false" });
    this.monitor = (service.Spec.UpdateConfig?.Monitor ?? 0) / 1e6 || this.monitor;
    this.updater ??= makeUpdater(service, this.show);
    if (await this.followUpdate(service)) return true;
    if (this.converged && this.sinceConverged() >= this.monitor) {
      await this.step("verify", `Service ${this.id} converged`);
      if (this.lastWords) await this.show(this.lastWords);
      return true;
    }
    const filters = encodeFilters({ service: { [this.id]: true }, "_up-to-date": { true: true } });
    const tasks = (await client.get<Task[] | null>("/tasks", { filters })) ?? [];
    const nodes = (await client.get<Node[] | null>("/nodes")) ?? [];
    const active = new Set(nodes.filter((node) => node.Status.State !== "down").map((node) => node.ID));
    this.converged = await this.updater.update(service, tasks, active, this.rollback);
    return await this.afterLook(service);
  }

  private async afterLook(service: Service): Promise<boolean> {
    if (!this.converged) {
      if (this.convergedAt !== undefined) await this.step("verify", "Detected task failure");
      this.convergedAt = undefined;
      return false;
    }
    if (service.JobStatus) {
      await this.show({ status: "job complete" });
      return true;
    }
    this.convergedAt ??= this.ctx.sys.clock.now();
    const wait = this.monitor - this.sinceConverged();
    if (wait >= 0) {
      const seconds = Math.max(1, Math.ceil(wait / 1000));
      await this.step("verify", `Waiting ${seconds} seconds to verify that tasks are stable...`);
    }
    return false;
  }

  /** True when the update has ended behind our back. */
  private async followUpdate(service: Service): Promise<boolean> {
    const { State: state, Message: text = "" } = service.UpdateStatus ?? {};
    switch (state) {
      case "updating":
        this.rollback = false;
        return false;
      case "completed":
        return !this.converged;
      case "paused":
        throw new CliError(`service update paused: ${text}`);
      case "rollback_started":
        if (!this.rollback && text !== "") await this.step("rollback", text);
        this.rollback = true;
        return false;
      case "rollback_paused":
        throw new CliError(`service rollback paused: ${text}`);
      case "rollback_completed":
        if (!this.converged) this.lastWords = { id: "rollback", status: text };
        this.rollback = true;
        return false;
      default:
        return false;
    }
  }

  private sinceConverged(): number {
    return this.ctx.sys.clock.now() - (this.convergedAt ?? 0);
  }

  private step(id: string, status: string): Promise<void> {
    return this.show({ id, status, progressDetail: {} });
  }
}
