/** Serves the yardstick behind the same gateway: `node bench/echo-server.mjs PORT STATE`. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "../scripts/build.mjs";

const [port, state] = process.argv.slice(2);
const directory = join(root, "dist/bench");
await build({
  entryPoints: [join(root, "bench/echo.ts")],
  outfile: join(directory, "worker.mjs"),
  bundle: true,
  format: "esm",
  external: ["cloudflare:*"],
});
const { startGateway } = await import(pathToFileURL(join(root, "dist/gateway/main.mjs")).href);
const gateway = await startGateway({
  port: Number(port),
  worker: directory,
  web: directory,
  state,
  log: console.error,
});
process.once("SIGTERM", async () => {
  await gateway.stop();
  process.exit(0);
});
console.log("Slipway is ready at the yardstick");
