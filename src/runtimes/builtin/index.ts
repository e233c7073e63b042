/** The servers and small programs of the catalog's images, by the name in their executables. */
import type { Program } from "../../api/process";
import { httpd } from "./httpd";
import { nginx } from "./nginx";
import { redisCli } from "./redis-cli";
import { redisServer } from "./redis-server";
import { aptGet, hello, node, tini } from "./small";
import { visualizer } from "./visualizer";
import { whoamiServer } from "./whoami";

/** Programs by executable name. */
export const servers: Readonly<Record<string, Program>> = {
  "apt-get": aptGet,
  hello,
  httpd,
  nginx,
  node,
  "redis-cli": redisCli,
  "redis-server": redisServer,
  tini,
  visualizer,
  "whoami-server": whoamiServer,
};
