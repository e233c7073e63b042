/** Events of `docker events` that no change of state makes: somebody attached, copied, looked at processes. */
import type { ContainerRow } from "../../../core/engine/tables";
import type { Backend } from "../../backend";

/** Actions of clients, as moby names them. */
export type ClientAction = "attach" | "detach" | "resize" | "top" | "export" | "archive-path" | "extract-to-dir";

export function noteEvent(
  backend: Backend,
  row: ContainerRow,
  action: ClientAction,
  attributes: Readonly<Record<string, string>> = {},
): void {
  backend.dispatch("container.note", { machine: backend.machine, ref: row.id, action, attributes });
}
