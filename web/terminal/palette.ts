/** The terminal's colours, in step with the page's themes (`ui/theme.css`); all readable on their ground. */
import type { ITheme } from "@xterm/xterm";

const light: ITheme = {
  background: "#fbfaf7",
  foreground: "#2b3138",
  cursor: "#14688c",
  cursorAccent: "#fbfaf7",
  selectionBackground: "#bcd9e2",
  black: "#2b3138",
  red: "#b3343a",
  green: "#2c7a45",
  yellow: "#8a6100",
  blue: "#1f5fa8",
  magenta: "#8b3f8e",
  cyan: "#0d7377",
  white: "#6b737b",
  brightBlack: "#5d666f",
  brightRed: "#c8323a",
  brightGreen: "#24713c",
  brightYellow: "#7d5800",
  brightBlue: "#1a56a0",
  brightMagenta: "#8b3f8e",
  brightCyan: "#0a6a6e",
  brightWhite: "#2b3138",
};

const dark: ITheme = {
  background: "#12181f",
  foreground: "#d7dde3",
  cursor: "#6fc3c9",
  cursorAccent: "#12181f",
  selectionBackground: "#2f5062",
  black: "#3c4650",
  red: "#ef8b85",
  green: "#86cf98",
  yellow: "#e2c078",
  blue: "#84b6ec",
  magenta: "#d3a0d8",
  cyan: "#77cfd0",
  white: "#c5ccd3",
  brightBlack: "#8b97a3",
  brightRed: "#ffa39c",
  brightGreen: "#9fe0ae",
  brightYellow: "#f2d491",
  brightBlue: "#a3caf7",
  brightMagenta: "#e3b9e6",
  brightCyan: "#97e3e3",
  brightWhite: "#ffffff",
};

const contrast: ITheme = {
  ...dark,
  background: "#000000",
  foreground: "#ffffff",
  cursor: "#ffff00",
  selectionBackground: "#0050b0",
};

export const palette = (isDark: boolean, isContrast: boolean): ITheme =>
  isContrast ? contrast : isDark ? dark : light;
