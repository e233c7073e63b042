/** The formats of `printf` and the escapes of `echo -e`. */
import { unescapeAnsi } from "./word-parser";

/** Interprets `echo -e` escapes; `stop` when `\c` ended the output. */
export function echoEscapes(text: string): { text: string; stop: boolean } {
  const cut = /(^|[^\\])((?:\\\\)*)\\c/.exec(text);
  const body = cut ? text.slice(0, cut.index + (cut[1] ?? "").length + (cut[2] ?? "").length) : text;
  return { text: unescapeAnsi(body), stop: cut !== null };
}

/** Formats `args` as printf(1) does, again and again while arguments are left. `errors`: invalid numbers. */
export function formatPrintf(format: string, args: readonly string[]): { text: string; errors: string[] } {
  const errors: string[] = [];
  let out = "";
  let i = 0;
  for (let round = 0; round === 0 || i < args.length; round++) {
    const before = i;
    let stopped = false;
    out += format.replace(
      /\\(?:x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|0?[0-7]{1,3}|[\s\S])|%%|%([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+))?([diouxXcsbqeEfgG]|\([^)]*\)T)/g,
      (
        all,
        flags: string | undefined,
        width: string | undefined,
        precision: string | undefined,
        kind: string | undefined,
      ) => {
        if (stopped) return "";
        if (all.startsWith("\\")) return unescapeAnsi(all);
        if (kind === undefined) return "%";
        const w = width === "*" ? Number(args[i++] ?? 0) : Number(width ?? 0);
        const p = precision === "*" ? Number(args[i++] ?? 0) : precision === undefined ? undefined : Number(precision);
        const arg = args[i++];
        if (kind === "b") {
          const escaped = echoEscapes(arg ?? "");
          stopped = escaped.stop;
          return pad(escaped.text, w, flags ?? "");
        }
        return convert(kind, arg, flags ?? "", w, p, errors);
      },
    );
    if (stopped || i === before) break;
  }
  return { text: out, errors };
}

function pad(text: string, width: number, flags: string, zero = false): string {
  if (flags.includes("-")) return text.padEnd(width);
  if (!zero) return text.padStart(width);
  const sign = /^[-+ ]/.exec(text)?.[0] ?? "";
  return sign + text.slice(sign.length).padStart(width - sign.length, "0");
}

function convert(
  kind: string,
  arg: string | undefined,
  flags: string,
  width: number,
  precision: number | undefined,
  errors: string[],
): string {
  const text = arg ?? "";
  if (kind === "s") return pad(precision === undefined ? text : text.slice(0, precision), width, flags);
  if (kind === "c") return pad(text.slice(0, 1), width, flags);
  if (kind === "q")
    return pad(
      /^[\w@%+=:,./-]+$/.test(text) ? text : text === "" ? "''" : text.replace(/[^\w@%+=:,./-]/g, "\\$&"),
      width,
      flags,
    );
  const zero = flags.includes("0");
  const plus = (v: string) =>
    v.startsWith("-") ? v : flags.includes("+") ? `+${v}` : flags.includes(" ") ? ` ${v}` : v;
  if ("eEfgG".includes(kind)) {
    const value = Number(text || 0);
    if (Number.isNaN(value)) errors.push(text);
    const n = Number.isNaN(value) ? 0 : value;
    const shown =
      kind === "f"
        ? n.toFixed(precision ?? 6)
        : kind.toLowerCase() === "e"
          ? n.toExponential(precision ?? 6).replace(/e([-+])(\d)$/, "e$10$2")
          : String(Number(n.toPrecision(precision || 6)));
    return pad(plus(shown), width, flags, zero);
  }
  let n = 0n;
  try {
    const quoted = /^["'](.)/u.exec(text);
    const negative = text.trim().startsWith("-");
    const digits = text.trim().replace(/^[-+]/, "");
    n = quoted
      ? BigInt(quoted[1]?.codePointAt(0) ?? 0)
      : BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits || 0) * (negative ? -1n : 1n);
  } catch {
    errors.push(text);
    n = BigInt(/^\s*[-+]?\d+/.exec(text)?.[0]?.trim() ?? 0);
  }
  const unsigned = BigInt.asUintN(64, n);
  const hash = flags.includes("#");
  const shown =
    kind === "x"
      ? (hash ? "0x" : "") + unsigned.toString(16)
      : kind === "X"
        ? (hash ? "0X" : "") + unsigned.toString(16).toUpperCase()
        : kind === "o"
          ? unsigned.toString(8)
          : kind === "u"
            ? String(unsigned)
            : plus(String(n));
  const long = precision === undefined ? shown : shown.replace(/\d+/, (d) => d.padStart(precision, "0"));
  return pad(long, width, flags, zero && precision === undefined);
}
