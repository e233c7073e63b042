/** A pane: a landmark with a thin header (name or tabs, tools, collapse) and its content. */
import type { ComponentChildren } from "preact";
import { enlarged, isOpen, type Pane, toggleEnlarged, togglePane } from "../state/layout";
import { IconButton, type IconName } from "./Icon";
import { t } from "./i18n";

interface PaneFrameProps {
  pane: Pane;
  tabs?: ComponentChildren;
  tools?: ComponentChildren;
  children: ComponentChildren;
}

export function PaneFrame({ pane, tabs, tools, children }: PaneFrameProps) {
  const open = isOpen(pane);
  const large = enlarged.value === pane;
  const name = t(`pane.${pane}`);
  return (
    <section
      class={`pane pane-${pane}`}
      data-pane={pane}
      data-open={open}
      data-large={large}
      aria-label={name}
      tabIndex={-1}
    >
      <header class="pane-header">
        <h2 class={tabs && open ? "visually-hidden" : "pane-name"}>{name}</h2>
        {open && tabs}
        <span class="pane-tools">
          {open && tools}
          {open && pane !== "lesson" && (
            <span class="enlarge">
              <IconButton
                icon={large ? "shrink" : "enlarge"}
                label={t(large ? "pane.shrink" : "pane.enlarge", { pane: name })}
                onClick={() => toggleEnlarged(pane)}
              />
            </span>
          )}
          <IconButton
            icon={collapseIcon(pane, open)}
            label={t(open ? "pane.collapse" : "pane.expand", { pane: name })}
            expanded={open}
            onClick={() => togglePane(pane)}
          />
        </span>
      </header>
      {open && <div class="pane-body">{children}</div>}
    </section>
  );
}

/** Points to where the pane goes, or comes from. */
function collapseIcon(pane: Pane, open: boolean): IconName {
  if (pane === "lesson") return open ? "chevronLeft" : "chevronRight";
  return open ? "chevronDown" : "chevronUp";
}
