/** Helpers of the HTTP servers: answers, dates, waiting for the end. */
import type { HttpRequest, HttpResponse, SignalName, Sys } from "../../api/process";

const encoder = new TextEncoder();

export function header(request: HttpRequest, name: string): string | undefined {
  return request.headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

export function respond(
  status: number,
  body: string | Uint8Array,
  headers: readonly (readonly [string, string])[] = [],
  statusText?: string,
): HttpResponse {
  const bytes = typeof body === "string" ? encoder.encode(body) : body;
  return {
    status,
    ...(statusText ? { statusText } : {}),
    headers: [...headers, ["Content-Length", String(bytes.length)]],
    body: bytes,
  };
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (n: number) => String(n).padStart(2, "0");

export interface Instant {
  readonly year: number;
  readonly month: number; // 1..12
  readonly day: number;
  readonly weekday: number; // 0 is Sunday
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Civil time of a number of milliseconds since the epoch, UTC (days-from-civil of Howard Hinnant, inverted). */
export function civil(millis: number): Instant {
  const days = Math.floor(millis / 86_400_000);
  const rest = Math.floor((millis - days * 86_400_000) / 1000);
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const doe = z - era * 146_097;
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365);
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  const month = mp < 10 ? mp + 3 : mp - 9;
  return {
    year: yoe + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: doy - Math.floor((153 * mp + 2) / 5) + 1,
    weekday: (((days + 4) % 7) + 7) % 7,
    hour: Math.floor(rest / 3600),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
  };
}

const clockOf = (at: Instant) => `${two(at.hour)}:${two(at.minute)}:${two(at.second)}`;

/** `Tue, 24 Nov 2026 04:00:00 GMT` */
export function httpDate(millis: number): string {
  const at = civil(millis);
  return `${DAYS[at.weekday]}, ${two(at.day)} ${MONTHS[at.month - 1]} ${at.year} ${clockOf(at)} GMT`;
}

/** `24/Nov/2026:04:00:00 +0000` */
export function logDate(millis: number): string {
  const at = civil(millis);
  return `${two(at.day)}/${MONTHS[at.month - 1]}/${at.year}:${clockOf(at)} +0000`;
}

/** `24 Nov 2026 04:00:00.123` */
export function redisDate(millis: number): string {
  const at = civil(millis);
  return `${two(at.day)} ${MONTHS[at.month - 1]} ${at.year} ${clockOf(at)}.${String(Math.floor(millis) % 1000).padStart(3, "0")}`;
}

/** `2026/11/24 04:00:00` */
export function nginxDate(millis: number): string {
  const at = civil(millis);
  return `${at.year}/${two(at.month)}/${two(at.day)} ${clockOf(at)}`;
}

/** Resolves with the first of these signals, or undefined when the process is killed. */
export function untilSignal(sys: Sys, names: readonly SignalName[]): Promise<SignalName | undefined> {
  return new Promise((resolve) => {
    for (const name of names) sys.onSignal(name, () => resolve(name));
    if (sys.killed.aborted) resolve(undefined);
    sys.killed.addEventListener("abort", () => resolve(undefined));
  });
}
