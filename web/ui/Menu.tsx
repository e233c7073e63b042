/** A small menu at a place on the page; arrow keys, Escape and a click elsewhere work as everywhere. */
import { useEffect, useRef } from "preact/hooks";

export interface MenuPlace {
  x: number;
  y: number;
}

export interface MenuItem {
  text: string;
  keys?: string;
  disabled?: boolean;
  run(): void;
}

interface MenuProps {
  label: string;
  place: MenuPlace;
  items: MenuItem[];
  onClose(): void;
}

export function Menu({ label, place, items, onClose }: MenuProps) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    element.current?.querySelector<HTMLElement>("button:not(:disabled)")?.focus();
    const away = (event: Event) => !element.current?.contains(event.target as Node) && onClose();
    addEventListener("pointerdown", away);
    return () => removeEventListener("pointerdown", away);
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") return onClose();
    const buttons = [...(element.current?.querySelectorAll<HTMLElement>("button:not(:disabled)") ?? [])];
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const index = buttons.indexOf(document.activeElement as HTMLElement);
    buttons[(index + step + buttons.length) % buttons.length]?.focus();
  };
  const left = Math.min(place.x, innerWidth - 240);
  const top = Math.min(place.y, innerHeight - 40 * items.length);
  return (
    <div
      ref={element}
      class="menu"
      role="menu"
      aria-label={label}
      tabIndex={-1}
      style={{ left, top }}
      onKeyDown={onKeyDown}
    >
      {items.map(({ text, keys, disabled, run }) => (
        <button
          key={text}
          type="button"
          role="menuitem"
          disabled={disabled}
          onClick={() => {
            run();
            onClose();
          }}
        >
          {text}
          {keys && <kbd>{keys}</kbd>}
        </button>
      ))}
    </div>
  );
}
