/** The machines from the page: the one that is looked at, and what is done to one. The server's own refusals are shown. */
import { signal } from "@preact/signals";
import type { MachineRequest } from "../../src/api/cluster";
import type { NodeView } from "../../src/api/socket";
import { t } from "../ui/i18n";
import { show } from "./announce";
import { addMachine, changeMachine, removeMachine, setAvailability } from "./api";
import { cluster, picture } from "./cluster";

export const selectedMachine = signal<string | undefined>(undefined);
/** A request is under way. */
export const machineBusy = signal(false);

export const change = (name: string, request: MachineRequest): Promise<void> =>
  attempt((id) => changeMachine(id, name, request));

export const remove = (name: string): Promise<void> =>
  attempt(async (id) => {
    await removeMachine(id, name);
    if (selectedMachine.peek() === name) selectedMachine.value = undefined;
  });

export const add = (): Promise<void> =>
  attempt(async (id) => {
    selectedMachine.value = (await addMachine(id)).name;
  });

/** As `docker node update --availability`, asked of the leader or of the first manager that is up. */
export const setNode = (node: NodeView, availability: string): Promise<void> =>
  attempt((id) => {
    const managers = picture.peek().nodes.filter((it) => it.role === "manager" && it.state === "ready");
    const manager = managers.find((it) => it.leader) ?? managers[0];
    if (!manager) throw new Error(t("machine.noManager"));
    return setAvailability(id, manager.machine, node.id, availability);
  });

async function attempt(act: (id: string) => Promise<void>): Promise<void> {
  const id = cluster.peek()?.id;
  if (!id) return;
  machineBusy.value = true;
  try {
    await act(id);
  } catch (error) {
    show(t("machine.failed", { reason: error instanceof Error ? error.message : String(error) }));
  } finally {
    machineBusy.value = false;
  }
}
