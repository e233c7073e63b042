/** What the page says aloud to a screen reader (and shows for a moment to everybody, where `show` is asked for). */
import { signal } from "@preact/signals";

export const spoken = signal("");
export const notice = signal("");

let timer: ReturnType<typeof setTimeout> | undefined;

/** Says it to screen readers only. */
export function say(text: string): void {
  spoken.value = text;
}

/** Says it and shows it for a few seconds. */
export function show(text: string): void {
  spoken.value = text;
  notice.value = text;
  clearTimeout(timer);
  timer = setTimeout(() => {
    notice.value = "";
  }, 4_000);
}
