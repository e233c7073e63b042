/** What each shell says of a text that it cannot parse. */
import { type Fds, write } from "./control";
import type { ShellSyntaxError } from "./parser";
import type { Shell } from "./shell";

export async function complainOfSyntax(
  shell: Shell,
  error: ShellSyntaxError,
  source: string,
  fds: Fds,
  label?: string,
): Promise<void> {
  if (!shell.bash) {
    const token = error.token ?? "";
    const text = error.token
      ? `syntax error: unexpected ${/^(newline)$/.test(token) ? token : /^\W/.test(token) || /^(fi|done|do|then|esac|else|elif)$/.test(token) ? `"${token}"` : `word`}`
      : error.message.includes("EOF")
        ? "syntax error: unterminated quoted string"
        : "syntax error: unexpected end of file";
    shell.line = error.line;
    const dash = shell.dialect === "dash" ? text.replace("syntax", "Syntax") : text;
    return write(
      fds,
      2,
      `${shell.name}: ${shell.dialect === "dash" ? `${error.line}: ` : shell.interactive || !shell.fromScript ? "" : `line ${error.line}: `}${dash}\n`,
    );
  }
  // bash counts the end of the text as one line more.
  const line = error.message.endsWith("unexpected end of file") && !source.endsWith("\n") ? error.line + 1 : error.line;
  const place = shell.interactive ? `${shell.name}: ` : `${shell.name}: ${label ? `${label}: ` : ""}line ${line}: `;
  await write(fds, 2, `${place}${error.message}\n`);
  if (!shell.interactive && error.token) {
    const row = source.split("\n")[error.line - 1] ?? "";
    await write(fds, 2, `${place}\`${row}'\n`);
  }
}
