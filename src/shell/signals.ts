/** The signals a shell knows, by the numbers of Linux on x86-64. */
export const SIGNALS: Readonly<Record<string, string>> = {
  1: "HUP",
  2: "INT",
  3: "QUIT",
  9: "KILL",
  10: "USR1",
  12: "USR2",
  13: "PIPE",
  15: "TERM",
  18: "CONT",
  19: "STOP",
  20: "TSTP",
  28: "WINCH",
};

/** `TERM` of `15`, `TERM` and `SIGTERM`; whether there is such a signal is for the caller to say. */
export const signalNameOf = (text: string): string => SIGNALS[text] ?? text.toUpperCase().replace(/^SIG/, "");
