/** The pane of terminals: a tab per machine, the screen, and a menu at the pointer. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { picture } from "../state/cluster";
import { IconButton } from "../ui/Icon";
import { t } from "../ui/i18n";
import { Menu, type MenuPlace } from "../ui/Menu";
import { PaneFrame } from "../ui/PaneFrame";
import { Tabs } from "../ui/Tabs";
import { copy, paste, resizeText } from "./keys";
import { activeMachine, fitTerminal, terminalOf } from "./terminals";

/** More machines than this are chosen from a list too. */
const fewTabs = 6;

export function TerminalPane() {
  const machines = picture.value.machines.map((machine) => machine.name);
  const names = machines.length > 0 ? machines : ["node1"];
  if (!names.includes(activeMachine.value)) activeMachine.value = names[0] ?? "node1";
  return (
    <PaneFrame
      pane="terminal"
      tabs={
        <Tabs
          label={t("terminal.tabs")}
          items={names.map((name) => ({ id: name, text: name }))}
          active={activeMachine.value}
          onSelect={(name) => {
            activeMachine.value = name;
          }}
        />
      }
      tools={<TerminalTools names={names} />}
    >
      <Screen machine={activeMachine.value} />
    </PaneFrame>
  );
}

function TerminalTools({ names }: { names: string[] }) {
  return (
    <>
      {names.length > fewTabs && <MachineSelect names={names} />}
      <IconButton icon="smaller" label={t("terminal.smaller")} onClick={() => resizeText(-1)} />
      <IconButton icon="larger" label={t("terminal.larger")} onClick={() => resizeText(1)} />
      <IconButton
        icon="clear"
        label={t("terminal.clear")}
        onClick={() => terminalOf(activeMachine.value).xterm.clear()}
      />
    </>
  );
}

/** With many machines the tabs are a long row: this reaches any at once. */
function MachineSelect({ names }: { names: string[] }) {
  return (
    <select
      class="small-select"
      aria-label={t("terminal.machine")}
      title={t("terminal.machine")}
      value={activeMachine.value}
      onChange={(event) => {
        activeMachine.value = event.currentTarget.value;
      }}
    >
      {names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

function Screen({ machine }: { machine: string }) {
  const place = useRef<HTMLDivElement>(null);
  const menu = useSignal<MenuPlace | undefined>(undefined);
  useEffect(() => {
    const terminal = terminalOf(machine);
    const host = place.current;
    if (!host) return;
    host.append(terminal.element);
    fitTerminal(terminal);
    if (document.activeElement === document.body) terminal.xterm.focus();
    const observer = new ResizeObserver(() => fitTerminal(terminal));
    observer.observe(host);
    return () => {
      observer.disconnect();
      terminal.element.remove();
    };
  }, [machine]);
  const { xterm } = terminalOf(machine);
  const items = [
    { text: t("terminal.copy"), keys: "Ctrl+Shift+C", disabled: !xterm.hasSelection(), run: () => copy(xterm) },
    { text: t("terminal.paste"), keys: "Ctrl+Shift+V", run: () => void paste(xterm) },
    { text: t("terminal.selectAll"), run: () => xterm.selectAll() },
    { text: t("terminal.clear"), keys: "Ctrl+Shift+K", run: () => xterm.clear() },
  ];
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the menu only repeats what keys do */}
      <div
        class="terminal-host"
        ref={place}
        onContextMenu={(event) => {
          event.preventDefault();
          menu.value = { x: event.clientX, y: event.clientY };
        }}
      />
      {menu.value && (
        <Menu
          label={t("terminal.menu")}
          place={menu.value}
          items={items}
          onClose={() => {
            menu.value = undefined;
          }}
        />
      )}
    </>
  );
}
