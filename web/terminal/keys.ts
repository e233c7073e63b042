/** Keys that the page takes before the terminal sends them: copy, paste, clear, text size, and the ways out. */
import type { Terminal } from "@xterm/xterm";
import { show } from "../state/announce";
import { terminalFontSize } from "../state/settings";
import { t } from "../ui/i18n";

/** xterm's hook: false means that the terminal must not have this key. */
export function handleKeys(event: KeyboardEvent, xterm: Terminal): boolean {
  if (event.type !== "keydown") return true;
  if (event.key === "F6" || (event.ctrlKey && event.key === "`")) return false; // the page's own
  if (!event.ctrlKey && !event.metaKey) return true;
  const key = event.key.toLowerCase();
  if (key === "c" && (event.shiftKey || event.metaKey || xterm.hasSelection())) return done(event, () => copy(xterm));
  if (key === "v" && (event.shiftKey || event.metaKey)) return false; // the browser's paste event follows
  if (key === "k" && event.shiftKey) return done(event, () => xterm.clear());
  if (event.key === "=" || event.key === "+") return done(event, () => resizeText(1));
  if (event.key === "-") return done(event, () => resizeText(-1));
  return true;
}

function done(event: KeyboardEvent, action: () => void): false {
  event.preventDefault();
  action();
  return false;
}

export function resizeText(by: number): void {
  terminalFontSize.value = Math.min(28, Math.max(9, terminalFontSize.value + by));
}

export function copy(xterm: Terminal): void {
  const text = xterm.getSelection();
  if (!text) return;
  void navigator.clipboard?.writeText(text);
  xterm.clearSelection();
}

/** Pastes by the clipboard interface, for the context menu; the keyboard needs no permission and goes another way. */
export async function paste(xterm: Terminal): Promise<void> {
  try {
    xterm.paste(await navigator.clipboard.readText());
  } catch {
    show(t("terminal.noClipboard"));
  }
  xterm.focus();
}
