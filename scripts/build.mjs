/**
 * Builds what `npm start` and `npm run deploy` serve: `dist/worker` (the Worker and its wasm modules), `dist/gateway` (the
 * server in front of it) and `dist/web` (the page). A part whose sources have not changed since is left as it is.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const at = (...parts) => join(root, ...parts);

/** What each part is made of; a change of any file's size or time builds it anew. */
const COMMON = ["package-lock.json", "scripts/build.mjs", "tsconfig.json"];
const PARTS = {
  gateway: { sources: [...COMMON, "src/gateway"], build: buildGateway },
  lessons: { sources: [...COMMON, "lessons", "src/lessons", "scripts/lessons.mjs"], build: buildLessons },
  worker: { sources: [...COMMON, "src", "lessons"], build: buildWorker },
  web: { sources: [...COMMON, "web", "src/api", "src/lessons/generated", "vite.config.ts"], build: buildWeb },
};

/** Builds what is out of date, in order; returns the names of the parts that were built. */
export async function build(log = () => {}) {
  mkdirSync(at("dist"), { recursive: true });
  const built = [];
  for (const [name, { sources, build: run }] of Object.entries(PARTS)) {
    const stamp = at("dist", `.${name}.stamp`);
    const digest = digestOf(sources);
    if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) continue;
    rmSync(stamp, { force: true });
    log(`building ${name}`);
    await run();
    writeFileSync(stamp, digestOf(sources));
    built.push(name);
  }
  return built;
}

function digestOf(sources) {
  const hash = createHash("sha256");
  const visit = (path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return;
    if (stat.isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name));
    else if (!path.endsWith(".test.ts")) hash.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`);
  };
  for (const source of sources) visit(at(source));
  return hash.digest("hex");
}

/** Leaves wasm modules out of the bundle: they are copied beside it and imported by name. */
const wasmBeside = (directory) => ({
  name: "wasm-beside",
  setup(esbuild) {
    esbuild.onResolve({ filter: /\.wasm(\?module)?$/ }, async (args) => {
      if (args.pluginData === "own") return undefined;
      const path = args.path.replace(/\?module$/, "");
      const found = path.startsWith(".")
        ? { path: resolve(args.resolveDir, path), errors: [] }
        : await esbuild.resolve(path, { ...args, pluginData: "own" });
      if (found.errors.length > 0) return found;
      cpSync(found.path, join(directory, basename(found.path)));
      return { path: `./${basename(found.path)}`, external: true };
    });
  },
});

async function buildWorker() {
  const { build: esbuild } = await import("esbuild");
  const directory = at("dist/worker");
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  await esbuild({
    entryPoints: [at("src/worker/index.ts")],
    outfile: join(directory, "worker.mjs"),
    bundle: true,
    format: "esm",
    target: "es2022",
    external: ["cloudflare:*", "node:*"],
    conditions: ["workerd", "worker", "browser"],
    loader: { ".md": "text", ".txt": "text", ".py": "text", ".html": "text", ".sh": "text" },
    plugins: [wasmBeside(directory)],
    logLevel: "warning",
  });
}

async function buildGateway() {
  const { build: esbuild } = await import("esbuild");
  await esbuild({
    entryPoints: [at("src/gateway/main.ts")],
    outfile: at("dist/gateway/main.mjs"),
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    external: ["ws"],
    logLevel: "warning",
  });
}

/** Turns the folders of `lessons/` into the data that the Worker carries. */
async function buildLessons() {
  execFileSync(process.execPath, [at("scripts/lessons.mjs")], { stdio: "inherit" });
}

async function buildWeb() {
  mkdirSync(at("dist/web"), { recursive: true });
  if (!existsSync(at("web/index.html"))) return writeLessons(at("dist/web/lessons"));
  const { build: vite } = await import("vite");
  await vite({ configFile: at("vite.config.ts"), logLevel: "warn" });
  writeLessons(at("dist/web/lessons"));
}

/** The lessons as `/api/lessons` serves them: the course's contents, and a document each. What checks them stays inside. */
function writeLessons(directory) {
  mkdirSync(directory, { recursive: true });
  const course = JSON.parse(readFileSync(at("src/lessons/generated/course.json"), "utf8"));
  const write = (name, value) => writeFileSync(join(directory, `${name}.json`), JSON.stringify(value));
  const topics = course.topics.map((topic) => ({
    ...topic,
    lessons: topic.lessons.map(({ document: { id, title, minutes } }) => ({ id, title, minutes })),
  }));
  write("index", { ...course, topics });
  for (const { lessons } of course.topics) for (const { document } of lessons) write(document.id, document);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const built = await build((line) => console.log(line));
  console.log(built.length > 0 ? `built ${built.join(", ")}` : `nothing to do in ${dirname(at("dist/x"))}`);
}
