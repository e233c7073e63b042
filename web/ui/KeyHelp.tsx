/** Keys of the whole page, and the list that explains them. */
import { signal } from "@preact/signals";
import { focusTerminal } from "../terminal/terminals";
import { Dialog } from "./Dialog";
import { type Key, t } from "./i18n";

export const keysShown = signal(false);

const rows: [string[], Key][] = [
  [["F6", "Shift+F6"], "keys.panes"],
  [["Ctrl+`"], "keys.terminal"],
  [["?"], "keys.help"],
  [["←", "→", "↑", "↓"], "keys.map"],
  [["Enter", "Esc"], "keys.explain"],
  [["Ctrl+Shift+C"], "keys.copy"],
  [["Ctrl+Shift+V"], "keys.paste"],
  [["Ctrl+Shift+K"], "keys.clear"],
  [["Ctrl++", "Ctrl+-"], "keys.font"],
  [["F6", "Ctrl+`"], "keys.leave"],
];

export function KeyHelp() {
  if (!keysShown.value) return null;
  const close = () => {
    keysShown.value = false;
  };
  return (
    <Dialog heading={t("keys.heading")} onClose={close}>
      <dl class="key-list">
        {rows.map(([keys, text]) => (
          <div key={text}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
      </dl>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={close}>
          {t("dialog.close")}
        </button>
      </div>
    </Dialog>
  );
}

/** Listens for the page's keys, before the terminal and the editor get them. */
export function startKeys(): void {
  addEventListener("keydown", onKey, { capture: true });
}

function onKey(event: KeyboardEvent): void {
  if (event.key === "F6") {
    event.preventDefault();
    event.stopPropagation();
    cyclePanes(event.shiftKey ? -1 : 1);
  } else if (event.ctrlKey && event.key === "`") {
    event.preventDefault();
    event.stopPropagation();
    focusTerminal();
  } else if (event.key === "?" && !isTyping(event.target)) {
    keysShown.value = true;
  }
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest("input, textarea, [contenteditable], .xterm, .monaco-editor") !== null
  );
}

function cyclePanes(by: number): void {
  const panes = [...document.querySelectorAll<HTMLElement>("[data-pane]")].filter((pane) =>
    pane.checkVisibility({ visibilityProperty: true }),
  );
  const now = panes.findIndex((pane) => pane.contains(document.activeElement));
  const next = panes[(now + by + panes.length) % panes.length];
  if (!next) return;
  const inner = next.querySelector<HTMLElement>(
    "[data-open=true] .xterm-helper-textarea, .native-edit-context, .inputarea, .xterm-helper-textarea",
  );
  (inner ?? next).focus();
}
