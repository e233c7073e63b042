/** Where the panes' borders stand and which panes are open; kept in this browser. Sizes are shares of the window. */
import { signal } from "@preact/signals";
import { kept } from "./kept";

export type Pane = "lesson" | "editor" | "terminal" | "map" | "browser";

export interface Layout {
  left: number; // width of the lesson
  right: number; // width of map and browser
  editor: number; // height of the editor within the middle
  map: number; // height of the map within the right
  closed: Pane[];
}

const initial: Layout = { left: 0.26, right: 0.3, editor: 0.48, map: 0.62, closed: [] };

export const layout = kept<Layout>("layout", initial, (value) =>
  [value.left, value.right, value.editor, value.map].every((share) => share > 0 && share < 1),
);

export type Border = "left" | "right" | "editor" | "map";

const limits: Record<Border, [number, number]> = {
  left: [0.16, 0.45],
  right: [0.16, 0.5],
  editor: [0.15, 0.85],
  map: [0.15, 0.85],
};

/** Moves a border, within its limits. */
export function moveBorder(border: Border, share: number): void {
  const [least, most] = limits[border];
  layout.value = { ...layout.value, [border]: Math.min(most, Math.max(least, share)) };
}

/** The pane that has the whole page for a while; not kept. */
export const enlarged = signal<Pane | undefined>(undefined);

export const toggleEnlarged = (pane: Pane): void => {
  enlarged.value = enlarged.peek() === pane ? undefined : pane;
};

export const isOpen = (pane: Pane): boolean => !layout.value.closed.includes(pane);

export function togglePane(pane: Pane): void {
  const { closed } = layout.value;
  enlarged.value = undefined;
  const next = closed.includes(pane) ? closed.filter((it) => it !== pane) : [...closed, pane];
  layout.value = { ...layout.value, closed: next };
}

/** Brings a pane to sight that may be collapsed or behind an enlarged one, before something is shown in it. */
export function openPane(pane: Pane): void {
  if (enlarged.peek() !== pane) enlarged.value = undefined;
  if (!isOpen(pane)) togglePane(pane);
}
