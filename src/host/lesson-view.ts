/** The cluster as the lessons' checks look at it. */
import type { View } from "../core/store/store";
import type { LessonView } from "../lessons";
import { familiar, serviceView } from "./views/swarm-views";

export function lessonView(
  view: View,
  machine: string,
  readFile: (path: string) => string | undefined,
  pushed: string[],
): LessonView {
  return {
    readFile,
    images: view
      .table("images")
      .by("machine", machine)
      .map((image) => ({
        id: image.imageId,
        tags: [...image.repoTags],
        exposedPorts: Object.keys(image.config.ExposedPorts ?? {}),
        env: [...(image.config.Env ?? [])],
        workdir: image.config.WorkingDir ?? "",
        command: [...(image.config.Cmd ?? [])],
      })),
    containers: [...view.table("containers").all()]
      .filter((row) => !row.buildId)
      .map((row) => ({
        id: row.id,
        image: withTag(familiar(row.image)),
        running: row.state === "running",
        ports: view
          .table("ports")
          .by("machine", row.machine)
          .flatMap((port) =>
            port.target.kind === "container" && port.target.containerId === row.id
              ? [{ published: port.port, target: port.target.port }]
              : [],
          ),
        ...(row.taskId ? { taskId: row.taskId } : {}),
      })),
    services: [...view.table("services").all()].map((row) => {
      const shown = serviceView(view, row.id);
      const limits = row.spec.TaskTemplate?.Resources?.Limits;
      return {
        id: row.id,
        name: row.spec.Name ?? "",
        image: shown?.image ?? "",
        replicas: shown?.replicas ?? 0,
        updatedAt: row.updatedAt,
        published: shown?.ports.map((port) => port.published) ?? [],
        networks: (shown?.networks ?? []).map((id) => view.table("networks").by("network", id)[0]?.name ?? id),
        cpus: (limits?.NanoCPUs ?? 0) / 1e9,
        memory: limits?.MemoryBytes ?? 0,
      };
    }),
    tasks: [...view.table("tasks").all()].map((row) => ({
      id: row.id,
      serviceId: row.serviceId,
      state: row.status.state,
      desiredState: row.desiredState,
      image: familiar(row.spec.ContainerSpec?.Image),
      createdAt: row.createdAt,
    })),
    swarmActive: view.table("swarmNodes").has(machine),
    pushed,
  };
}

const withTag = (image: string) => (/:[^/]+$/.test(image) ? image : `${image}:latest`);
