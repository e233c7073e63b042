/** `.dockerignore`: moby's pattern rules, the last match wins, `!` takes files back in. */

interface Rule {
  readonly negated: boolean;
  readonly pattern: RegExp;
}

/** True for a path (relative, with `/`) that does not belong to the build context. */
export function ignoreMatcher(text: string): (path: string) => boolean {
  const rules = text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map(toRule)
    .filter((rule) => rule !== undefined);
  return (path) => {
    let ignored = false;
    for (const rule of rules) {
      if (rule.negated === ignored && matches(rule.pattern, path)) ignored = !rule.negated;
    }
    return ignored;
  };
}

/** A pattern also holds for everything below what it names. */
function matches(pattern: RegExp, path: string): boolean {
  const parts = path.split("/");
  return parts.some((_, index) => pattern.test(parts.slice(0, index + 1).join("/")));
}

function toRule(line: string): Rule | undefined {
  const negated = line.startsWith("!");
  const cleaned = clean(negated ? line.slice(1).trim() : line);
  return cleaned === "" ? undefined : { negated, pattern: new RegExp(`^${toRegExp(cleaned)}$`) };
}

function clean(pattern: string): string {
  const parts: string[] = [];
  for (const part of pattern.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}

function toRegExp(pattern: string): string {
  return pattern.replace(/\*\*\/?|\*|\?|\[[^\]]*\]|\\.|[.+^${}()|\\]/g, (token) => {
    if (token === "**/") return "(?:.*/)?";
    if (token === "**") return ".*";
    if (token === "*") return "[^/]*";
    if (token === "?") return "[^/]";
    if (token.startsWith("[") || token.length > 1) return token;
    return `\\${token}`;
  });
}
