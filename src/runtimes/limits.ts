/** What guest code may use, each number with its unit. Fuel is one turn of a wasm loop: about 4 ns. */

/** Fuel between two looks at the budget (about 2 ms). */
export const SLICE_FUEL = 500_000;

/** Slices after which other work of the isolate gets a turn (about 10 ms). */
export const SLICES_PER_TURN = 5;

/** Slices a program may compute without once waiting for anything (about 6 s): more is an endless loop. */
export const PROGRAM_SLICES = 3_000;

/** Slices one HTTP request may compute (about 2 s). */
export const REQUEST_SLICES = 1_000;

/** Slices to unwind in after the interrupt of an endless request; then the process is killed. */
export const GRACE_SLICES = 250;

/** Bytes of linear memory of one Python process, whatever its container may use: all live in one isolate of 128 MB. */
export const MACHINE_BYTES = 64 * 1024 * 1024;

/** Bytes of the C stack; the check that `scripts/micropython/build.mjs` sets lies below it. */
export const C_STACK_BYTES = 256 * 1024;

/** Words of the Python stack. */
export const PYTHON_STACK_WORDS = 24 * 1024;

/**
 * Bytes of the first part of the Python heap; more parts are added as needed. A web server's modules fill 0.3 MB: what is
 * free beyond that says how often garbage is collected while it serves.
 */
export const FIRST_HEAP_BYTES = 1024 * 1024;

/** Bytes that standard output gathers when it is no terminal, as CPython's. */
export const OUTPUT_BUFFER_BYTES = 8192;
