/** What a person sets for this browser: language, appearance, text size. Kept in localStorage. */
import { effect } from "@preact/signals";
import { kept } from "./kept";

export type Language = "en" | "zh";
export type Theme = "system" | "light" | "dark" | "contrast";

const preferred: Language = navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";

export const language = kept<Language>("language", preferred, (value) => value === "en" || value === "zh");
export const theme = kept<Theme>("theme", "system", (value) => ["system", "light", "dark", "contrast"].includes(value));
export const terminalFontSize = kept<number>("terminal.fontSize", 13, (value) => value >= 9 && value <= 28);

/** True while the page is drawn dark; editor and terminal take their colours by it. */
export function isDark(): boolean {
  if (theme.value === "system") return matchMedia("(prefers-color-scheme: dark)").matches;
  return theme.value !== "light";
}

/** Keeps `<html>` in step with the settings. */
export function applySettings(): void {
  const apply = () => {
    document.documentElement.lang = language.value === "zh" ? "zh-CN" : "en";
    document.documentElement.dataset.theme = theme.value === "system" ? (isDark() ? "dark" : "light") : theme.value;
  };
  effect(apply);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    apply();
    if (theme.value === "system") themeChanged.dispatchEvent(new Event("change"));
  });
}

/** Fires when the system's own appearance changed while the page follows it. */
export const themeChanged = new EventTarget();
