/**
 * Choosing a task or a machine on the map by keyboard: Tab reaches one of them, arrow keys go to the others, Escape lets go. The marks are set
 * on the elements themselves, so that a choice among a thousand tasks draws nothing anew.
 */
import { useLayoutEffect } from "preact/hooks";
import { chosen, selectMachine, selectTask } from "../state/explain";

const picksOf = (root: HTMLElement) => [...root.querySelectorAll<HTMLElement>("[data-pick]")];

/** Marks what is chosen and keeps exactly one thing in the order of Tab. */
export function usePicking(root: { current: HTMLElement | null }, selected: string | undefined): void {
  useLayoutEffect(() => {
    const host = root.current;
    if (!host) return;
    const pick = selected ? host.querySelector<HTMLElement>(`[data-pick="${CSS.escape(selected)}"]`) : null;
    const token = pick?.closest<HTMLElement>("[data-token], .machine");
    for (const old of host.querySelectorAll<HTMLElement>("[data-selected]"))
      if (old !== token) delete old.dataset.selected;
    for (const old of host.querySelectorAll('[data-pick][aria-pressed="true"]'))
      old.setAttribute("aria-pressed", "false");
    if (token) token.dataset.selected = "true";
    pick?.setAttribute("aria-pressed", "true");
    const reachable = pick ?? host.querySelector<HTMLElement>('[data-pick][tabindex="0"]');
    const first = reachable ?? host.querySelector<HTMLElement>("[data-pick]");
    if (first) makeReachable(host, first);
  });
}

function makeReachable(host: HTMLElement, pick: HTMLElement): void {
  for (const old of host.querySelectorAll<HTMLElement>('[data-pick][tabindex="0"]')) old.tabIndex = -1;
  pick.tabIndex = 0;
}

/** Lets go of what is chosen. The keyboard returns to it, or to the map when it is no longer there. */
export function letGo(): void {
  const id = chosen.peek();
  if (!id) return;
  selectTask(undefined);
  selectMachine(undefined);
  const pick = document.querySelector<HTMLElement>(`[data-pick="${CSS.escape(id)}"]`);
  (pick ?? document.querySelector<HTMLElement>('[data-pane="map"]'))?.focus({ preventScroll: true });
}

/** Left and right go to the next task, up and down to the nearest in the row above or below. */
export function moveBetweenTasks(host: HTMLElement, event: KeyboardEvent): void {
  const now = document.activeElement;
  if (!(now instanceof HTMLElement) || now.dataset.pick === undefined) return;
  const next = target(picksOf(host), now, event.key);
  if (!next) return;
  event.preventDefault();
  makeReachable(host, next);
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function target(picks: HTMLElement[], now: HTMLElement, key: string): HTMLElement | undefined {
  const at = picks.indexOf(now);
  if (key === "ArrowRight") return picks[at + 1];
  if (key === "ArrowLeft") return picks[at - 1];
  if (key === "Home") return picks[0];
  if (key === "End") return picks.at(-1);
  if (key !== "ArrowDown" && key !== "ArrowUp") return undefined;
  const from = now.getBoundingClientRect();
  const below = key === "ArrowDown";
  let best: { element: HTMLElement; far: number } | undefined;
  for (const element of picks) {
    const box = element.getBoundingClientRect();
    const down = below ? box.top - from.bottom : from.top - box.bottom;
    if (down < -1) continue;
    const far = down * 4 + Math.abs(box.left - from.left);
    if (!best || far < best.far) best = { element, far };
  }
  return best?.element;
}
