/**
 * One Python process: an instance of the wasm that `scripts/micropython/build.mjs` makes, with its memory, its fuel and
 * its only way out, the system calls below. It knows nothing of containers; `process.ts` gives it files and a host.
 *
 * Guest code cannot reach JavaScript: what MicroPython's `js` and `jsffi` modules call finds no attribute and may store,
 * call or await nothing.
 */
import { C_STACK_BYTES, FIRST_HEAP_BYTES, PYTHON_STACK_WORDS, SLICE_FUEL } from "../limits";
import { type Descriptors, statAt } from "./descriptors";
import { errno } from "./errno";

/** Ends the process at once: nothing of the instance may be used afterwards. */
export class Killed extends Error {
  constructor(readonly exitCode: number) {
    super(`killed with ${exitCode}`);
  }
}

/** What a run of Python code ended with. */
export interface PythonError {
  readonly type: string;
  readonly traceback: string;
}

/** What the machine asks of its surroundings. */
export interface MachineHost {
  readonly descriptors: Descriptors;
  now(): number; // milliseconds since the epoch
  random(): number;
  /** Called after every slice of fuel. Throw to kill; a promise lets others run meanwhile. */
  tick(): void | Promise<void>;
  /** Whether memory may grow to that many bytes. Throw to kill. */
  mayGrow(bytes: number): boolean;
}

export interface Machine {
  /** Runs source text at the top level of `__main__`; resolves with the uncaught exception, if any. */
  exec(source: string): Promise<PythonError | undefined>;
  /**
   * A function of a module, imported first, to be called again and again without compiling anything. It takes no arguments;
   * the call resolves with the uncaught exception, if any. Throws when there is no such module or function.
   */
  entry(module: string, name: string): () => Promise<PythonError | undefined>;
  /** Makes the running (or next) bytecode raise KeyboardInterrupt. */
  interrupt(): void;
  memoryBytes(): number;
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly fuel: WebAssembly.Global;
  __wasm_call_ctors(): void;
  malloc(size: number): number;
  free(pointer: number): void;
  mp_js_init(pystack: number, heap: number): void;
  proxy_c_init(): void;
  mp_js_do_exec(source: number, length: number, out: number): void;
  mp_js_do_import(name: number, out: number): void;
  proxy_c_to_js_lookup_attr(object: number, name: number, out: number): void;
  proxy_c_to_js_call(callable: number, count: number, args: number, out: number): void;
  mp_sched_keyboard_interrupt(): void;
  emscripten_stack_init(): void;
  _emscripten_stack_restore(pointer: number): void;
}

interface Jspi {
  Suspending: new (fn: (...args: number[]) => unknown) => WebAssembly.ImportValue;
  promising(fn: (...args: number[]) => void): (...args: number[]) => Promise<void>;
}

const jspi = WebAssembly as unknown as Partial<Jspi>;

/** Whether this runtime can suspend a wasm stack; without it a blocking call of Python fails. */
export const canSuspend = jspi.Suspending !== undefined && jspi.promising !== undefined;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** What a value handed out is (`proxy_c.h` of MicroPython's webassembly port). */
const KIND_EXCEPTION = -1;
const KIND_CALLABLE = 6;
const KIND_OBJECT = 8;

/** Boots an instance. `module` is the compiled `generated/micropython.wasm`. */
export function createMachine(module: WebAssembly.Module, host: MachineHost): Machine {
  const imports = makeImports(host, () => exports);
  const instance = new WebAssembly.Instance(module, imports);
  const exports = instance.exports as unknown as Exports;
  exports.emscripten_stack_init();
  exports.__wasm_call_ctors();
  // The stock stack of 64 kB ends after some 130 nested calls.
  exports._emscripten_stack_restore((exports.malloc(C_STACK_BYTES) + C_STACK_BYTES) & ~15);
  exports.mp_js_init(PYTHON_STACK_WORDS, FIRST_HEAP_BYTES);
  exports.proxy_c_init();
  const entered = (fn: (...args: number[]) => void) => (canSuspend && jspi.promising ? jspi.promising(fn) : fn);
  const doExec = entered(exports.mp_js_do_exec);
  const doCall = entered(exports.proxy_c_to_js_call);
  const out = exports.malloc(12);
  const lend = <T>(text: string, use: (pointer: number, length: number) => T): T => {
    const bytes = encoder.encode(`${text}\0`);
    const pointer = exports.malloc(bytes.length);
    new Uint8Array(exports.memory.buffer).set(bytes, pointer);
    const free = () => exports.free(pointer);
    const result = use(pointer, bytes.length - 1);
    if (result instanceof Promise) return result.finally(free) as T;
    free();
    return result;
  };

  return {
    async exec(source) {
      await lend(source, (pointer, length) => doExec(pointer, length, out));
      return readError(exports, out);
    },
    entry(module, name) {
      exports.fuel.value = SLICE_FUEL; // no look at the budget, which could suspend, in between
      lend(module, (pointer) => exports.mp_js_do_import(pointer, out));
      const found = lend(name, (pointer) => {
        const home = reference(exports, out, KIND_OBJECT);
        if (home === undefined) return undefined;
        exports.proxy_c_to_js_lookup_attr(home, pointer, out);
        return reference(exports, out, KIND_CALLABLE);
      });
      if (found === undefined) throw new Error(`no function ${module}.${name}`);
      return async () => {
        await doCall(found, 0, 0, out);
        return readError(exports, out);
      };
    },
    interrupt: () => exports.mp_sched_keyboard_interrupt(),
    memoryBytes: () => exports.memory.buffer.byteLength,
  };
}

/** The number under which the machine keeps the value it has just handed out; undefined when it is of another kind. */
function reference(exports: Exports, out: number, kind: number): number | undefined {
  const view = new DataView(exports.memory.buffer);
  return view.getInt32(out, true) === kind ? view.getUint32(out + 4, true) : undefined;
}

function readError(exports: Exports, out: number): PythonError | undefined {
  const view = new DataView(exports.memory.buffer);
  if (view.getInt32(out, true) !== KIND_EXCEPTION) return undefined;
  const length = view.getUint32(out + 4, true);
  const pointer = view.getUint32(out + 8, true);
  const text = decoder.decode(new Uint8Array(exports.memory.buffer, pointer, length));
  exports.free(pointer);
  const cut = text.indexOf("\x04");
  return { type: text.slice(0, cut), traceback: text.slice(cut + 1) };
}

function makeImports(host: MachineHost, exports: () => Exports): WebAssembly.Imports {
  const bytes = () => new Uint8Array(exports().memory.buffer);
  const view = () => new DataView(exports().memory.buffer);
  const text = (pointer: number) => {
    const memory = bytes();
    return decoder.decode(memory.subarray(pointer, memory.indexOf(0, pointer)));
  };
  const fds = host.descriptors;
  const suspending = (fn: (...args: number[]) => unknown) => (jspi.Suspending ? new jspi.Suspending(fn) : fn);
  const status = (run: () => number | undefined) => errno(run, -1);
  const stat = (run: () => ReturnType<typeof fds.stat>, buffer: number) =>
    status(() => {
      statAt(view(), buffer, run());
      return 0;
    });

  return {
    env: {
      ...sealed,
      tick: suspending(() => {
        exports().fuel.value = SLICE_FUEL;
        return host.tick();
      }),
      mp_js_random_u32: () => Math.floor(host.random() * 2 ** 32) | 0,
      mp_js_ticks_ms: () => host.now() | 0,
      mp_js_time_ms: () => host.now(),
      js_get_proxy_js_ref_info: () => {},
      _abort_js: () => {
        throw new Killed(134);
      },
      emscripten_resize_heap: (wanted: number) => {
        const size = wanted >>> 0;
        if (!host.mayGrow(size)) return 0;
        try {
          exports().memory.grow(Math.ceil((size - exports().memory.buffer.byteLength) / 65536));
          return 1;
        } catch {
          return 0;
        }
      },
      __syscall_chdir: (path: number) => status(() => fds.chdir(text(path))),
      __syscall_getcwd: (buffer: number, size: number) => {
        const cwd = encoder.encode(`${fds.cwd()}\0`);
        if (cwd.length > size) return -68;
        bytes().set(cwd, buffer);
        return cwd.length;
      },
      __syscall_mkdirat: (_dir: number, path: number) => status(() => fds.mkdir(text(path))),
      __syscall_openat: (_dir: number, path: number, flags: number) => status(() => fds.open(text(path), flags)),
      __syscall_poll: () => 0,
      __syscall_getdents64: (fd: number, buffer: number, size: number) =>
        status(() => fds.entries(fd, view(), buffer, size)),
      __syscall_renameat: (_a: number, from: number, _b: number, to: number) =>
        status(() => fds.rename(text(from), text(to))),
      __syscall_rmdir: (path: number) => status(() => fds.unlink(text(path), true)),
      __syscall_unlinkat: (_dir: number, path: number, flags: number) =>
        status(() => fds.unlink(text(path), (flags & 512) !== 0)),
      __syscall_fstat64: (fd: number, buffer: number) => stat(() => fds.fstat(fd), buffer),
      __syscall_stat64: (path: number, buffer: number) => stat(() => fds.stat(text(path)), buffer),
      __syscall_newfstatat: (_dir: number, path: number, buffer: number) => stat(() => fds.stat(text(path)), buffer),
      __syscall_lstat64: (path: number, buffer: number) => stat(() => fds.stat(text(path), true), buffer),
      __syscall_statfs64: () => -52,
    },
    wasi_snapshot_preview1: {
      fd_close: (fd: number) => errno(() => fds.close(fd), 1),
      fd_sync: (fd: number) => errno(() => fds.flush(fd), 1),
      fd_seek: (fd: number, offset: bigint, whence: number, out: number) =>
        errno(() => {
          view().setBigInt64(out, BigInt(fds.seek(fd, Number(offset), whence)), true);
          return 0;
        }, 1),
      fd_write: (fd: number, vector: number, count: number, out: number) =>
        errno(() => {
          let total = 0;
          for (const part of slices(view(), vector, count)) {
            fds.write(fd, bytes().slice(part.pointer, part.pointer + part.length));
            total += part.length;
          }
          view().setUint32(out, total, true);
          return 0;
        }, 1),
      fd_read: suspending((fd, vector, count, out) => {
        const wanted = slices(view(), vector as number, count as number);
        const room = wanted.reduce((sum, part) => sum + part.length, 0);
        const deliver = (data: Uint8Array) => {
          let at = 0;
          for (const part of wanted) {
            bytes().set(data.subarray(at, at + part.length), part.pointer);
            at += part.length;
          }
          view().setUint32(out as number, data.length, true);
          return 0;
        };
        return errno(() => {
          const data = fds.read(fd as number, room);
          return data instanceof Uint8Array ? deliver(data) : (data.then(deliver) as unknown as number);
        }, 1);
      }),
    },
  };
}

function slices(view: DataView, vector: number, count: number): { pointer: number; length: number }[] {
  return Array.from({ length: count }, (_, i) => ({
    pointer: view.getUint32(vector + i * 8, true),
    length: view.getUint32(vector + i * 8 + 4, true),
  })).filter((part) => part.length > 0);
}

/** The bridge to JavaScript, closed: no attribute exists, and whatever would act ends the process. */
const refuse = () => {
  throw new Killed(134);
};
const sealed = {
  lookup_attr: () => 0,
  has_attr: () => 0,
  js_check_existing: () => -1,
  proxy_js_free_obj: () => {},
  ...Object.fromEntries(
    [
      "proxy_convert_mp_to_js_then_js_to_mp_obj_jsside",
      "proxy_convert_mp_to_js_then_js_to_js_then_js_to_mp_obj_jsside",
      ...["store_attr", "js_subscr_load", "js_subscr_store", "js_get_iter", "js_iter_next", "js_reflect_construct"],
      ...["call0", "call1", "call2", "calln", "call0_kwarg", "calln_kwarg", "js_get_error_info"],
      ...["js_then_resolve", "js_then_reject", "js_then_continue", "create_promise"],
    ].map((name) => [name, refuse]),
  ),
};
