/** The servers and small programs of the catalog's images, by the name in their executables. */
import type { Program } from "../../api/process";
import { hello } from "./hello";
import { tini } from "./tini";
import { visualizer } from "./visualizer";
import { whoami } from "./whoami";

/** Programs by executable name. */
export const servers: Readonly<Record<string, Program>> = {
  hello,
  tini,
  visualizer,
  "whoami-server": whoami,
};
