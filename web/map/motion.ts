/**
 * Movement on the map: a token glides from its old place to its new one, new ones fade in, and a dot runs from the published port to the
 * task that answered. Who asked the system for less motion gets the end state at once and a still mark.
 */
import { useLayoutEffect } from "preact/hooks";

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const glide = 420; // ms
const dotTime = 380; // ms

/** Lets the elements marked `data-token` inside `root` glide whenever what they show has changed. */
export function useGliding(root: { current: HTMLElement | null }, places: Map<string, DOMRect>, on: boolean): void {
  useLayoutEffect(() => {
    const host = root.current;
    if (!host || !on) return;
    const origin = host.getBoundingClientRect();
    const seen = new Set<string>();
    for (const element of host.querySelectorAll<HTMLElement>("[data-token]")) {
      const id = element.dataset.token ?? "";
      const now = element.getBoundingClientRect();
      const place = new DOMRect(now.left - origin.left, now.top - origin.top + host.scrollTop, now.width, now.height);
      if (!still()) animate(element, places.get(id), place);
      places.set(id, place);
      seen.add(id);
    }
    for (const id of places.keys()) if (!seen.has(id)) places.delete(id);
  });
}

function animate(element: HTMLElement, before: DOMRect | undefined, now: DOMRect): void {
  if (!before) {
    element.animate(
      [
        { opacity: 0, transform: "scale(.9)" },
        { opacity: 1, transform: "none" },
      ],
      { duration: glide, easing: "ease-out" },
    );
    return;
  }
  const [x, y] = [before.left - now.left, before.top - now.top];
  if (Math.abs(x) + Math.abs(y) < 2) return;
  element.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }], {
    duration: glide,
    easing: "cubic-bezier(.3, 0, .2, 1)",
  });
}

/** Marks the token that answered, after a dot has reached it from the port. */
export function flash(root: HTMLElement, id: string, port: number): void {
  const token = root.querySelector<HTMLElement>(`[data-token="${CSS.escape(id)}"]`);
  if (!token) return;
  const from = root.querySelector<HTMLElement>(`[data-port="${port}"]`);
  if (still()) {
    pulse(token, 0);
    return;
  }
  if (from) sendDot(root, from, token);
  pulse(token, from ? dotTime : 0);
}

function pulse(token: HTMLElement, delay: number): void {
  const ring = getComputedStyle(token).getPropertyValue("--flash");
  token.animate(
    [
      { boxShadow: `0 0 0 0 ${ring}` },
      { boxShadow: `0 0 0 5px ${ring}`, offset: 0.25 },
      { boxShadow: "0 0 0 10px transparent" },
    ],
    {
      duration: 900,
      delay,
      easing: "ease-out",
    },
  );
}

function sendDot(root: HTMLElement, from: HTMLElement, to: HTMLElement): void {
  const [a, b] = [from.getBoundingClientRect(), to.getBoundingClientRect()];
  const dot = document.createElement("span");
  dot.className = "request-dot";
  document.body.append(dot);
  const at = (box: DOMRect, x: number) => `translate(${box.left + x}px, ${box.top + box.height / 2}px)`;
  const path = [{ transform: at(a, a.width / 2) }, { transform: at(b, 16) }];
  dot
    .animate(path, { duration: dotTime, easing: "ease-in-out", fill: "forwards" })
    .finished.finally(() => dot.remove());
  root.dataset.lastRequest = "shown";
}
