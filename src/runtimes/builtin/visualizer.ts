/** dockersamples/visualizer: a page of the swarm's nodes and tasks, read through the daemon's socket when there is one. */
import type { Program } from "../../api/process";
import { respond, untilSignal } from "./http";

/** Asks the daemon behind the mounted `/var/run/docker.sock`: a path of the Engine API to its JSON. */
export type DockerHook = (path: string) => Promise<unknown>;

interface Node {
  readonly ID: string;
  readonly Description?: { readonly Hostname?: string };
  readonly Spec?: { readonly Role?: string };
  readonly Status?: { readonly State?: string };
}

interface Task {
  readonly ID: string;
  readonly NodeID?: string;
  readonly ServiceID?: string;
  readonly Slot?: number;
  readonly DesiredState?: string;
  readonly Status?: { readonly State?: string };
  readonly Spec?: { readonly ContainerSpec?: { readonly Image?: string } };
}

interface Service {
  readonly ID: string;
  readonly Spec?: { readonly Name?: string };
}

export function visualizerProgram(docker?: DockerHook): Program {
  return async (sys) => {
    const port = Number(sys.env.PORT ?? 8080);
    const hook = docker && sys.files.exists("/var/run/docker.sock") ? docker : undefined;
    sys.net.listen(port, {
      http: async (request) => {
        if (request.path === "/health") return respond(200, "OK", [["Content-Type", "text/plain; charset=utf-8"]]);
        return respond(200, await page(hook), [["Content-Type", "text/html; charset=utf-8"]]);
      },
    });
    await sys.stdout.write("\n> swarmVisualizer@0.0.1 start\n> node server.js\n\n");
    await untilSignal(sys, ["SIGTERM", "SIGINT"]);
    return 0;
  };
}

const markup = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

async function page(docker: DockerHook | undefined): Promise<string> {
  const body = docker
    ? await swarm(docker).catch(() => "<p>This node is not a swarm manager.</p>")
    : "<p>Mount /var/run/docker.sock to see the swarm.</p>";
  const style =
    "body{font-family:sans-serif;background:#254356;color:#fff}.node{display:inline-block;vertical-align:top;margin:8px;padding:8px;border:1px solid #8ab;min-width:180px}.task{background:#fff;color:#222;margin:6px 0;padding:6px;border-left:6px solid #2a6}.task.other{border-color:#c44}";
  return `<!DOCTYPE html>\n<html>\n<head><meta charset="utf-8"><title>Visualizer</title><meta http-equiv="refresh" content="2"><style>${style}</style></head>\n<body>\n${body}\n</body>\n</html>\n`;
}

async function swarm(docker: DockerHook): Promise<string> {
  const [nodes, tasks, services] = (await Promise.all([docker("/nodes"), docker("/tasks"), docker("/services")])) as [
    Node[],
    Task[],
    Service[],
  ];
  const names = new Map(services.map((service) => [service.ID, service.Spec?.Name ?? service.ID]));
  const box = (node: Node) => {
    const own = tasks.filter((task) => task.NodeID === node.ID && task.DesiredState === "running");
    const rows = own.map((task) => {
      const state = task.Status?.State ?? "";
      const title = `${names.get(task.ServiceID ?? "") ?? ""}.${task.Slot ?? ""}`;
      return `<div class="task${state === "running" ? "" : " other"}"><b>${markup(title)}</b><br>image: ${markup((task.Spec?.ContainerSpec?.Image ?? "").split("@")[0] ?? "")}<br>state: ${markup(state)}</div>`;
    });
    return `<div class="node"><h2>${markup(node.Description?.Hostname ?? node.ID)}</h2><p>${markup(node.Spec?.Role ?? "")} - ${markup(node.Status?.State ?? "")}</p>${rows.join("")}</div>`;
  };
  return nodes.map(box).join("\n");
}
