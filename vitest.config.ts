/**
 * Three kinds of test. `unit`: plain Node, the simulator and all that needs no platform. `objects`: inside workerd, for what
 * only a Durable Object can show (few files: each starts a runtime). `browser`: a real Chromium against a real server,
 * one after the other.
 */
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** MicroPython is suspended by WebAssembly's JSPI, which this Node still keeps behind a flag. */
const execArgv = ["--experimental-wasm-jspi"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          environment: "node",
          pool: "forks",
          execArgv,
          include: [
            "src/**/*.test.ts",
            "web/**/*.test.ts",
            "test/{architecture,simulation,lessons,conformance}/**/*.test.ts",
          ],
          exclude: ["src/objects/**", "**/node_modules/**"],
          testTimeout: 20_000,
        },
      },
      {
        plugins: [
          cloudflareTest({
            main: "./test/support/objects-worker.ts",
            miniflare: {
              compatibilityDate: "2026-08-01",
              compatibilityFlags: ["nodejs_compat"],
              durableObjects: {
                PROBE: { className: "Probe", useSQLite: true },
                REGISTRY: { className: "Registry", useSQLite: true },
              },
            },
          }),
        ],
        test: { name: "objects", include: ["src/objects/**/*.test.ts"], testTimeout: 30_000 },
      },
      {
        test: {
          name: "server",
          environment: "node",
          pool: "forks",
          execArgv,
          fileParallelism: false,
          include: ["test/{contract,recovery}/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "browser",
          environment: "node",
          pool: "forks",
          execArgv,
          fileParallelism: false,
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
