/**
 * Turns MicroPython's account of an exception into CPython's: frames of the interpreter's own start-up go, source lines
 * come in, wordings change. What was caught and printed by guest code itself stays as MicroPython words it.
 */
import type { PythonError } from "./machine";
import { libraryDir, type PythonVersion } from "./version";

export interface Explained {
  readonly type: string;
  readonly message: string;
  readonly text: string; // the whole traceback with a final newline
}

interface Frame {
  readonly file: string;
  readonly line: number;
  readonly where?: string;
}

/** `readSource` gives a file's text, or undefined when there is none. */
export function explain(
  error: PythonError,
  version: PythonVersion,
  readSource: (path: string) => string | undefined,
): Explained {
  const lines = error.traceback.replace(/\n$/, "").split("\n");
  const start = lines.findIndex((line) => !/^(Traceback | {2}File )/.test(line));
  const frames = lines
    .slice(0, Math.max(0, start))
    .flatMap(parseFrame)
    .filter((frame) => !isOurs(frame, version));
  const said = lines.slice(Math.max(0, start)).join("\n");
  const colon = said.indexOf(": ");
  const { type, message } = reword(error.type, colon < 0 ? "" : said.slice(colon + 2), version);
  const last = frames.at(-1);
  if (type === "SyntaxError" || type === "IndentationError") {
    return { type, message, text: syntaxError(frames, type, message, readSource) };
  }
  const head = frames.length > 0 ? "Traceback (most recent call last):\n" : "";
  const body = showFrames(frames, version, readSource);
  const shown = missingModule(last, type, message);
  return { type, message: shown, text: `${head}${body}${type}${shown === "" ? "" : `: ${shown}`}\n` };
}

function parseFrame(line: string): Frame[] {
  const match = /^ {2}File "(.*)", line (\d+)(?:, in (.*))?$/.exec(line);
  return match ? [{ file: match[1] ?? "", line: Number(match[2]), ...(match[3] ? { where: match[3] } : {}) }] : [];
}

/** The launcher's frames: the `exec` line and the underscore modules of the library. */
function isOurs(frame: Frame, version: PythonVersion): boolean {
  return frame.file === "<stdin>" || frame.file.startsWith(`${libraryDir(version)}/_`);
}

/** Python 3 shows the same line three times and counts the rest. */
function showFrames(
  frames: readonly Frame[],
  version: PythonVersion,
  readSource: (path: string) => string | undefined,
): string {
  const shown: string[] = [];
  let repeats = 0;
  frames.forEach((frame, i) => {
    const text = showFrame(frame, readSource);
    repeats = shown.length > 0 && i > 0 && showFrame(frames[i - 1] as Frame, readSource) === text ? repeats + 1 : 0;
    if (version.major === 2 || repeats < 3) shown.push(text);
    else if (repeats === 3) shown.push("");
    if (repeats >= 3 && version.major !== 2) {
      const more = repeats - 2;
      shown[shown.length - 1] = `  [Previous line repeated ${more} more time${more === 1 ? "" : "s"}]\n`;
    }
  });
  return shown.join("");
}

function showFrame(frame: Frame, readSource: (path: string) => string | undefined): string {
  const source = readSource(frame.file)?.split("\n")[frame.line - 1]?.trim();
  return `  File "${frame.file}", line ${frame.line}, in ${frame.where ?? "<module>"}\n${source ? `    ${source}\n` : ""}`;
}

/** A syntax error of the program itself has no "Traceback" line; one of an imported module has. */
function syntaxError(
  frames: readonly Frame[],
  type: string,
  message: string,
  readSource: (path: string) => string | undefined,
): string {
  const at = frames.at(-1);
  const outer = frames.slice(0, -1);
  const head = outer.length > 0 ? "Traceback (most recent call last):\n" : "";
  const body = outer.map((frame) => showFrame(frame, readSource)).join("");
  if (!at) return `${type}: ${message}\n`;
  const source = readSource(at.file)?.split("\n")[at.line - 1]?.trim();
  const line = source ? `    ${source}\n    ${" ".repeat(Math.max(0, source.length - 1))}^\n` : "";
  return `${head}${body}  File "${at.file}", line ${at.line}\n${line}${type}: ${message}\n`;
}

function missingModule(frame: Frame | undefined, type: string, message: string): string {
  return frame && type === "KeyError" && !/^(['"(\d-]|None|True|False)/.test(message) ? `'${message}'` : message;
}

const OPERATORS: Readonly<Record<string, string>> = {
  __add__: "+",
  __iadd__: "+=",
  __sub__: "-",
  __isub__: "-=",
  __mul__: "*",
  __imul__: "*=",
  __truediv__: "/",
  __floordiv__: "//",
  __mod__: "%",
  __pow__: "** or pow()",
  __and__: "&",
  __or__: "|",
  __xor__: "^",
  __lshift__: "<<",
  __rshift__: ">>",
  __lt__: "<",
  __gt__: ">",
  __le__: "<=",
  __ge__: ">=",
};

const SYSTEM_ERRORS = new Set(
  "OSError FileNotFoundError FileExistsError PermissionError IsADirectoryError NotADirectoryError ConnectionError ConnectionRefusedError ConnectionResetError BrokenPipeError TimeoutError gaierror".split(
    " ",
  ),
);

/** CPython's wording by exception type; each rule takes MicroPython's message. */
function reword(type: string, message: string, version: PythonVersion): { type: string; message: string } {
  const two = version.major === 2;
  const system = /^\((-?\d+), (['"])(.*?)\2(?:, (.*?))?,?\)$/.exec(message);
  if (system && SYSTEM_ERRORS.has(type)) {
    return reword(type, `[Errno ${system[1]}] ${system[3]}${system[4] ? `: ${system[4]}` : ""}`, version);
  }
  const name = (text: string) => /'([^']*)'/.exec(text)?.[1] ?? text;
  switch (type) {
    case "ImportError":
    case "ModuleNotFoundError":
      if (/^no module named/i.test(message)) {
        if (two) return { type: "ImportError", message: `No module named ${name(message).split(".").at(-1)}` };
        return { type: "ModuleNotFoundError", message: `No module named '${name(message)}'` };
      }
      if (/^can't import name/.test(message)) {
        return { type, message: `cannot import name ${two ? message.slice(18) : `'${message.slice(18)}'`}` };
      }
      return { type: "ImportError", message };
    case "NameError":
      return {
        type,
        message: message
          .replace("isn't defined", "is not defined")
          .replace(/^local variable referenced.*/, "local variable referenced before assignment"),
      };
    case "ZeroDivisionError":
      return { type, message: two ? "integer division or modulo by zero" : "division by zero" };
    case "ValueError": {
      const literal = /^invalid syntax for integer with base (\d+)(?:: (.*))?/.exec(message);
      if (literal)
        return {
          type,
          message: `invalid literal for int() with base ${literal[1]}${literal[2] ? `: ${literal[2]}` : ""}`,
        };
      return { type, message: message.replace("invalid syntax for number", "could not convert string to float") };
    }
    case "RuntimeError":
      if (!/^maximum recursion|pystack exhausted/.test(message)) return { type, message };
      return { type: two ? "RuntimeError" : "RecursionError", message: "maximum recursion depth exceeded" };
    case "TypeError":
      return { type, message: typeError(message, two) };
    case "OSError":
      return two ? { type: "IOError", message } : { type, message };
    case "FileNotFoundError":
    case "PermissionError":
    case "FileExistsError":
    case "IsADirectoryError":
    case "NotADirectoryError":
      return { type: two ? "IOError" : type, message };
    case "ConnectionRefusedError":
    case "gaierror":
    case "timeout":
      return {
        type:
          type === "ConnectionRefusedError" && !two
            ? type
            : `socket.${type === "ConnectionRefusedError" ? "error" : type}`,
        message,
      };
    default:
      return { type, message };
  }
}

function typeError(message: string, two: boolean): string {
  const operands = /^unsupported types for (\w+): '(.*)', '(.*)'$/.exec(message);
  if (operands) {
    const [, method = "", left = "", right = ""] = operands;
    const operator = OPERATORS[method] ?? method;
    if (operator === "+" && left === "str") {
      return two
        ? `cannot concatenate 'str' and '${right}' objects`
        : `can only concatenate str (not "${right}") to str`;
    }
    if ("<><=>=".includes(operator)) return `'${operator}' not supported between instances of '${left}' and '${right}'`;
    return `unsupported operand type(s) for ${operator}: '${left}' and '${right}'`;
  }
  const convert = /^can't convert '(.*)' object to str implicitly$/.exec(message);
  if (convert) {
    return two
      ? `cannot concatenate 'str' and '${convert[1]}' objects`
      : `can only concatenate str (not "${convert[1]}") to str`;
  }
  const count = /^function takes (\d+) positional arguments but (\d+) were given$/.exec(message);
  if (count)
    return `function takes ${count[1]} positional argument${count[1] === "1" ? "" : "s"} but ${count[2]} were given`;
  return message
    .replace(/^'(.*)' object isn't (\w+)$/, "'$1' object is not $2")
    .replace("object not callable", "object is not callable");
}
