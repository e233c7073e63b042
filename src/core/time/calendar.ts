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

/** Days since 1970 of a civil date: the inverse of `civilDate`. */
function daysOf(year: number, month: number, day: number): number {
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

/** Reads RFC 3339 to the millisecond; undefined when it is none. */
export function parseRfc3339(text: string): Millis | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const fraction = Number((match[7] ?? "0").padEnd(3, "0").slice(0, 3));
  const offset = match[8] ? (match[8] === "-" ? -1 : 1) * (Number(match[9]) * 60 + Number(match[10])) * 60_000 : 0;
  return daysOf(year, month, day) * DAY + (hour * 3600 + minute * 60 + second) * 1000 + fraction - offset;
}
