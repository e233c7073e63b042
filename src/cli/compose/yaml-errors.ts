/**
 * The words of libyaml for what the YAML library found wrong. libyaml reports where the surrounding node began, often
 * counted from zero, so the line is worked out from the text.
 */
import type { Document, YAMLParseError } from "yaml";
import { isScalar, visit } from "yaml";

/** `line 3: did not find expected key` for the first error of a document. */
export function libyamlError(text: string, document: Document.Parsed): string {
  const [error] = document.errors as [YAMLParseError, ...YAMLParseError[]];
  const multiline = document.errors.find((one) => one.code === "MULTILINE_IMPLICIT_KEY");
  const at = error.pos[0];
  switch (error.code) {
    case "TAB_AS_INDENT":
      return tab(text, at);
    case "BAD_SCALAR_START":
      return scanner(text, at, at, "found character that cannot start any token");
    case "BAD_ALIAS":
      return scanner(text, at, at, "did not find expected alphabetic or numeric character");
    case "BAD_DQ_ESCAPE":
      return scanner(text, quoteStart(document, at), at, "found unknown escape character");
    case "BLOCK_AS_IMPLICIT_KEY":
      if (error.message.includes("sequence")) return expectedKey(text, at);
      return scanner(text, 0, multiline?.pos[1] ?? at, "mapping values are not allowed in this context");
    case "MULTILINE_IMPLICIT_KEY":
      if (document.errors[1]?.message.includes("block-seq-ind")) return expectedKey(text, at);
      return scanner(text, 0, error.pos[1], "mapping values are not allowed in this context");
    case "MISSING_CHAR":
      if (error.message.startsWith("Missing closing"))
        return scanner(text, quoteStart(document, at), at, "found unexpected end of stream");
      if (error.message.startsWith("Implicit map keys")) return scanner(text, at, at, "could not find expected ':'");
      return flow(text, at, error.message);
    case "BAD_INDENT":
      return error.message.startsWith("Flow") ? flow(text, at, error.message) : expectedKey(text, at);
    case "UNEXPECTED_TOKEN":
      if (error.message.includes("node end")) return parser(text, 0, at, "did not find expected '-' indicator");
      return parser(text, at, at, "did not find expected node content");
    default:
      return parser(text, at, at, "did not find expected node content");
  }
}

const lineAt = (text: string, position: number) => text.slice(0, position).split("\n").length - 1;

/** A scanner's error counts lines from one, and names none for the first. */
function scanner(text: string, context: number, problem: number, words: string): string {
  const line = lineAt(text, context) || lineAt(text, problem);
  return line === 0 ? words : `line ${line + 1}: ${words}`;
}

/** A parser's error counts lines from zero. */
function parser(text: string, context: number, problem: number, words: string): string {
  const atEnd = problem >= text.length && !text.endsWith("\n") ? 1 : 0;
  const line = lineAt(text, context) || lineAt(text, problem) + atEnd;
  return line === 0 ? words : `line ${line}: ${words}`;
}

function tab(text: string, at: number): string {
  const before = text.slice(0, at).trimEnd();
  const last = before.slice(before.lastIndexOf("\n") + 1);
  if (/[:-]\s+[^"'[{|>\s].*$/.test(last))
    return scanner(text, before.length, at, "found a tab character that violates indentation");
  return scanner(text, at, at, "found character that cannot start any token");
}

/** Where the quoted scalar around a position begins. */
function quoteStart(document: Document.Parsed, at: number): number {
  let start = at;
  visit(document, (_, node) => {
    if (isScalar(node) && node.range && node.range[0] <= at && at <= node.range[1]) start = node.range[0];
  });
  return start;
}

/** The mapping that goes on too soon is the one outside the offender's column. */
function expectedKey(text: string, at: number): string {
  const lines = text.split("\n");
  const offender = lineAt(text, at);
  const indent = (line: string) => /^ */.exec(line)?.[0].length ?? 0;
  const column = indent(lines[offender] ?? "");
  let outer = Number.POSITIVE_INFINITY;
  let context = 0;
  for (let index = offender - 1; index >= 0; index--) {
    const line = lines[index] ?? "";
    if (line.trim() === "") continue;
    if (outer === Number.POSITIVE_INFINITY && (indent(line) < column || column === 0)) outer = indent(line);
    if (indent(line) < outer && outer !== Number.POSITIVE_INFINITY) break;
    if (indent(line) === outer) context = index;
  }
  const line = context || offender;
  return line === 0 ? "did not find expected key" : `line ${line}: did not find expected key`;
}

function flow(text: string, at: number, message: string): string {
  const close = /with a (.)|missing (.)/.exec(message)?.[1] ?? (message.includes("sequence") ? "]" : "}");
  let depth = 0;
  let open = at;
  while (open-- > 0) {
    if ("]}".includes(text[open] ?? "")) depth++;
    if ("[{".includes(text[open] ?? "") && depth-- === 0) break;
  }
  return parser(text, Math.max(0, open), at, `did not find expected ',' or '${close}'`);
}
