/** A border between panes: dragged by pointer, moved by arrow keys, back to its first place by a double click. */
import { type Border, layout, moveBorder } from "../state/layout";
import { type Key, t } from "./i18n";

interface SplitterProps {
  border: Border;
  pane: Key; // whose size it sets
  upright: boolean; // a vertical line, between left and right
  fromEnd?: boolean; // the share is counted from the right or from below
}

const keyStep = 0.02;

export function Splitter({ border, pane, upright, fromEnd = false }: SplitterProps) {
  const share = layout.value[border];
  const move = (event: PointerEvent) => {
    const box = (event.currentTarget as HTMLElement).parentElement?.getBoundingClientRect();
    if (!box) return;
    const at = upright ? (event.clientX - box.left) / box.width : (event.clientY - box.top) / box.height;
    moveBorder(border, fromEnd ? 1 - at : at);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const [less, more] = upright ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
    const step = event.key === more ? keyStep : event.key === less ? -keyStep : 0;
    if (step === 0) return;
    event.preventDefault();
    moveBorder(border, share + (fromEnd ? -step : step));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> takes no keys in some browsers
    <div
      role="separator"
      class={`splitter ${upright ? "upright" : "level"}`}
      tabIndex={0}
      aria-orientation={upright ? "vertical" : "horizontal"}
      aria-label={t("pane.resize", { pane: t(pane) })}
      aria-valuenow={Math.round(share * 100)}
      aria-valuemin={0}
      aria-valuemax={100}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
        document.documentElement.dataset.dragging = "yes";
      }}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && move(event)}
      onLostPointerCapture={() => {
        delete document.documentElement.dataset.dragging;
      }}
    />
  );
}
