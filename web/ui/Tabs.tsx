/** A row of tabs, moved through by arrow keys; tabs may be closed. */

import { useEffect, useRef } from "preact/hooks";
import { Icon } from "./Icon";
import { t } from "./i18n";

export interface TabItem {
  id: string;
  text: string;
  title?: string;
  /** A dot: not saved yet. */
  marked?: boolean;
}

interface TabsProps {
  label: string;
  items: TabItem[];
  active: string | undefined;
  onSelect(id: string): void;
  onClose?(id: string): void;
}

export function Tabs({ label, items, active, onSelect, onClose }: TabsProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const index = items.findIndex((item) => item.id === active);
    const next = items[(index + step + items.length) % items.length];
    if (!next) return;
    onSelect(next.id);
    const list = event.currentTarget as HTMLElement;
    list.querySelectorAll<HTMLElement>("[role=tab]")[items.indexOf(next)]?.focus();
  };
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    row.current?.querySelector("[data-active=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [active, items.length]);
  return (
    <div ref={row} class="tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
      {items.map(({ id, text, title, marked }) => (
        <span key={id} class="tab" data-active={id === active}>
          <button
            type="button"
            role="tab"
            aria-selected={id === active}
            tabIndex={id === active ? 0 : -1}
            title={title}
            onClick={() => onSelect(id)}
          >
            {text}
            {marked && <span class="tab-mark" />}
          </button>
          {onClose && (
            <button
              type="button"
              class="tab-close"
              aria-label={t("editor.close", { path: text })}
              onClick={() => onClose(id)}
            >
              <Icon name="close" />
            </button>
          )}
        </span>
      ))}
    </div>
  );
}
