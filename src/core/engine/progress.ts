/**
 * Pulls, pushes and builds go on over simulated time: an operation row and the JSON messages of Docker's progress
 * streams (moby `pkg/streamformatter`, `pkg/jsonmessage`).
 */
import { hexId } from "../chance/ids";
import { DockerError, type ErrorKind } from "../errors";
import type { Tx } from "../room";
import type { OperationRow } from "./tables";

export type Message = Record<string, unknown>;

/** How long the row of an ended operation is kept, for who asks late. */
const KEPT_MILLIS = 600_000;

export function beginOperation(tx: Tx, machine: string, kind: OperationRow["kind"], data: unknown): OperationRow {
  const id = hexId(tx.random("engine.operations")).slice(0, 24);
  return tx.table("operations").put({ id, machine, kind, state: "running", startedAt: tx.now, data });
}

export function tell(tx: Tx, operation: string, message: Message): void {
  tx.emit("operation.progress", { operation, message });
}

export function finish(tx: Tx, operation: string): void {
  tx.table("operations").patch(operation, { state: "done" });
  tx.schedule("operation.forget", operation, KEPT_MILLIS);
}

/** Ends an operation with a refusal. `code` is the exit code of a failed RUN. */
export function fail(tx: Tx, operation: string, error: { message: string; kind?: ErrorKind; code?: number }): void {
  tx.table("operations").patch(operation, {
    state: "failed",
    error: error.message,
    errorKind: error.kind ?? "system",
    ...(error.code === undefined ? {} : { errorCode: error.code }),
  });
  tx.schedule("operation.forget", operation, KEPT_MILLIS);
}

/** Runs a part of an operation; a refusal ends the operation instead of the step. */
export function attempt(tx: Tx, operation: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    fail(tx, operation, error);
  }
}

/** A line of one layer with a bar, as `Downloading` and `Extracting` carry it. */
export function bar(status: string, id: string, current: number, total: number): Message {
  return { status, progressDetail: { current, total }, progress: barText(current, total), id };
}

function barText(current: number, total: number): string {
  const width = 50;
  const filled = Math.min(width, Math.floor((current / Math.max(1, total)) * 100) >> 1);
  const head = filled < width ? ">" : "";
  const line = `[${"=".repeat(filled)}${head}${" ".repeat(Math.max(0, width - filled))}]`;
  return `${line}  ${humanSize(current)}/${humanSize(total)}`;
}

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Four significant digits, powers of a thousand (go-units `HumanSize`). */
export function humanSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${Number(value.toPrecision(4))}${UNITS[unit]}`;
}

/** A plain line of one layer. */
export const line = (status: string, id: string): Message => ({ status, progressDetail: {}, id });
