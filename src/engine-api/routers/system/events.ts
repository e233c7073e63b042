/** `GET /events`: what has been since then, and what comes (moby `daemon/events`). */
import type { EngineEventRow } from "../../../core/engine/tables";
import { invalidParameter } from "../../../core/errors";
import type { Millis } from "../../../core/time/agenda";
import type { Backend } from "../../backend";
import { Filters, readTimestamp } from "../../request";
import { follow, jsonLines } from "../../streams";

type Query = Readonly<Record<string, string>>;

/** Kinds of objects by whose id or name events are chosen. */
const KINDS = ["config", "container", "daemon", "network", "node", "plugin", "secret", "service", "volume"];

export function eventsResponse(backend: Backend, request: Request, query: Query): Response {
  const filters = Filters.parse(query.filters);
  const since = readTimestamp(query.since, backend.now());
  const until = presentOr(backend, readTimestamp(query.until, backend.now()));
  if (since !== undefined && until !== undefined && since > until)
    throw invalidParameter(`\`since\` time (${query.since}) cannot be after \`until\` time (${query.until})`);
  return jsonLines(backend, request, async (send, signal) => {
    const tell = (event: EngineEventRow) => {
      const inTime = event.at >= (since ?? 0) && event.at <= (until ?? Number.POSITIVE_INFINITY);
      if (event.machine === backend.machine && inTime && isWanted(filters, event)) send(eventJson(event));
    };
    if (since !== undefined || until !== undefined)
      for (const event of backend.view.table("engineEvents").by("machine", backend.machine)) tell(event);
    const over = new AbortController();
    signal.addEventListener("abort", () => over.abort(), { once: true });
    if (until !== undefined) {
      if (until <= backend.now()) return;
      void backend
        .sleep(until - backend.now(), over.signal)
        .then(() => over.abort())
        .catch(() => undefined);
    }
    const hear = ({ events }: { events: readonly { topic: string; data: unknown }[] }) => {
      for (const event of events) if (event.topic === "engine.event") tell(event.data as EngineEventRow);
    };
    await follow(backend, hear, () => false, over.signal);
  });
}

/** Of the asker's seconds and its clock's reading of them. */
const CLOCK_SLACK = 2500; // milliseconds

/**
 * A command line reckons `--until 0s` by its own clock. Where the cluster's is ahead of it, or is paused, the present
 * moment out there is meant to be the present moment in here.
 */
function presentOr(backend: Backend, instant: Millis | undefined): Millis | undefined {
  const outside = backend.wallClock?.();
  if (instant === undefined || outside === undefined) return instant;
  return Math.abs(instant - outside) < CLOCK_SLACK ? backend.now() : instant;
}

function isWanted(filters: Filters, event: EngineEventRow): boolean {
  const { id, attributes } = event.actor;
  const starts = (kind: string) =>
    filters.some(kind, (value) => id.startsWith(value) || (attributes.name ?? "").startsWith(value));
  return (
    filters.some("event", (action) => action === event.action || action === prefixed(event.action)) &&
    filters.some("type", (type) => type === event.type) &&
    filters.some("scope", (scope) => scope === event.scope) &&
    KINDS.every(starts) &&
    filters.some("image", (image) => namesOf(event).includes(image)) &&
    filters.labels(attributes)
  );
}

/** Actions that carry something after their name are chosen by the name. */
const prefixed = (action: string): string | undefined => /^(health_status|exec_create|exec_start):/.exec(action)?.[1];

function namesOf({ type, actor }: EngineEventRow): string[] {
  const names = [actor.id, actor.attributes[type === "image" ? "name" : "image"] ?? ""];
  return [...names, ...names.map((name) => name.replace(/(@[^/]*|:[^:/]*)$/, ""))];
}

/** The first three fields are of an older API, still sent for containers and images. */
function eventJson({ type, action, actor, scope, at }: EngineEventRow): Record<string, unknown> {
  const legacy = {
    status: action,
    id: actor.id,
    ...(type === "container" && { from: actor.attributes.image }),
  };
  return {
    ...((type === "container" || type === "image") && legacy),
    Type: type,
    Action: action,
    Actor: { ID: actor.id, Attributes: sorted(actor.attributes) },
    scope,
    time: Math.floor(at / 1000),
    timeNano: at * 1_000_000,
  };
}

/** Go writes the keys of a map in order. */
const sorted = (attributes: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
