/** Dates from simulated milliseconds, without the platform's clock type. */
import type { Millis } from "./agenda";

const DAY = 86_400_000;

export interface CivilDate {
  readonly year: number;
  readonly month: number; // 1..12
  readonly day: number;
}

/** Year, month and day of a day since 1970 (proleptic Gregorian calendar, counted in eras of 400 years from March). */
export function civilDate(days: number): CivilDate {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leapFree =
    dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor(leapFree / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

const pad = (value: number, width: number) => String(value).padStart(width, "0");

/** RFC 3339 in UTC as Go prints it: fractions without their trailing zeros. */
export function rfc3339(at: Millis): string {
  const { year, month, day } = civilDate(Math.floor(at / DAY));
  const rest = ((at % DAY) + DAY) % DAY;
  const seconds = Math.floor(rest / 1000);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => pad(part, 2))
    .join(":");
  const fraction = pad(Math.floor(rest % 1000), 3).replace(/0+$/, "");
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${clock}${fraction && `.${fraction}`}Z`;
}

/** RFC 3339 with all nine digits, as log lines carry it. */
export const rfc3339Nano = (at: Millis): string => {
  const text = rfc3339(at).slice(0, 19);
  return `${text}.${pad(((Math.floor(at) % 1000) + 1000) % 1000, 3)}000000Z`;
};
