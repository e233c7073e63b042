/**
 * The host of a simulated cluster: makes process rows true and reports back, as `src/host` does with real programs. What a
 * program does follows from its arguments and its container's id; times are simulated.
 */
import type { Core } from "../../../src/core";
import type { ProcessRow } from "../../../src/core/machine/tables";
import { type Change, isChange } from "../../../src/core/store/schema";
import { hash } from "./random";

interface Report {
  readonly due: number;
  readonly number: number;
  readonly kind: "start" | "exit";
  readonly process: string;
  readonly code: number;
}

/** Reports of the programs to the core, in the order of their instants. */
export class ProgramHost {
  /** No program ends by itself any more (jobs apart), and none of them fails. */
  calm = false;
  #reports: Report[] = [];
  #number = 0;

  nextDue(): number | undefined {
    return this.#reports[0]?.due;
  }

  /** Notes what the core wants of processes now. */
  see(changes: readonly Change[], now: number): void {
    for (const change of changes) {
      if (!isChange(change, "processes") || !change.after) continue;
      const { before, after } = change;
      if (after.state === "wanted" && !before) this.#report(now + 1, "start", after.id, 0);
      const fresh = after.signals.filter((each) => !before?.signals.some((old) => old.number === each.number));
      for (const { signal } of fresh) this.#signalled(after, signal, now);
    }
  }

  /** Makes the next report. */
  next(core: Core): readonly Change[] {
    const report = this.#reports.shift();
    const row = report && core.view.table("processes").get(report.process);
    if (!report || !row) return [];
    if (report.kind === "exit") return core.dispatch("process.exited", { process: row.id, code: report.code }).changes;
    const { changes } = core.dispatch("processes.started", { processes: [row.id] });
    const listening = core.dispatch("process.listening", { process: row.id, ports: [80] });
    this.#begin(row, core.now);
    return [...changes, ...listening.changes];
  }

  #begin(row: ProcessRow, now: number): void {
    const chance = hash(row.id);
    if (row.owner.kind === "exec") {
      const sick = !this.calm && row.argv[1] === undefined && chance % 10 === 0;
      this.#report(now + 20, "exit", row.id, sick ? 1 : 0);
      return;
    }
    const program = row.argv[1] ?? "good";
    if (program === "job") this.#report(now + 500 + (chance % 3000), "exit", row.id, 0);
    else if (program === "flaky job")
      this.#report(now + 500 + (chance % 3000), "exit", row.id, !this.calm && chance % 3 === 0 ? 1 : 0);
    else if (this.calm) return;
    else if (program === "dies") this.#report(now + 50 + (chance % 300), "exit", row.id, 1);
    else if (program === "flaky" && chance % 2 === 0)
      this.#report(now + 200 + (chance % 30_000), "exit", row.id, chance % 3 === 0 ? 0 : 2);
  }

  #signalled(row: ProcessRow, signal: string, now: number): void {
    const program = row.argv[1] ?? "good";
    if (signal === "SIGKILL") this.#report(now + 2, "exit", row.id, 137);
    else if (program === "slow") this.#report(now + 3000, "exit", row.id, 0);
    else if (program !== "stubborn") this.#report(now + 50 + (hash(row.id) % 250), "exit", row.id, 0);
  }

  #report(due: number, kind: Report["kind"], process: string, code: number): void {
    this.#reports.push({ due, number: this.#number++, kind, process, code });
    this.#reports.sort((a, b) => a.due - b.due || a.number - b.number);
  }
}
