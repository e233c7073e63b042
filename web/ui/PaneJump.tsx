/** On a phone, where panes stand one under the other: a row at the bottom that leads to each. */
import { openPane, type Pane } from "../state/layout";
import { t } from "./i18n";

const panes: Pane[] = ["lesson", "editor", "terminal", "map", "browser"];

export function PaneJump() {
  return (
    <nav class="pane-jump" aria-label={t("bar.panes")}>
      {panes.map((pane) => (
        <button key={pane} type="button" onClick={() => jump(pane)}>
          {t(`pane.${pane}`)}
        </button>
      ))}
    </nav>
  );
}

function jump(pane: Pane): void {
  openPane(pane);
  const place = document.querySelector<HTMLElement>(`[data-pane="${pane}"]`);
  place?.scrollIntoView({ block: "start" });
  place?.focus({ preventScroll: true });
}
