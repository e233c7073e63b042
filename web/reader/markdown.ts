/**
 * Lesson prose to blocks: plain stretches as safe HTML, and the fenced blocks that are more than text. Raw HTML in a lesson is
 * shown as the characters it is made of.
 */
import { Marked, type Tokens } from "marked";

export type Block =
  | { kind: "html"; html: string }
  | { kind: "run"; commands: string[] }
  | { kind: "keys"; key: string }
  | { kind: "file"; path: string };

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => escapes[char] ?? char);

const marked = new Marked({
  renderer: {
    html: ({ text }) => escapeHtml(text),
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens);
      return /^https?:\/\//.test(href)
        ? `<a href="${escapeHtml(href)}" target="_blank" rel="noopener noreferrer">${text}</a>`
        : text;
    },
    image: ({ text }) => escapeHtml(text),
  },
});

/** Between two characters of Chinese, a line break in the source is not a space. */
function joinLines(markdown: string): string {
  return markdown.replace(
    /(?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])\n(?=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])/g,
    "",
  );
}

export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  for (const token of marked.lexer(joinLines(markdown))) {
    const special = token.type === "code" ? specialBlock(token as Tokens.Code) : undefined;
    if (special) blocks.push(special);
    else blocks.push({ kind: "html", html: marked.parser([token]) });
  }
  return blocks;
}

/** One paragraph's worth, for hints and the like. */
export const inlineHtml = (markdown: string): string => String(marked.parseInline(joinLines(markdown)));

function specialBlock({ lang = "", text }: Tokens.Code): Block | undefined {
  if (lang === "run") return { kind: "run", commands: text.split("\n").filter((line) => line.trim() !== "") };
  if (lang === "keys") return { kind: "keys", key: text.trim() };
  const path = /^file=(\S+)$/.exec(lang)?.[1];
  return path ? { kind: "file", path } : undefined;
}
