/**
 * Messages between daemons. Each takes its link's latency and is lost if the link is cut when it leaves or arrives; on
 * one link they arrive in the order they were sent, unless the link reorders them: then some are late, as on a
 * connection of their own. The receiving room registers the timer `mail.TOPIC` and takes the message with `receive`; one
 * that came before what it builds on is kept with `hold`.
 */
import type { Tx } from "../room";
import type { Row, TableDefinition } from "../store/schema";
import type { Millis } from "../time/agenda";
import { linked, linkReorder, transit } from "./links";

export interface MailRow extends Row {
  readonly id: string; // TOPIC/FROM>TO/INSTANT/NUMBER
  readonly from: string;
  readonly to: string;
  readonly due: Millis; // when it arrives
  readonly message: unknown;
  readonly late?: true; // those sent after it do not wait for it
  readonly held?: true; // it has arrived, and waits for one that was sent before it
}

declare module "../store/schema" {
  interface Tables {
    mail: MailRow;
  }
}

export const mailTables = {
  mail: {
    indexes: {
      batch: (row) => row.id.slice(0, row.id.lastIndexOf("/")),
      link: (row) => (row.late || row.held ? undefined : `${row.from}>${row.to}`),
      held: (row) => (row.held ? row.to : undefined),
    },
  } satisfies TableDefinition<MailRow>,
};

/** A message that others overtake is late by up to this. */
const LATE: Millis = 300;

/** Sends a message from one machine's daemon to another's. */
export function send(tx: Tx, topic: string, from: string, to: string, message: unknown): void {
  if (!linked(tx, from, to)) return;
  const batch = `${topic}/${from}>${to}/${tx.now}`;
  const id = `${batch}/${tx.table("mail").count("batch", batch)}`;
  const reorder = linkReorder(tx, from, to);
  const late = reorder > 0 && tx.random("net.order").below(1_000_000) < reorder * 1_000_000;
  let due = tx.now + transit(tx, from, to);
  for (const earlier of tx.table("mail").by("link", `${from}>${to}`)) due = Math.max(due, earlier.due);
  if (late) due += 1 + tx.random("net.order").below(LATE);
  tx.table("mail").put({ id, from, to, due, message, ...(late && { late }) });
  tx.schedule(`mail.${topic}`, id, due - tx.now);
}

/** Takes a message that has arrived; undefined when it was lost on its way. */
export function receive(tx: Tx, id: string): MailRow | undefined {
  const mail = tx.table("mail").get(id);
  if (!mail) return undefined;
  tx.table("mail").delete(id);
  return linked(tx, mail.from, mail.to) ? mail : undefined;
}

/** Keeps a message that came too early; `released` gives it out again. */
export function hold(tx: Tx, mail: MailRow): void {
  tx.table("mail").put({ ...mail, held: true });
}

/** Takes all that is kept for a machine. */
export function released(tx: Tx, machine: string): MailRow[] {
  const kept = tx.table("mail").by("held", machine);
  for (const mail of kept) tx.table("mail").delete(mail.id);
  return kept;
}
