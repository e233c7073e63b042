/** What the servers share: waiting for the end, dates of logs, plain answers. */
import type { HttpResponse, SignalName, Sys } from "../../api/process";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** Resolves with the signal that ends the server; with SIGKILL when it is killed. */
export function ended(sys: Sys, signals: readonly SignalName[]): Promise<SignalName> {
  return new Promise((resolve) => {
    for (const signal of signals) sys.onSignal(signal, () => resolve(signal));
    if (sys.killed.aborted) resolve("SIGKILL");
    sys.killed.addEventListener("abort", () => resolve("SIGKILL"), { once: true });
  });
}

/** Two digits. */
export const two = (value: number): string => String(value).padStart(2, "0");

/** The parts of a moment that logs are made of. */
export function moment(millis: number) {
  const date = new Date(millis);
  return {
    year: String(date.getUTCFullYear()),
    month: two(date.getUTCMonth() + 1),
    monthName: MONTHS[date.getUTCMonth()] ?? "",
    dayName: DAYS[date.getUTCDay()] ?? "",
    day: two(date.getUTCDate()),
    time: `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`,
    millis: String(date.getUTCMilliseconds()).padStart(3, "0"),
  };
}

/** A date as HTTP headers carry it. */
export function httpDate(millis: number): string {
  const at = moment(millis);
  return `${at.dayName}, ${at.day} ${at.monthName} ${at.year} ${at.time} GMT`;
}

/** An answer with its length and date. */
export function answer(
  sys: Sys,
  status: number,
  body: Uint8Array | string,
  headers: readonly (readonly [string, string])[] = [],
): HttpResponse {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const common: [string, string][] = [
    ["Date", httpDate(sys.clock.now())],
    ["Content-Length", String(bytes.length)],
  ];
  return { status, headers: [...common, ...headers], body: bytes };
}

/** A request's header by name, in any case. */
export function header(headers: readonly (readonly [string, string])[], name: string): string | undefined {
  return headers.find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1];
}

/** The error code a system call failed with. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
