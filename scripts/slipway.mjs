#!/usr/bin/env node
/**
 * `npx slipway publish URL`: opens the published ports of a cluster on this machine, so that `curl http://localhost:4000`
 * reaches the simulated service. URL is the cluster's page, its DOCKER_HOST, or any other address with its id.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, root } from "./build.mjs";

const [command, address] = process.argv.slice(2);
const found = /^(?:\w+:\/\/)?([^/]+)\/.*?([a-z2-7]{26})/.exec(address ?? "");
if (command !== "publish" || !found) {
  console.error("usage: slipway publish URL   (a cluster's address, as http://localhost:8787/s/ID)");
  process.exit(2);
}
const [, host, id] = found;
const origin = `${address.startsWith("https:") ? "https" : "http"}://${host}`;
const bundle = join(root, "dist/gateway/main.mjs");
if (!existsSync(bundle)) await build();
const { publishPorts } = await import(pathToFileURL(bundle).href);
const end = publishPorts({ id, origin: async () => origin, log: (line) => console.log(line) });
for (const signal of ["SIGINT", "SIGTERM"])
  process.once(signal, () => {
    end();
    process.exit(0);
  });
console.log(`Following ${origin}/s/${id}; Ctrl-C ends it.`);
