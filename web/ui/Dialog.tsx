/** A modal dialog on the browser's own `<dialog>`: the page behind is inert, Escape closes, the focus returns. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface DialogProps {
  heading: string;
  onClose(): void;
  children: ComponentChildren;
}

export function Dialog({ heading, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement as HTMLElement | null;
    dialog?.showModal();
    return () => {
      dialog?.close();
      before?.focus?.();
    };
  }, []);
  return (
    <dialog ref={element} class="dialog" aria-labelledby="dialog-heading" onClose={onClose} onCancel={onClose}>
      <h2 id="dialog-heading">{heading}</h2>
      {children}
    </dialog>
  );
}
