/** `docker events`. */
import type { Command } from "../../command";
import { CliError, messageOf } from "../../errors";
import { filtersQuery } from "../../filters";
import { escapeHtml } from "../../format/go-value";
import { structFault } from "../../format/struct-fault";
import { compileTemplate } from "../../format/template";
import { systemEvents } from "../../options/system";
import { timestamp } from "../../parse/timestamp";
import { textLines } from "../../progress";

interface Event {
  Type: string;
  Action: string;
  Actor: { ID: string; Attributes?: Record<string, string> | null };
  time: number;
  timeNano: string;
}

/** An event of which nothing is known, with all its members. */
const NOTHING = {
  status: "",
  id: "",
  from: "",
  Status: "",
  From: "",
  Type: "",
  Action: "",
  Actor: { ID: "", Attributes: anyKey() },
  scope: "",
  Scope: "",
  ID: "",
  Time: 0,
  TimeNano: "0",
};

/** A map of strings in which every key is there, as Go's are. */
function anyKey(): Record<string, string> {
  return new Proxy(
    {},
    { has: () => true, get: () => "", getOwnPropertyDescriptor: () => ({ value: "", configurable: true }) },
  );
}

export const events: Command = {
  ...systemEvents,
  run: async (ctx) => {
    const { flags } = ctx;
    const format = flags.string("format");
    let template: ((data: unknown) => string) | undefined;
    try {
      template = format === "" || format === "json" ? undefined : compileTemplate(format);
      template?.(NOTHING); // as the real command line does: a wrong field is found before the first event
    } catch (error) {
      const types = { "": "*events.Message", Actor: "events.Actor" };
      throw new CliError(`Error parsing format: ${structFault(messageOf(error), types)}`, 64);
    }
    const now = ctx.sys.clock.now();
    const time = (name: string) => (flags.changed(name) ? timestamp(flags.string(name), now) : undefined);
    const response = await ctx.client.request("GET", "/events", {
      query: { since: time("since"), until: time("until"), filters: filtersQuery(flags.list("filter")) },
    });
    for await (const text of textLines(response.body)) {
      const event = parseEvent(text);
      if (format === "json") await ctx.out(`${escapeHtml(text)}\n`);
      else if (template)
        await ctx.out(`${template({ ...event, ID: event.Actor.ID, Time: event.time, TimeNano: event.timeNano })}\n`);
      else await ctx.out(line(event));
    }
  },
};

/** Nanoseconds do not fit a JavaScript number: they are taken from the text. */
function parseEvent(text: string): Event {
  const event = JSON.parse(text) as Event;
  return { ...event, timeNano: /"timeNano":(\d+)/.exec(text)?.[1] ?? "0" };
}

function line(event: Event): string {
  const millis = new Date(event.time * 1000).toISOString().slice(0, 19);
  const fraction = event.timeNano.slice(-9).padStart(9, "0");
  const attributes = event.Actor.Attributes ?? {};
  const shown = Object.keys(attributes)
    .sort()
    .map((key) => `${key}=${attributes[key]}`)
    .join(", ");
  const head = `${millis}.${fraction}Z ${event.Type} ${event.Action} ${event.Actor.ID}`;
  return `${head}${shown ? ` (${shown})` : ""}\n`;
}
