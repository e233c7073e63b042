/**
 * `/services/X/logs` and `/tasks/X/logs`: the log lines of the tasks' containers, merged by time, as multiplexed frames
 * (moby `daemon/cluster/services.go`). Details come before the line, the timestamp before the details.
 */
import type { LogRow } from "../../../core/engine/tables";
import { systemError } from "../../../core/errors";
import { linked } from "../../../core/net/links";
import type { TaskRow } from "../../../core/swarm/manager/tables";
import { rfc3339Nano } from "../../../core/time/calendar";
import type { Backend } from "../../backend";
import { isTrue } from "../swarm/request";

interface Query {
  query(name: string): string | undefined;
}

interface Options {
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly details: boolean;
  readonly timestamps: boolean;
  readonly tail: number;
  readonly since: number; // milliseconds
}

export type LogScope = { readonly service: string } | { readonly task: string };

export function taskLogs(backend: Backend, request: Query, scope: LogScope): Response {
  const options = readOptions(request);
  const past = history(backend, scope, options);
  const headers = { "Content-Type": "application/vnd.docker.multiplexed-stream" };
  if (!isTrue(request.query("follow"))) return new Response(join([...past, ...missing(backend, scope)]), { headers });
  return new Response(follow(backend, scope, options, past), { headers });
}

function readOptions(request: Query): Options {
  const options = {
    stdout: isTrue(request.query("stdout")),
    stderr: isTrue(request.query("stderr")),
    details: isTrue(request.query("details")),
    timestamps: isTrue(request.query("timestamps")),
    tail: readTail(request.query("tail") ?? ""),
    since: readSince(request.query("since") ?? ""),
  };
  if (!options.stdout && !options.stderr) throw systemError("Bad parameters: you must choose at least one stream");
  return options;
}

function readTail(text: string): number {
  if (text === "" || text === "all") return Number.POSITIVE_INFINITY;
  if (!/^[+-]?\d+$/.test(text)) throw systemError('tail value must be a positive integer or "all"');
  if (Number(text) < 0) throw systemError("negative tail values not supported");
  return Number(text);
}

/** Seconds with nanoseconds, in milliseconds. */
function readSince(text: string): number {
  if (text === "") return 0;
  const [seconds = ""] = text.split(".");
  if (!/^[+-]?\d+$/.test(seconds))
    throw systemError(
      `could not parse since timestamp: strconv.ParseInt: parsing ${JSON.stringify(seconds)}: invalid syntax`,
    );
  return Number(text) * 1000;
}

/** Whose agent answers this manager's log broker (swarmkit `manager/logbroker`). */
function isAvailable({ view, machine }: Backend, nodeId: string): boolean {
  const node = view.table("nodes").get(nodeId);
  return node?.status.state === "ready" && linked(view, machine, node.machine);
}

/** What a stream that ends says of logs it could not have: a frame of the daemon's own, which the command line takes as an error. */
function missing(backend: Backend, scope: LogScope): Uint8Array[] {
  const tasks = tasksIn(backend, scope);
  const nodes = new Set(tasks.map((task) => task.nodeId).filter((id) => id !== "" && !isAvailable(backend, id)));
  const reasons = [
    ...[...nodes].map((id) => `node ${id} is not available`),
    ...tasks.filter((task) => task.nodeId === "").map((task) => `task ${task.id} has not been scheduled`),
  ];
  if (reasons.length === 0) return [];
  const text = `warning: incomplete log stream. some logs could not be retrieved for the following reasons: ${reasons.join(", ")}`;
  return [encodeFrame(3, `Error grabbing logs: rpc error: code = Unknown desc = ${text}\n`)];
}

function tasksIn(backend: Backend, scope: LogScope): TaskRow[] {
  if ("service" in scope) return backend.view.table("tasks").by("service", scope.service);
  const task = backend.view.table("tasks").get(scope.task);
  return task ? [task] : [];
}

function history(backend: Backend, scope: LogScope, options: Options): Uint8Array[] {
  const lines: { row: LogRow; task: TaskRow }[] = [];
  for (const task of tasksIn(backend, scope)) {
    if (!isAvailable(backend, task.nodeId)) continue;
    const rows = backend.view
      .table("logs")
      .by("container", task.status.container?.id ?? "")
      .filter((row) => (row.stream === "stdout" ? options.stdout : options.stderr) && row.at >= options.since);
    for (const row of options.tail < rows.length ? rows.slice(rows.length - options.tail) : rows)
      lines.push({ row, task });
  }
  lines.sort((a, b) => a.row.at - b.row.at);
  return lines.map(({ row, task }) => frame(row, task, options));
}

function frame(row: LogRow, task: TaskRow, options: Options): Uint8Array {
  const details = {
    "com.docker.swarm.node.id": task.nodeId,
    "com.docker.swarm.service.id": task.serviceId,
    "com.docker.swarm.task.id": task.id,
  };
  const prefix = options.details
    ? `${Object.entries(details)
        .map(([key, value]) => `${key}=${value}`)
        .join()} `
    : "";
  const time = options.timestamps ? `${rfc3339Nano(row.at)} ` : "";
  return encodeFrame(row.stream === "stdout" ? 1 : 2, time + prefix + row.text);
}

function encodeFrame(stream: number, words: string): Uint8Array {
  const text = new TextEncoder().encode(words);
  const out = new Uint8Array(8 + text.length);
  out[0] = stream;
  new DataView(out.buffer).setUint32(4, text.length);
  out.set(text, 8);
  return out;
}

function join(frames: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(frames.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const each of frames) {
    out.set(each, at);
    at += each.length;
  }
  return out;
}

function follow(
  backend: Backend,
  scope: LogScope,
  options: Options,
  past: readonly Uint8Array[],
): ReadableStream<Uint8Array> {
  let end: () => void = () => undefined;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const release = backend.hold();
      if (past.length > 0) controller.enqueue(join(past));
      const unsubscribe = backend.subscribe(({ events }) => {
        for (const event of events) {
          if (event.topic !== "log.written") continue;
          const row = event.data as LogRow;
          if (!(row.stream === "stdout" ? options.stdout : options.stderr)) continue;
          const taskId = backend.view.table("containers").get(row.containerId)?.taskId;
          const task = taskId ? backend.view.table("tasks").get(taskId) : undefined;
          const wanted =
            task &&
            isAvailable(backend, task.nodeId) &&
            ("service" in scope ? task.serviceId === scope.service : task.id === scope.task);
          if (wanted) controller.enqueue(frame(row, task, options));
        }
        if (!isThere(backend, scope)) {
          end();
          controller.close();
        }
      });
      end = () => {
        unsubscribe();
        release();
        end = () => undefined;
      };
    },
    cancel: () => end(),
  });
}

const isThere = (backend: Backend, scope: LogScope) =>
  "service" in scope ? backend.view.table("services").has(scope.service) : backend.view.table("tasks").has(scope.task);
