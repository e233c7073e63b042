/** A wasm file is imported as a compiled module (wrangler's rule `CompiledWasm`, workerd's `wasm` modules). */
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
