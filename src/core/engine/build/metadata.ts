/**
 * Instructions that change an image's configuration and nothing else: the new configuration, and the comment by which
 * history and cache know the step (moby `builder/dockerfile/dispatchers.go`).
 */
import { invalidParameter } from "../../errors";
import { normalise } from "../../machine/paths";
import type { HealthConfig, ImageConfig } from "../types";
import { formatGoDuration } from "./durations";
import type { CommandLine, Instruction, InstructionOf } from "./instructions";
import { type Environment, expandWord, expandWords } from "./words";

export type Metadata = InstructionOf<
  | "ENV"
  | "LABEL"
  | "CMD"
  | "ENTRYPOINT"
  | "SHELL"
  | "EXPOSE"
  | "VOLUME"
  | "HEALTHCHECK"
  | "MAINTAINER"
  | "USER"
  | "WORKDIR"
  | "STOPSIGNAL"
  | "ONBUILD"
>;

const STEPS = new Set(["ARG", "ADD", "COPY", "RUN"]);

export const isMetadata = (instruction: Instruction): instruction is Metadata => !STEPS.has(instruction.kind);

export const DEFAULT_SHELL = ["/bin/sh", "-c"];

export interface Changed {
  readonly config: ImageConfig;
  /** After `#(nop) `. */
  readonly comment: string;
  /** WORKDIR writes its comment without the second blank. */
  readonly author?: string;
}

export function applyMetadata(
  config: ImageConfig,
  instruction: Metadata,
  env: Environment,
  escapeToken: string,
): Changed {
  const word = (text: string) => expandWord(text, env, escapeToken);
  switch (instruction.kind) {
    case "ENV":
      return setEnvironment(
        config,
        instruction.pairs.map(([key, value]) => [word(key), word(value)]),
      );
    case "LABEL":
      return setLabels(
        config,
        instruction.pairs.map(([key, value]) => [word(key), word(value)]),
      );
    case "CMD":
      return setCommand(config, instruction.command);
    case "ENTRYPOINT":
      return setEntrypoint(config, instruction.command);
    case "SHELL":
      return {
        config: { ...config, Shell: [...instruction.words] },
        comment: ` SHELL [${instruction.words.join(" ")}]`,
      };
    case "EXPOSE":
      return expose(config, instruction.items.flatMap((item) => expandWords(item, env, escapeToken)).sort());
    case "VOLUME":
      return addVolumes(config, instruction.items.map(word));
    case "HEALTHCHECK":
      return {
        config: { ...config, Healthcheck: instruction.health },
        comment: ` HEALTHCHECK ${healthText(instruction.health)}`,
      };
    case "MAINTAINER":
      return { config, comment: ` MAINTAINER ${instruction.value}`, author: instruction.value };
    case "USER":
      return { config: { ...config, User: word(instruction.value) }, comment: ` USER ${word(instruction.value)}` };
    case "WORKDIR":
      return setDirectory(config, word(instruction.value));
    case "STOPSIGNAL":
      return setStopSignal(config, word(instruction.value));
    case "ONBUILD":
      return {
        config: { ...config, OnBuild: [...(config.OnBuild ?? []), instruction.value] },
        comment: ` ONBUILD ${instruction.value}`,
      };
  }
}

function setEnvironment(config: ImageConfig, pairs: readonly (readonly [string, string])[]): Changed {
  let env = [...(config.Env ?? [])];
  for (const [key, value] of pairs) {
    if (key === "") throw invalidParameter("ENV names can not be blank");
    const at = env.findIndex((entry) => entry.slice(0, entry.indexOf("=")) === key);
    env = at < 0 ? [...env, `${key}=${value}`] : env.with(at, `${key}=${value}`);
  }
  return {
    config: { ...config, Env: env },
    comment: ` ENV${pairs.map(([key, value]) => ` ${key}=${value}`).join("")}`,
  };
}

function setLabels(config: ImageConfig, pairs: readonly (readonly [string, string])[]): Changed {
  if (pairs.some(([key]) => key === "")) throw invalidParameter("LABEL names can not be blank");
  return {
    config: { ...config, Labels: { ...config.Labels, ...Object.fromEntries(pairs) } },
    comment: ` LABEL${pairs.map(([key, value]) => ` ${key}=${value}`).join("")}`,
  };
}

/** What a command line stands for: itself, or the shell with it. */
export function commandWords(config: ImageConfig, { words, exec }: CommandLine): string[] {
  return exec ? [...words] : [...(config.Shell ?? DEFAULT_SHELL), words.join(" ")];
}

const quotedList = (words: readonly string[]) => `[${words.map((one) => JSON.stringify(one)).join(" ")}]`;

function setCommand(config: ImageConfig, command: CommandLine): Changed {
  const words = command.words.length === 0 && !command.exec ? [] : commandWords(config, command);
  return { config: { ...config, Cmd: words }, comment: ` CMD ${quotedList(words)}` };
}

/** A new entry point forgets a command that it did not come with. */
function setEntrypoint(config: ImageConfig, command: CommandLine): Changed {
  const words = command.words.length === 0 && !command.exec ? [] : commandWords(config, command);
  return { config: { ...config, Entrypoint: words, Cmd: null }, comment: ` ENTRYPOINT ${quotedList(words)}` };
}

function expose(config: ImageConfig, items: readonly string[]): Changed {
  const ports: Record<string, object> = { ...config.ExposedPorts };
  for (const item of items) for (const port of portsOf(item)) ports[port] = {};
  return { config: { ...config, ExposedPorts: ports }, comment: ` EXPOSE ${items.join(" ")}` };
}

function portsOf(item: string): string[] {
  const [range = "", protocol = "tcp"] = item.split("/");
  const wanted = range.slice(range.lastIndexOf(":") + 1);
  if (wanted === "") throw invalidParameter(`no port specified: ${item}<empty>`);
  const [start = Number.NaN, end = start] = wanted
    .split("-")
    .map((part) => (/^\d+$/.test(part) ? Number(part) : Number.NaN));
  if (!(start <= 65_535 && end <= 65_535)) throw invalidParameter(`Invalid containerPort: ${wanted}`);
  if (end < start) throw invalidParameter(`Invalid containerPort: ${wanted}`);
  const lower = protocol.toLowerCase();
  if (!["tcp", "udp", "sctp"].includes(lower)) throw invalidParameter(`Invalid proto: ${protocol}`);
  return Array.from({ length: end - start + 1 }, (_, n) => `${start + n}/${lower}`);
}

function addVolumes(config: ImageConfig, items: readonly string[]): Changed {
  return {
    config: { ...config, Volumes: { ...config.Volumes, ...Object.fromEntries(items.map((item) => [item, {}])) } },
    comment: ` VOLUME [${items.join(" ")}]`,
  };
}

function healthText({
  Test = [],
  Interval = 0,
  Timeout = 0,
  StartPeriod = 0,
  StartInterval = 0,
  Retries = 0,
}: HealthConfig): string {
  const spans = [Interval, Timeout, StartPeriod, StartInterval].map(formatGoDuration).join(" ");
  return `&{[${Test.join(" ")}] ${spans} ${Retries}}`;
}

function setDirectory(config: ImageConfig, path: string): Changed {
  if (path === "") throw invalidParameter("cannot normalize nothing");
  const WorkingDir = normalise(path, config.WorkingDir || "/");
  return { config: { ...config, WorkingDir }, comment: `WORKDIR ${WorkingDir}` };
}

const SIGNALS = new Set(
  "ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU UNUSED URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX".split(
    " ",
  ),
);

function setStopSignal(config: ImageConfig, signal: string): Changed {
  const name = signal.toUpperCase().replace(/^SIG/, "");
  const known = /^\d+$/.test(signal)
    ? Number(signal) > 0 && Number(signal) <= 64
    : SIGNALS.has(name) || /^RT(MIN\+\d+|MAX-\d+)$/.test(name);
  if (!known) throw invalidParameter(`invalid signal: ${signal}`);
  return { config: { ...config, StopSignal: signal }, comment: ` STOPSIGNAL ${signal}` };
}
