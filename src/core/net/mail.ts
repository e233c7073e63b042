/**
 * Messages between daemons. Each takes its link's latency and is lost if the link is cut when it leaves or arrives; on
 * one link they arrive in the order they were sent. The receiving room registers the timer `mail.TOPIC` and takes the
 * message with `receive`.
 */
import type { Tx } from "../room";
import type { Row, TableDefinition } from "../store/schema";
import type { Millis } from "../time/agenda";
import { linked, transit } from "./links";

export interface MailRow extends Row {
  readonly id: string; // TOPIC/FROM>TO/INSTANT/NUMBER
  readonly from: string;
  readonly to: string;
  readonly due: Millis; // when it arrives
  readonly message: unknown;
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
      link: (row) => `${row.from}>${row.to}`,
    },
  } satisfies TableDefinition<MailRow>,
};

/** Sends a message from one machine's daemon to another's. */
export function send(tx: Tx, topic: string, from: string, to: string, message: unknown): void {
  if (!linked(tx, from, to)) return;
  const batch = `${topic}/${from}>${to}/${tx.now}`;
  const id = `${batch}/${tx.table("mail").count("batch", batch)}`;
  let due = tx.now + transit(tx, from, to);
  for (const earlier of tx.table("mail").by("link", `${from}>${to}`)) due = Math.max(due, earlier.due);
  tx.table("mail").put({ id, from, to, due, message });
  tx.schedule(`mail.${topic}`, id, due - tx.now);
}

/** Takes a message that has arrived; undefined when it was lost on its way. */
export function receive(tx: Tx, id: string): MailRow | undefined {
  const mail = tx.table("mail").get(id);
  if (!mail) return undefined;
  tx.table("mail").delete(id);
  return linked(tx, mail.from, mail.to) ? mail : undefined;
}
