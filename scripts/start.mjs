/**
 * `npm start`: builds what is out of date and serves it at http://localhost:8787 until it is told to end.
 *
 *   PORT=9000 npm start              another port
 *   npm start -- --publish ID        also opens the published ports of that cluster on this machine
 *   npm run dev                      builds and restarts on every change (--watch)
 *
 * Clusters are kept in .slipway/state (SLIPWAY_STATE: another directory).
 */
import { watch } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build, root } from "./build.mjs";

const { values } = parseArgs({
  options: { publish: { type: "string", multiple: true }, watch: { type: "boolean" }, host: { type: "string" } },
});
const port = Number(process.env.PORT ?? 8787);
const log = (line) => console.log(line);

if (!Number.isInteger(port) || port < 1 || port > 65535) fail(`PORT is not a port: ${process.env.PORT}`);

const gateway = await start().catch((error) => fail(error.message));
console.log(`Slipway is ready at http://localhost:${port}`);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, stop);
if (values.watch) rebuildOnChange();

async function start() {
  await build(log);
  const { startGateway } = await import(pathToFileURL(join(root, "dist/gateway/main.mjs")).href);
  return startGateway({
    port,
    host: values.host,
    worker: join(root, "dist/worker"),
    web: join(root, "dist/web"),
    state: process.env.SLIPWAY_STATE ?? join(root, ".slipway/state"),
    publish: values.publish?.map((address) => /([a-z2-7]{26})/.exec(address)?.[1] ?? fail(`not a cluster: ${address}`)),
    log,
  });
}

async function stop() {
  await gateway.stop();
  process.exit(0);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** Changes come in bursts (a save, a checkout): they are gathered, and one build runs at a time. */
function rebuildOnChange() {
  let timer;
  let busy = Promise.resolve();
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      busy = busy.then(rebuild).catch((error) => log(error.message));
    }, 100);
  };
  for (const directory of ["src", "web", "lessons"])
    try {
      watch(join(root, directory), { recursive: true }, changed);
    } catch {
      log(`not watching ${directory}`);
    }
}

async function rebuild() {
  const built = await build(log);
  if (built.includes("worker")) await gateway.reload();
  if (built.length > 0) log(`rebuilt ${built.join(", ")}`);
}
