/** The journal of this page: what happened since it was opened, newest first, at the time of the wall clock. */
import { signal } from "@preact/signals";
import type { Picture, RequestTrace } from "../../src/api/socket";
import { type Happening, happenings, requestHappening } from "./happenings";

export interface JournalEntry extends Happening {
  number: number;
  at: number; // ms since 1970
}

const most = 200;

export const journal = signal<readonly JournalEntry[]>([]);
let number = 0;

export const noteChange = (before: Picture, after: Picture): void => note(happenings(before, after));
export const noteRequest = (request: RequestTrace, picture: Picture): void =>
  note([requestHappening(request, picture)]);

/** After a reset nothing has happened yet. */
export function forgetJournal(): void {
  journal.value = [];
}

function note(found: readonly Happening[]): void {
  if (found.length === 0) return;
  const at = Date.now();
  const entries = found.map((it) => ({ ...it, number: ++number, at })).reverse();
  journal.value = [...entries, ...journal.peek()].slice(0, most);
}
