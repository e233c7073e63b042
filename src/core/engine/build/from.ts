/** ARG before FROM, and FROM: finds the base image, pulls it when it is not there, takes its triggers. */
import { conflict, invalidParameter } from "../../errors";
import { byReference, lookUpImage } from "../images";
import { pullImage } from "../pull";
import { parseReference, withTag } from "../references";
import type { ImageRow } from "../tables";
import type { InstructionOf, Stage } from "./instructions";
import { type Build, change, imageRow, say } from "./stage";
import { expandWord } from "./words";

const DEFAULT_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const PLATFORM = {
  BUILDPLATFORM: "linux/amd64",
  BUILDOS: "linux",
  BUILDARCH: "amd64",
  TARGETPLATFORM: "linux/amd64",
  TARGETOS: "linux",
  TARGETARCH: "amd64",
};

export function metaArg(build: Build, instruction: InstructionOf<"ARG">, escapeToken: string): void {
  const metaArgs: Record<string, string> = { ...build.state.metaArgs };
  const used = [...build.state.usedArgs];
  for (const { key, value } of instruction.args) {
    const given = build.state.options.buildArgs[key];
    used.push(key);
    if (given !== undefined && given !== null) metaArgs[key] = given;
    else if (value !== undefined) metaArgs[key] = expandWord(value, new Map(Object.entries(metaArgs)), escapeToken);
  }
  change(build, { metaArgs, usedArgs: used });
}

/** True once the stage stands on its base; false while that is being pulled. */
export function from(build: Build, stage: Stage, escapeToken: string): boolean {
  const name = expandWord(
    stage.base,
    new Map([...Object.entries(PLATFORM), ...Object.entries(build.state.metaArgs)]),
    escapeToken,
  );
  if (name === "") throw invalidParameter(`base name (${stage.base}) should not be blank`);
  const earlier = build.state.done.findLast((one) => one.name !== "" && one.name === name.toLowerCase());
  if (earlier) {
    begin(build, imageRow(build, earlier.imageId), stage.base);
    return true;
  }
  if (name === "scratch") {
    begin(build, undefined, name);
    return true;
  }
  const image = findOrPull(build, name);
  if (!image) return false;
  begin(build, image, name);
  return true;
}

/** A local image, or undefined after a pull of it was begun. */
export function findOrPull(build: Build, name: string): ImageRow | undefined {
  const asked = build.state.options.pull && !build.state.pulled.includes(name);
  const local = asked ? undefined : lookUpImage(build.tx, build.machine, name);
  if (local) return local;
  if (build.state.pulled.includes(name)) {
    const pulled = byReference(build.tx, build.machine, withTag(parseReference(name)));
    if (pulled) return pulled;
    throw conflict(`No such image: ${name}`);
  }
  const operation = pullImage(build.tx, build.machine, { reference: name, stream: build.id });
  change(build, { waiting: { kind: "pull", operation }, pulled: [...build.state.pulled, name] });
  return undefined;
}

function begin(build: Build, image: ImageRow | undefined, name: string): void {
  const { OnBuild, ...config } = image?.config ?? {};
  const Env = config.Env?.length ? config.Env : [DEFAULT_PATH];
  const stage = {
    imageId: image?.imageId ?? "",
    config: image || name !== "scratch" ? { ...config, Env } : { Env },
    author: image?.author ?? "",
    args: {},
    cacheBusted: false,
    cmdSet: false,
  };
  change(build, { stage, triggers: OnBuild ?? [] });
  const count = OnBuild?.length ?? 0;
  if (count > 0) say(build, `# Executing ${count} build trigger${count === 1 ? "" : "s"}\n`);
}
