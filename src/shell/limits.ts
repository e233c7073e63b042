/** Every limit of the shell, each with its unit: student code is hostile. */

/** Bytes a command substitution may produce. */
export const MAX_SUBSTITUTION = 4 * 1024 * 1024;
/** Bytes a pipe holds before its writer waits (Linux: 64 KiB). */
export const PIPE_CAPACITY = 64 * 1024;
/** Nested functions, substitutions, sources and evals. */
export const MAX_DEPTH = 100;
/** Words one command may expand to. */
export const MAX_WORDS = 100_000;
/** Commands run before the event loop gets a turn. */
export const STEPS_PER_TURN = 100;
/** Lines of history kept. */
export const MAX_HISTORY = 1000;
/** Bytes a tool that must see its whole input may read. */
export const MAX_COLLECTED = 16 * 1024 * 1024;
/** Nesting of the parser. */
export const MAX_PARSE_DEPTH = 200;
