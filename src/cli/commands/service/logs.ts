/** `docker service logs`: the lines of all tasks, each with its task and node before it. */
import type { Service, Task } from "../../api";
import { segment } from "../../client";
import type { Command, Context } from "../../command";
import { CliError, isNotFound } from "../../errors";
import { serviceLogs } from "../../options/service";
import { timestamp } from "../../parse/timestamp";
import { copyFrames, copyRaw } from "../container/stream";
import { Resolver } from "../task/resolver";
import { getService } from "./update";

interface Target {
  readonly path: string;
  readonly tty: boolean;
  /** Digits of the longest task number. */
  readonly width: number;
}

interface LoggedTask extends Task {
  readonly Spec: { readonly ContainerSpec?: { readonly Image: string; readonly TTY?: boolean } };
}

export const logs: Command = {
  ...serviceLogs,
  completes: ["service"],
  run: async (ctx) => {
    const { flags, client, sys } = ctx;
    const raw = flags.bool("raw");
    const target = await findTarget(ctx, ctx.args[0] ?? "");
    if (target.tty && !raw) throw new CliError("tty service logs only supported with --raw");
    const response = await client.request("GET", `${target.path}/logs`, {
      query: {
        stdout: true,
        stderr: true,
        since: flags.changed("since") ? timestamp(flags.string("since"), sys.clock.now(), "since") : undefined,
        timestamps: flags.bool("timestamps"),
        follow: flags.bool("follow"),
        tail: flags.string("tail") || "all",
        // The details say which task a line comes from.
        details: raw ? flags.bool("details") : true,
      },
    });
    if (target.tty) await copyRaw(response.body, sys);
    else if (raw) await copyFrames(response.body, sys);
    else {
      const prefix = new Prefixes(ctx, target.width);
      const stdout = new LineWriter(ctx, prefix, ctx.out);
      const stderr = new LineWriter(ctx, prefix, ctx.err);
      await copyFrames(response.body, { stdout, stderr });
    }
  },
};

async function findTarget(ctx: Context, name: string): Promise<Target> {
  const service = await orNotFound<Service>(getService(ctx, name));
  if (service) {
    return {
      path: `/services/${segment(name)}`,
      tty: service.Spec.TaskTemplate.ContainerSpec?.TTY ?? false,
      width: digits(service.Spec.Mode.Replicated?.Replicas ?? 1),
    };
  }
  const task = await orNotFound(ctx.client.get<LoggedTask>(`/tasks/${segment(name)}`));
  if (!task) throw new CliError(`no such task or service: ${name}`);
  const tty = task.Spec.ContainerSpec?.TTY ?? false;
  return { path: `/tasks/${segment(name)}`, tty, width: digits(task.Slot ?? 0) };
}

const digits = (number: number) => String(number).length;

async function orNotFound<T>(asked: Promise<T>): Promise<T | undefined> {
  return await asked.catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
}

/** Where a line comes from, as text; asked for once per task. */
class Prefixes {
  private readonly known = new Map<string, string>();
  private readonly resolver: Resolver;

  constructor(
    private readonly ctx: Context,
    private readonly width: number,
  ) {
    this.resolver = new Resolver(ctx, ctx.flags.bool("no-resolve"));
  }

  async of(node: string, service: string, task: string): Promise<string> {
    const key = `${node} ${service} ${task}`;
    const found = this.known.get(key) ?? (await this.make(node, service, task));
    this.known.set(key, found);
    return found;
  }

  private async make(nodeId: string, serviceId: string, taskId: string): Promise<string> {
    const { flags, client } = this.ctx;
    const node = await this.resolver.node(nodeId);
    const service = await this.resolver.service(serviceId);
    const task = await client.get<Task>(`/tasks/${segment(taskId)}`);
    const slot = task.Slot ?? 0;
    const id = flags.bool("no-trunc") ? task.ID : task.ID.slice(0, 12);
    const name = `${service}.${slot}${flags.bool("no-task-ids") ? "" : `.${id}`}`;
    return `${name}@${node}${" ".repeat(Math.max(0, this.width - digits(slot)))}`;
  }
}

/** Cuts a stream into lines and puts the prefix before each. */
class LineWriter {
  private readonly decoder = new TextDecoder();
  private held = "";

  constructor(
    private readonly ctx: Context,
    private readonly prefixes: Prefixes,
    private readonly print: (text: string) => Promise<void>,
  ) {}

  async write(data: Uint8Array | string): Promise<void> {
    this.held += typeof data === "string" ? data : this.decoder.decode(data, { stream: true });
    const lines = this.held.split("\n");
    this.held = lines.pop() ?? "";
    for (const line of lines) await this.print(`${await this.format(line)}\n`);
  }

  private async format(line: string): Promise<string> {
    const { flags } = this.ctx;
    const timestamps = flags.bool("timestamps");
    const parts = line.split(" ");
    const time = timestamps ? `${parts.shift() ?? ""} ` : "";
    const context = parts.shift();
    if (context === undefined || parts.length === 0) throw new CliError(`invalid context in log message: ${line}`);
    const details = new Map(context.split(",").map(pair));
    const id = (kind: string) => {
      const key = `com.docker.swarm.${kind}.id`;
      const value = details.get(key);
      if (value === undefined) throw new CliError(`missing context in details: ${context}`);
      details.delete(key);
      return value;
    };
    const prefix = await this.prefixes.of(id("node"), id("service"), id("task"));
    const rest = [...details].map(([key, value]) => `${key}=${value}`).sort();
    const shown = flags.bool("details") ? `${rest.join(",")} ` : "";
    return `${time}${prefix}    | ${shown}${parts.join(" ")}`;
  }
}

function pair(text: string): [string, string] {
  const at = text.indexOf("=");
  const decode = (part: string) => decodeURIComponent(part.replaceAll("+", " "));
  return at < 0 ? [decode(text), ""] : [decode(text.slice(0, at)), decode(text.slice(at + 1))];
}
