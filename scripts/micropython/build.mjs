/**
 * Makes the Python machine: takes MicroPython's wasm from its npm package and writes
 * `src/runtimes/micropython/generated/micropython.wasm`, changed in four ways that the stock build lacks:
 *
 * 1. setjmp and longjmp, which emscripten sends through JavaScript frames, stay inside wasm by an exception tag, so that
 *    the stack can be suspended (JSPI) and calls are cheaper;
 * 2. every loop counts down the exported global `fuel` and calls the import `tick` at zero: that is how endless loops stop;
 * 3. the memory starts with 1 MiB instead of 17 and grows by itself;
 * 4. the unused asynchronous entry points are dropped from the exports.
 *
 * It also gathers the Python sources under `lib/` into `generated/lib.json`. Plain Node 20; takes about five seconds.
 * `node scripts/micropython/build.mjs [--out DIR] [--lib-only]`
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL("../../", import.meta.url));
const home = path.join(root, "src/runtimes/micropython");
const packages = path.join(root, "src/catalog/packages");

/** Replaces exactly `count` matches or fails: a silent miss would ship a machine without its limits. */
function replace(text, pattern, replacement, count) {
  let seen = 0;
  const result = text.replace(pattern, (...args) => {
    seen++;
    return typeof replacement === "function" ? replacement(...args) : replacement;
  });
  if (seen !== count && !(count === undefined && seen > 0)) {
    throw new Error(`expected ${count ?? "some"} matches of ${pattern}, found ${seen}`);
  }
  return result;
}

/** One `invoke_SIG` of emscripten's longjmp support as a wasm function. */
function trampoline(signature) {
  const result = signature[0] === "v" ? "" : "(result i32)";
  const args = [...signature.slice(1)].map((_, i) => `(param $a${i} i32)`).join(" ");
  const types = signature.length > 1 ? `(param ${"i32 ".repeat(signature.length - 1)})` : "";
  const loads = [...signature.slice(1)].map((_, i) => `local.get $a${i}`).join(" ");
  return `  (func $env.invoke_${signature} (param $x i32) ${args} ${result} (local $sp i32)
    call $emscripten_stack_get_current
    local.set $sp
    try ${result}
      ${loads} local.get $x
      call_indirect $__indirect_function_table ${types} ${result}
    catch $lj
      local.get $sp call $_emscripten_stack_restore
      i32.const 1 i32.const 0 call $setThrew
      ${result ? "i32.const 0" : ""}
    end)\n`;
}

function transform(wat) {
  const functions = [];
  let text = replace(
    wat,
    /^ {2}\(import "env" "invoke_([iv]+)" .*\)\n/gm,
    (_, signature) => {
      functions.push(trampoline(signature));
      return "";
    },
    11,
  );
  text = replace(
    text,
    /^ {2}\(import "env" "_emscripten_throw_longjmp" .*\)\n/m,
    () => {
      functions.push("  (func $env._emscripten_throw_longjmp throw $lj)\n");
      return '  (import "env" "tick" (func $env.tick))\n';
    },
    1,
  );
  text = replace(
    text,
    /^ +loop.*\n/gm,
    (line) =>
      `${line}global.get $fuel i32.const 1 i32.sub global.set $fuel global.get $fuel i32.eqz if call $env.tick end\n`,
  );
  // The stack check of mp_js_init, which would stop at 155 nested calls; now at about 1,000, as CPython.
  text = replace(text, /(\(func \$mp_js_init [\s\S]*?)i32\.const 32768\n/, (_, head) => `${head}i32.const 212992\n`, 1);
  text = replace(text, /\(memory \$memory 259 32768\)/, "(memory $memory 16 32768)", 1);
  text = replace(text, /^ {2}\(export "(__em_js__\w+|__st\w+_em_js|mp_js_do_exec_async|mp_js_repl_\w+)" .*\)\n/gm, "");
  return replace(
    text,
    /^ {2}\(export "memory" \(memory \$memory\)\)\n/m,
    (line) =>
      `  (tag $lj)\n  (global $fuel (mut i32) (i32.const 100000))\n  (export "fuel" (global $fuel))\n${line}${functions.join("")}`,
    1,
  );
}

async function buildWasm(out) {
  const wabt = await require("wabt")();
  const features = { exceptions: true };
  const source = readFileSync(require.resolve("@micropython/micropython-webassembly-pyscript/micropython.wasm"));
  const stock = wabt.readWasm(source, { readDebugNames: false, ...features });
  stock.generateNames();
  stock.applyNames();
  const module = wabt.parseWat(
    "micropython.wat",
    transform(stock.toText({ foldExprs: false, inlineExport: false })),
    features,
  );
  module.validate(features);
  const binary = module.toBinary({ write_debug_names: false }).buffer;
  writeFileSync(path.join(out, "micropython.wasm"), binary);
  return binary.length;
}

function pythonFiles(dir, prefix = "") {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const name = prefix + entry.name;
    if (entry.isDirectory()) return pythonFiles(path.join(dir, entry.name), `${name}/`);
    return entry.name.endsWith(".py") ? [[name, readFileSync(path.join(dir, entry.name), "utf8")]] : [];
  });
}

/** Sorted, so that the same sources give the same bytes. */
function gather(dir, target) {
  const files = pythonFiles(dir).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(target, `${JSON.stringify(Object.fromEntries(files), null, 1)}\n`);
  return files.length;
}

const option = process.argv.indexOf("--out");
const base = option > 0 ? path.resolve(process.argv[option + 1]) : undefined;
const out = base ?? path.join(home, "generated");
const packagesOut = base ?? path.join(packages, "generated");
mkdirSync(out, { recursive: true });
mkdirSync(packagesOut, { recursive: true });
console.log(`${gather(path.join(home, "lib"), path.join(out, "lib.json"))} library modules`);
console.log(`${gather(path.join(packages, "sources"), path.join(packagesOut, "sources.json"))} package modules`);
if (!process.argv.includes("--lib-only")) console.log(`micropython.wasm: ${await buildWasm(out)} bytes`);
