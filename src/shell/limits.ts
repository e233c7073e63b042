/** Every limit of the shell, each with its unit: student code is hostile. */

/** Bytes a command substitution may produce. */
export const MAX_SUBSTITUTION = 4 * 1024 * 1024;
/** Bytes a pipe holds before its writer waits (Linux: 64 KiB). */
export const PIPE_CAPACITY = 64 * 1024;
/** Nested functions, substitutions, sources and evals. */
export const MAX_DEPTH = 100;
/** Words one command may expand to. */
export const MAX_WORDS = 100_000;
/** Subshells that live at the same time, those of pipelines and jobs included (`ulimit -u`). */
export const MAX_SUBSHELLS = 256;
/** Characters that the variables of a shell and its subshells hold together. */
export const MAX_VARIABLE_BYTES = 8 * 1024 * 1024;
/** Commands of one line that run at full speed: a loop beyond it rests REST_MILLIS after every STEPS_PER_TURN. */
export const FREE_COMMANDS = 20_000;
/** Real milliseconds; leaves most of the processor to others. */
export const REST_MILLIS = 3;
/** Characters of one variable, function or line of history that outlive the shell, and of all of them together. */
export const MAX_SAVED_VALUE = 64 * 1024;
export const MAX_SAVED_STATE = 1024 * 1024;
/** Commands run before the event loop gets a turn. */
export const STEPS_PER_TURN = 100;
/** Lines of history kept. */
export const MAX_HISTORY = 1000;
/** Bytes a tool that must see its whole input may read. */
export const MAX_COLLECTED = 16 * 1024 * 1024;
/** Nesting of the parser. */
export const MAX_PARSE_DEPTH = 200;
