/** `GET /containers/NAME/logs`: what is kept, and with `follow` what comes until the container ends (moby `daemon/logs.go`). */
import type { ContainerRow, LogRow } from "../../../core/engine/tables";
import { invalidParameter, notImplemented } from "../../../core/errors";
import type { Millis } from "../../../core/time/agenda";
import { rfc3339Nano } from "../../../core/time/calendar";
import type { Backend } from "../../backend";
import { isTrue, readTimestamp } from "../../request";
import { EMPTY_FRAME, follow, frame, MULTIPLEXED_STREAM, RAW_STREAM, type Sink, streaming, utf8 } from "../../streams";
import { hasSandbox } from "./network-settings";

export interface LogOptions {
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly follow: boolean;
  readonly timestamps: boolean;
  readonly details: boolean;
  readonly since: Millis;
  readonly until: Millis;
  readonly tail: number;
}

/** Throws when no stream was chosen; a `tail` that is no number means everything. */
export function readLogOptions(query: (name: string) => string | undefined, now: Millis): LogOptions {
  const [stdout, stderr] = [isTrue(query("stdout")), isTrue(query("stderr"))];
  if (!stdout && !stderr) throw invalidParameter("Bad parameters: you must choose at least one stream");
  const tail = query("tail") ?? "";
  return {
    stdout,
    stderr,
    follow: isTrue(query("follow")),
    timestamps: isTrue(query("timestamps")),
    details: isTrue(query("details")),
    since: readTimestamp(query("since"), now) ?? Number.NEGATIVE_INFINITY,
    until: readTimestamp(query("until"), now) ?? Number.POSITIVE_INFINITY,
    tail: /^\d+$/.test(tail) ? Number(tail) : Number.POSITIVE_INFINITY,
  };
}

export function logsResponse(backend: Backend, request: Request, row: ContainerRow, options: LogOptions): Response {
  if (row.hostConfig.LogConfig?.Type === "none")
    throw notImplemented("configured logging driver does not support reading");
  const tty = row.config.Tty === true;
  const contentType = tty ? RAW_STREAM : MULTIPLEXED_STREAM;
  // Nobody writes to the log of a container that does not run: there is nothing to follow.
  const heartbeat = tty || !options.follow ? {} : { heartbeat: EMPTY_FRAME };
  return streaming(backend, { contentType, request, ...heartbeat }, async (sink) => {
    for (const line of pastLines(backend, row, options)) sink.write(encodeLine(row, line, options));
    if (options.follow && hasSandbox(row)) await followLines(backend, row, options, sink);
  });
}

/** The kept lines that were asked for, oldest first. */
export function pastLines(backend: Backend, row: ContainerRow, options: LogOptions): LogRow[] {
  const lines = backend.view
    .table("logs")
    .by("container", row.id)
    .filter((line) => isWanted(line, options));
  return options.tail < lines.length ? lines.slice(lines.length - options.tail) : lines;
}

const isWanted = (line: LogRow, options: LogOptions) =>
  (line.stream === "stdout" ? options.stdout : options.stderr) && line.at >= options.since && line.at <= options.until;

async function followLines(backend: Backend, row: ContainerRow, options: LogOptions, sink: Sink): Promise<void> {
  const over = new AbortController();
  sink.signal.addEventListener("abort", () => over.abort(), { once: true });
  if (Number.isFinite(options.until))
    void backend
      .sleep(Math.max(0, options.until - backend.now()), over.signal)
      .then(() => over.abort())
      .catch(() => undefined);
  await follow(
    backend,
    ({ events }) => {
      for (const event of events)
        if (event.topic === "log.written" && event.data.containerId === row.id && isWanted(event.data, options))
          sink.write(encodeLine(row, event.data, options));
    },
    () => hasEnded(backend, row),
    over.signal,
  );
  over.abort();
}

/** The log of this run is closed with it, whether or not another run follows. */
function hasEnded(backend: Backend, row: ContainerRow): boolean {
  const now = backend.view.table("containers").get(row.id);
  return !now || !hasSandbox(now) || now.startedAt !== row.startedAt;
}

export function encodeLine(row: ContainerRow, line: LogRow, options: LogOptions): Uint8Array {
  const time = options.timestamps ? `${rfc3339Nano(line.at)} ` : "";
  const details = options.details ? `${detailsOf(row)} ` : "";
  const bytes = utf8(time + details + line.text);
  return row.config.Tty === true ? bytes : frame(line.stream, bytes);
}

/** Labels and variables that the log driver was told to note. */
function detailsOf(row: ContainerRow): string {
  const { labels = "", env = "" } = row.hostConfig.LogConfig?.Config ?? {};
  const noted = labels
    .split(",")
    .flatMap((name) => (row.config.Labels?.[name] === undefined ? [] : [[name, row.config.Labels[name]] as const]));
  for (const name of env.split(",")) {
    const line = (row.config.Env ?? []).find((each) => each.startsWith(`${name}=`));
    if (name && line) noted.push([name, line.slice(name.length + 1)]);
  }
  return noted
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value ?? "")}`)
    .sort()
    .join(",");
}
