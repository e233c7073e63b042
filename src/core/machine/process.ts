/**
 * Commands by which the host reports on processes, and by which it asks for what a running process does. The room that
 * owns a process (the engine) hears of it through the store's change feed and through `onExit`.
 */
import type { ProcessRow, RequestRow, RootRef } from "./tables";

declare module "../room" {
  interface Commands {
    /** These processes run now. */
    "processes.started": { args: { processes: readonly string[] }; reply: void };
    /** It wrote. Kept as log lines by the engine (text) and passed on to who is attached (bytes). */
    "process.wrote": { args: { process: string; stream: "stdout" | "stderr"; bytes: Uint8Array }; reply: void };
    "process.listening": { args: { process: string; ports: number[] }; reply: void };
    /** It delivered the signals up to this number. */
    "process.signalled": { args: { process: string; number: number }; reply: void };
    /** It ended by itself or by a signal; `oom` when its memory limit killed it. Removes the row. */
    "process.exited": { args: { process: string; code: number; oom?: boolean }; reply: void };
    "process.state": { args: { owner: string; key: string; value: unknown }; reply: void }; // value undefined deletes
    /** File operations of one process, in order, all or nothing; an error carries `code` and `path` in `FileOpError`. */
    "files.apply": {
      args: { root: RootRef; ops: FileOp[] };
      reply: { error?: { code: string; path: string; op: number } };
    };
    "request.answered": { args: { request: string; answer: unknown }; reply: void };
  }
  interface Events {
    /** Live output, for attached clients. */
    "process.output": { process: string; owner: ProcessRow["owner"]; stream: "stdout" | "stderr"; bytes: Uint8Array };
  }
}

export type FileOp =
  | { op: "write"; path: string; blob: string; size: number; mode?: number; append?: boolean }
  | { op: "mkdir"; path: string; recursive?: boolean; mode?: number }
  | { op: "rm"; path: string; recursive?: boolean; force?: boolean }
  | { op: "rename"; path: string; to: string }
  | { op: "symlink"; path: string; target: string }
  | { op: "chmod"; path: string; mode: number }
  | { op: "chown"; path: string; uid: number; gid: number }
  | { op: "utimes"; path: string; mtime: number };

export type { RequestRow };
