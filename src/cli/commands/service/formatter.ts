/** Lists of services, as `service ls` and `stack services` show them. */
import type { PortSpec, Service } from "../../api";
import type { Context } from "../../command";
import { type ListFormat, renderList } from "../../format/list";
import { naturalCompare, shortId } from "../../format/text";
import { imageName } from "../task/list";

const SERVICE_FORMAT: ListFormat<Service> = {
  goType: "*service.serviceContext",
  headers: { ID: "ID", Name: "NAME", Mode: "MODE", Replicas: "REPLICAS", Image: "IMAGE", Ports: "PORTS" },
  table: "table {{.ID}}\\t{{.Name}}\\t{{.Mode}}\\t{{.Replicas}}\\t{{.Image}}\\t{{.Ports}}",
  quiet: "{{.ID}}",
  raw: "id: {{.ID}}\\nname: {{.Name}}\\nmode: {{.Mode}}\\nreplicas: {{.Replicas}}\\nimage: {{.Image}}\\nports: {{.Ports}}\\n",
  fields: (service) => ({
    ID: () => shortId(service.ID),
    Name: () => service.Spec.Name,
    Mode: () => modeName(service),
    Replicas: () => replicas(service),
    Image: () => imageName(service.Spec.TaskTemplate.ContainerSpec?.Image ?? "", false),
    Ports: () => ports(service.Endpoint?.Ports ?? []),
  }),
};

/** Prints services by the flags `ls` commands share. */
export async function printServices(ctx: Context, services: readonly Service[]): Promise<void> {
  const quiet = ctx.flags.bool("quiet");
  const format = ctx.flags.string("format") || (quiet ? "" : ctx.config.format("servicesFormat"));
  const sorted = [...services].sort((a, b) => naturalCompare(a.Spec.Name, b.Spec.Name));
  await ctx.out(renderList(SERVICE_FORMAT, sorted, { format, quiet }));
}

function modeName(service: Service): string {
  const { Mode: mode } = service.Spec;
  if (mode.Global) return "global";
  if (mode.Replicated) return "replicated";
  if (mode.ReplicatedJob) return "replicated job";
  return mode.GlobalJob ? "global job" : "";
}

function replicas(service: Service): string {
  const {
    RunningTasks: running = 0,
    DesiredTasks: desired = 0,
    CompletedTasks: done = 0,
  } = service.ServiceStatus ?? {};
  const { Mode: mode } = service.Spec;
  const count = `${running}/${desired}`;
  if (mode.ReplicatedJob) return `${count} (${done}/${mode.ReplicatedJob.TotalCompletions ?? 0} completed)`;
  if (mode.GlobalJob) return `${count} (${done}/${desired + done} completed)`;
  const limit = mode.Replicated ? (service.Spec.TaskTemplate.Placement?.MaxReplicas ?? 0) : 0;
  return limit > 0 ? `${count} (max ${limit} per node)` : count;
}

/** `*:8000-8001->8000-8001/tcp, *:8080->80/tcp`: neighbours merge. */
function ports(all: readonly PortSpec[]): string {
  const ingress = all
    .filter((port) => port.PublishMode === "ingress")
    .sort((a, b) => compareText(a.Protocol ?? "", b.Protocol ?? "") || published(a) - published(b));
  const runs: { first: PortSpec; length: number }[] = [];
  for (const port of ingress) {
    const run = runs.at(-1);
    const follows =
      run &&
      run.first.Protocol === port.Protocol &&
      published(run.first) + run.length === published(port) &&
      target(run.first) + run.length === target(port);
    if (follows) run.length++;
    else runs.push({ first: port, length: 1 });
  }
  return runs
    .map(({ first, length }) => `*:${span(published(first), length)}->${span(target(first), length)}/${first.Protocol}`)
    .join(", ");
}

const published = (port: PortSpec) => port.PublishedPort ?? 0;
const target = (port: PortSpec) => port.TargetPort ?? 0;
const span = (from: number, length: number) => (length === 1 ? String(from) : `${from}-${from + length - 1}`);

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
