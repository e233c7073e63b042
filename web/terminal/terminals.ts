/**
 * The terminals of the page, one per machine. xterm draws bytes and sends keys; line editing, echo and history are the server's, so a
 * second tab shows the same terminal. After a reconnect the server replays the screen.
 */
import { effect, signal } from "@preact/signals";
import { FitAddon } from "@xterm/addon-fit";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { Terminal } from "@xterm/xterm";
import type { ServerMessage } from "../../src/api/socket";
import { openPane } from "../state/layout";
import { listen, send } from "../state/session";
import { isDark, terminalFontSize, theme, themeChanged } from "../state/settings";
import { handleKeys } from "./keys";
import { palette } from "./palette";

export interface MachineTerminal {
  machine: string;
  xterm: Terminal;
  element: HTMLDivElement;
  fit: FitAddon;
  /** What was typed while there was no connection: sent when it is back. */
  unsent: string;
}

const terminals = new Map<string, MachineTerminal>();
export const activeMachine = signal("node1");

/** Registers with the session: opens terminals on every (re)connection and takes in their output. */
export function startTerminals(): void {
  listen({
    onOpen: () => terminals.forEach(openRemote),
    onMessage: receive,
  });
  const repaint = () => {
    const colours = palette(isDark(), theme.value === "contrast");
    for (const { xterm } of terminals.values()) xterm.options.theme = colours;
  };
  effect(repaint);
  themeChanged.addEventListener("change", repaint);
  effect(() => {
    const size = terminalFontSize.value;
    for (const terminal of terminals.values()) {
      terminal.xterm.options.fontSize = size;
      fitTerminal(terminal);
    }
  });
  document.documentElement.dataset.terminal = "ready";
}

/** The terminal of a machine, made on first use. */
export function terminalOf(machine: string): MachineTerminal {
  const known = terminals.get(machine);
  if (known) return known;
  const xterm = new Terminal({
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--mono"),
    fontSize: terminalFontSize.peek(),
    lineHeight: 1.25,
    cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    scrollback: 5_000,
    screenReaderMode: true,
    convertEol: false,
    rightClickSelectsWord: false,
    theme: palette(isDark(), theme.peek() === "contrast"),
  });
  const fit = new FitAddon();
  xterm.loadAddon(fit);
  xterm.loadAddon(new WebLinksAddon((_event, uri) => window.open(uri, "_blank", "noopener,noreferrer")));
  const element = document.createElement("div");
  element.className = "terminal-screen";
  const terminal: MachineTerminal = { machine, xterm, element, fit, unsent: "" };
  terminals.set(machine, terminal);
  xterm.open(element);
  xterm.onData((data) => typeInto(terminal, data));
  xterm.onResize(({ cols, rows }) => send({ type: "terminal.resize", terminal: machine, columns: cols, rows }));
  xterm.attachCustomKeyEventHandler((event) => handleKeys(event, xterm));
  openRemote(terminal);
  return terminal;
}

function openRemote(terminal: MachineTerminal): void {
  const { machine, xterm, unsent } = terminal;
  send({ type: "terminal.open", terminal: machine, machine, columns: xterm.cols, rows: xterm.rows });
  terminal.unsent = "";
  if (unsent) typeInto(terminal, unsent);
}

const mostUnsent = 10_000; // characters: enough for a paste, no endless memory of a key held down

function typeInto(terminal: MachineTerminal, data: string): void {
  if (send({ type: "terminal.input", terminal: terminal.machine, data })) return;
  terminal.unsent = (terminal.unsent + data).slice(0, mostUnsent);
}

function receive(message: ServerMessage): void {
  if (message.type === "reset") for (const { xterm } of terminals.values()) xterm.reset();
  if (message.type === "terminal.closed") {
    const closed = terminals.get(message.terminal);
    if (closed) openRemote(closed); // `exit` in the last shell gives a new one
  }
  if (message.type !== "terminal.output") return;
  const terminal = terminals.get(message.terminal);
  if (!terminal) return;
  if (message.replay) terminal.xterm.reset();
  terminal.xterm.write(message.data);
}

/** Makes the terminal fill its element. */
export function fitTerminal({ element, fit }: MachineTerminal): void {
  if (element.clientWidth > 0 && element.clientHeight > 0) fit.fit();
}

/** Shows the terminal pane with the keyboard in it. */
export function focusTerminal(): void {
  openPane("terminal");
  terminalOf(activeMachine.value).xterm.focus();
}

const killLine = "\x15"; // Ctrl+U, so that a command replaces what stood on the line

/** Types a command at the prompt; Enter stays with the student. */
export function typeCommand(command: string): void {
  focusTerminal();
  typeInto(terminalOf(activeMachine.value), `${killLine}${command}`);
}

/** Sends a key named as in a lesson, `Ctrl+C`. */
export function sendKey(name: string): void {
  focusTerminal();
  const letter = /^Ctrl\+([A-Z])$/i.exec(name.trim())?.[1]?.toUpperCase();
  if (letter) typeInto(terminalOf(activeMachine.value), String.fromCharCode(letter.charCodeAt(0) - 64));
}
