/** The servers and small programs of the catalog's images, by the name in their executables. */
import type { Program } from "../../api/process";
import { httpd } from "./httpd";
import { nginx } from "./nginx";
import { redisCli } from "./redis-cli";
import { redisServer } from "./redis-server";
import { hello, tini } from "./small";
import { visualizerProgram } from "./visualizer";
import { whoamiServer } from "./whoami";

/** Programs by executable name. */
export const servers: Readonly<Record<string, Program>> = {
  hello,
  httpd,
  nginx,
  "redis-cli": redisCli,
  "redis-server": redisServer,
  tini,
  visualizer: visualizerProgram(),
  "whoami-server": whoamiServer,
};
