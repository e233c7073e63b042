/**
 * What a plain YAML scalar stands for, as Go's yaml.v3 decides it: YAML 1.2 words, the octal numbers and underscores of
 * 1.1. Whole numbers are bigint, fractions number, so that both print as Go prints them.
 */

export type YamlValue = null | boolean | bigint | number | string | YamlValue[] | YamlMap;
export type YamlMap = Map<string, YamlValue>;

const WORDS: ReadonlyMap<string, YamlValue> = new Map<string, YamlValue>([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
  ...[".nan", ".NaN", ".NAN"].map((word) => [word, Number.NaN] as const),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...["-.inf", "-.Inf", "-.INF"].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);

const INTEGER = /^([+-]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)$/;
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;

/** The value of a plain scalar. Dates stay text. */
export function resolvePlain(text: string): YamlValue {
  if (WORDS.has(text)) return WORDS.get(text) ?? null;
  if (!/^[-+.0-9]/.test(text)) return text;
  const plain = text.replaceAll("_", "");
  const integer = INTEGER.exec(plain);
  if (integer) {
    const digits = (integer[2] ?? "").replace(/^0(?=[0-7])/, "0o");
    const value = BigInt(digits) * (integer[1] === "-" ? -1n : 1n);
    if (value >= -(1n << 63n) && value < 1n << 64n) return value;
  }
  return FLOAT.test(plain) ? Number(plain) : text;
}

/** Words that older readers take for booleans; yaml.v3 writes them in quotes. */
export function looksLikeOldBool(text: string): boolean {
  return /^(y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/.test(text);
}

/** `22:22`, a number in base 60 for older readers. */
export function looksLikeBase60(text: string): boolean {
  return /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(text);
}

/** Text that yaml.v3 reads as a moment. */
export function looksLikeTime(text: string): boolean {
  return /^\d{4}-\d\d?-\d\d?([Tt ]\d\d?:\d\d?:\d\d?(\.\d+)?(Z|[+-]\d\d:\d\d)?)?$/.test(text);
}

/** fmt's %v of a scalar. */
export function goScalar(value: YamlValue): string {
  if (value === null) return "<nil>";
  return typeof value === "number" ? goFloat(value) : String(value);
}

/** strconv's shortest `g` form with an exponent from a million on: `1.5`, `1e-05`, `1.23456789e+07`. */
export function goFloat(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (value === 0) return "0";
  const [mantissa = "", power = "0"] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) {
    const digits = mantissa.replace(/[-.]/g, "");
    const sign = value < 0 ? "-" : "";
    if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
    if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, "0");
    return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
  }
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}
