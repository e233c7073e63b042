/** The `docker system` and `docker builder` commands. */
import type { Group } from "../../command";
import { builderBuildCommand, legacyNotice } from "../image/build";
import { df } from "./df";
import { events } from "./events";
import { info } from "./info";
import { buildCachePrune, prune } from "./prune";

export const system: Group = { name: "system", short: "Manage Docker", commands: [df, events, info, prune] };

export const builder: Group = {
  name: "builder",
  short: "Manage builds",
  before: legacyNotice,
  commands: [builderBuildCommand, buildCachePrune],
};
