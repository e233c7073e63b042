/** Under the map, or beside it: the chosen machine, what is wrong with it and what that means, and what can be done to it. */
import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { MachineView, NodeView } from "../../src/api/socket";
import { say } from "../state/announce";
import { picture } from "../state/cluster";
import { openPane } from "../state/layout";
import { change, machineBusy, remove, selectedMachine, setNode } from "../state/machines";
import { activeMachine, focusTerminal } from "../terminal/terminals";
import { Coded } from "../ui/Coded";
import { Dialog } from "../ui/Dialog";
import { Icon, IconButton } from "../ui/Icon";
import { type Key, t } from "../ui/i18n";
import { type Control, controlsOf, requestFor } from "./controls";
import { Entries, entriesAt } from "./Journal";
import { letGo } from "./picking";

export function MachinePanel() {
  const name = selectedMachine.value;
  const machine = picture.value.machines.find((it) => it.name === name);
  if (!machine) return null;
  return <Panel key={machine.name} machine={machine} node={picture.value.nodes.find((it) => it.machine === name)} />;
}

function Panel({ machine, node }: { machine: MachineView; node: NodeView | undefined }) {
  const heading = t("machine.heading", { name: machine.name });
  const controls = controlsOf(machine, node);
  const wrong = controls.filter((it) => it.note);
  const notes = wrong.map((it) => noteOf(it, machine)).join(" ");
  useEffect(() => say(`${heading}. ${notes || t("machine.fine")}`), [notes]);
  return (
    <section class="why machine-panel" aria-label={heading} aria-busy={machineBusy.value}>
      <header class="why-head">
        <h3 class="why-title">{heading}</h3>
        <span class="machine-address">{machine.address}</span>
        <IconButton icon="close" label={t("machine.close")} onClick={letGo} />
      </header>
      <p class="machine-standing">
        <Coded text={standing(node)} />
      </p>
      {controls.map((it) => (
        <ControlRow key={it.name} control={it} machine={machine} node={node} />
      ))}
      <Actions name={machine.name} />
      <Here name={machine.name} />
    </section>
  );
}

function standing(node: NodeView | undefined): string {
  if (!node) return t("machine.is.alone");
  const role = t(node.leader ? "machine.is.leader" : `machine.is.${node.role}`);
  const state = (["down", "unknown", "disconnected"] as const).find((it) => it === node.state);
  return state ? `${role} ${t(`machine.is.${state}`)}` : role;
}

interface ControlRowProps {
  control: Control;
  machine: MachineView;
  node: NodeView | undefined;
}

function ControlRow({ control, machine, node }: ControlRowProps) {
  const { name, positions, at, label, note } = control;
  const title = t(`machine.${name}` satisfies Key);
  const move = (position: string) => {
    if (name !== "swarm") void change(machine.name, requestFor(name, position));
    else if (node) void setNode(node, position);
  };
  return (
    <div class="machine-control" data-wrong={note !== undefined}>
      <span class="control-name">{title}</span>
      <fieldset class="switch" aria-label={title}>
        {positions.map((position) => (
          <button
            key={position}
            type="button"
            aria-pressed={position === at}
            disabled={position === "other"}
            onClick={() => move(position)}
          >
            {t(label(position))}
          </button>
        ))}
      </fieldset>
      {note && (
        <p class="control-note">
          <Coded text={noteOf(control, machine)} />
        </p>
      )}
      {name === "swarm" && (
        <p class="control-same">
          {t("machine.same")}{" "}
          <code>
            docker node update --availability {at} {machine.name}
          </code>
        </p>
      )}
    </div>
  );
}

function noteOf({ note }: Control, { cut, latency, loss }: MachineView): string {
  if (!note) return "";
  const what = [
    cut && t("machine.network.cutFrom", { names: cut.join(", ") }),
    latency && t("machine.network.latency", { latency }),
    loss && t("machine.network.loss", { loss: Math.round(loss * 100) }),
  ];
  return t(note, { what: what.filter(Boolean).join("; ") });
}

function Actions({ name }: { name: string }) {
  const asking = useSignal(false);
  const openTerminal = () => {
    activeMachine.value = name;
    openPane("terminal");
    setTimeout(focusTerminal); // once its screen is in the page
  };
  return (
    <p class="machine-actions">
      <button type="button" class="button small" onClick={openTerminal}>
        <Icon name="type" />
        {t("machine.terminal")}
      </button>
      <button type="button" class="button small" onClick={() => (asking.value = true)}>
        {t("machine.remove")}
      </button>
      {asking.value && <RemoveDialog name={name} onClose={() => (asking.value = false)} />}
    </p>
  );
}

function RemoveDialog({ name, onClose }: { name: string; onClose(): void }) {
  return (
    <Dialog heading={t("machine.remove.heading", { name })} onClose={onClose}>
      <p>{t("machine.remove.text")}</p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          {t("dialog.cancel")}
        </button>
        <button
          type="button"
          class="button danger"
          onClick={() => {
            onClose();
            void remove(name);
          }}
        >
          {t("machine.remove.confirm", { name })}
        </button>
      </div>
    </Dialog>
  );
}

function Here({ name }: { name: string }) {
  const entries = useComputed(() => entriesAt(name)).value;
  if (entries.length === 0) return null;
  return (
    <>
      <h4>{t("journal.here")}</h4>
      <Entries entries={entries} />
    </>
  );
}
