/**
 * A process name space: the numbers of the processes that see each other. Each container has one, in which its own
 * process is number 1; so has each machine for what its shells start.
 */
import type { ProcessInfo } from "../api/process";

/** A process as its name space knows it. */
export interface Member {
  readonly pid: number;
  /** A signal from outside the name space: even number 1 obeys SIGKILL. */
  signal(name: string): void;
  info(): ProcessInfo;
}

export class ProcessSpace {
  readonly #members = new Map<number, Member>();
  readonly #first: number;
  readonly #last: number;
  #next: number;

  constructor(first = 1, last = 4_194_304) {
    this.#first = first;
    this.#last = last;
    this.#next = first;
  }

  /** The next free number; after the last it begins anew. */
  nextPid(): number {
    while (this.#members.has(this.#next)) this.#advance();
    const pid = this.#next;
    this.#advance();
    return pid;
  }

  enter(member: Member): void {
    this.#members.set(member.pid, member);
  }

  leave(member: Member): void {
    if (this.#members.get(member.pid) === member) this.#members.delete(member.pid);
  }

  get(pid: number): Member | undefined {
    return this.#members.get(pid);
  }

  list(): ProcessInfo[] {
    return [...this.#members.values()].map((member) => member.info()).sort((a, b) => a.pid - b.pid);
  }

  #advance(): void {
    this.#next = this.#next >= this.#last ? this.#first : this.#next + 1;
  }
}
