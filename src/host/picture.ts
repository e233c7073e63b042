/**
 * The cluster as the map draws it, from the core's rows: the whole at once, or what a step changed. Views are compared
 * with what was sent last, so that a row's private change sends nothing.
 */
import type {
  ContainerView,
  ImageView,
  MachineView,
  NetworkView,
  NodeView,
  Picture,
  PictureChanges,
  ServiceView,
  TaskView,
} from "../api/socket";
import { type Change, isChange, type TableName } from "../core/store/schema";
import type { View } from "../core/store/store";
import { containerView, imageView, machineView, networkView } from "./views/engine-views";
import { nodeView, serviceView, taskView } from "./views/swarm-views";

type Kind = keyof Picture;
type AnyView = MachineView | NodeView | ServiceView | TaskView | ContainerView | NetworkView | ImageView;

/** Which views a table's change may alter, as ids per kind. */
type Affected = Map<Kind, Set<string>>;

const VIEWERS: { [K in Kind]: { table: TableName; make: (view: View, id: string) => AnyView | undefined } } = {
  machines: { table: "machines", make: machineView },
  nodes: { table: "nodes", make: nodeView },
  services: { table: "services", make: serviceView },
  tasks: { table: "tasks", make: taskView },
  containers: { table: "containers", make: containerView },
  networks: { table: "networks", make: networkView },
  images: { table: "images", make: imageView },
};
const KINDS = Object.keys(VIEWERS) as Kind[];

export class PictureTracker {
  readonly #view: View;
  readonly #sent = new Map<Kind, Map<string, string>>(KINDS.map((kind) => [kind, new Map()]));
  #affected: Affected = new Map();

  constructor(view: View) {
    this.#view = view;
  }

  /** The whole picture. */
  whole(): Picture {
    const picture = {} as Record<Kind, AnyView[]>;
    for (const kind of KINDS) {
      const sent = this.#sent.get(kind) as Map<string, string>;
      sent.clear();
      picture[kind] = [];
      for (const row of this.#view.table(VIEWERS[kind].table).all()) {
        const made = VIEWERS[kind].make(this.#view, row.id);
        if (!made) continue;
        sent.set(made.id, JSON.stringify(made));
        picture[kind].push(made);
      }
    }
    this.#affected = new Map();
    return picture as unknown as Picture;
  }

  /** Notes a step's changes; `take` tells what they come to. */
  note(changes: readonly Change[]): void {
    for (const change of changes) {
      for (const kind of KINDS) if (VIEWERS[kind].table === change.table) this.#touch(kind, change.id);
      this.#touchRelatives(change);
    }
  }

  get dirty(): boolean {
    return this.#affected.size > 0;
  }

  /** What differs from what was sent; undefined when nothing does. */
  take(): { upsert: PictureChanges; remove: { [K in Kind]?: string[] } } | undefined {
    const upsert: Record<string, AnyView[]> = {};
    const remove: { [K in Kind]?: string[] } = {};
    for (const [kind, ids] of this.#affected) {
      const sent = this.#sent.get(kind) as Map<string, string>;
      for (const id of ids) {
        const made = VIEWERS[kind].make(this.#view, id);
        const key = made?.id ?? id;
        const text = made && JSON.stringify(made);
        if (text === sent.get(key)) continue;
        if (made && text) {
          sent.set(key, text);
          upsert[kind] = [...(upsert[kind] ?? []), made];
        } else if (sent.delete(key)) remove[kind] = [...(remove[kind] ?? []), key];
      }
    }
    this.#affected = new Map();
    const nothing = Object.keys(upsert).length === 0 && Object.keys(remove).length === 0;
    return nothing ? undefined : { upsert: upsert as PictureChanges, remove };
  }

  /** A task's change alters its service's counts; a container's its task's host name; an election two nodes' roles. */
  #touchRelatives(change: Change): void {
    if (isChange(change, "swarms")) {
      for (const leader of [change.before?.leader, change.after?.leader]) if (leader) this.#touch("nodes", leader);
      return;
    }
    const row = (change.after ?? change.before) as
      | { serviceId?: string; taskId?: string; containerId?: string }
      | undefined;
    if (change.table === "tasks" && row?.serviceId) this.#touch("services", row.serviceId);
    if (change.table === "containers" && row?.taskId) this.#touch("tasks", row.taskId);
    if (change.table === "endpoints" && row?.containerId) this.#touch("containers", row.containerId);
  }

  #touch(kind: Kind, id: string): void {
    const ids = this.#affected.get(kind) ?? new Set();
    this.#affected.set(kind, ids);
    ids.add(id);
  }
}
