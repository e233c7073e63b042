/** Splits a command text into words as google/shlex does: quotes, backslashes, and comments. */

type State = "between" | "word" | "single" | "double" | "comment";

/** Throws shlex's messages. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word = "";
  let state: State = "between";
  const chars = [...text];
  for (let index = 0; index < chars.length; index++) {
    const char = chars[index] ?? "";
    if (state === "comment") {
      if (char === "\n") state = "between";
    } else if (state === "single") {
      if (char === "'") state = "word";
      else word += char;
    } else if (char === "\\") {
      if (index + 1 >= chars.length)
        throw new Error(
          state === "double" ? "EOF found when expecting closing quote" : "EOF found after escape character",
        );
      word += chars[++index];
      if (state === "between") state = "word";
    } else if (state === "double") {
      if (char === '"') state = "word";
      else word += char;
    } else if (char === '"') state = "double";
    else if (char === "'") state = "single";
    else if (/[ \t\r\n]/.test(char)) {
      if (state === "word") words.push(word);
      word = "";
      state = "between";
    } else if (char === "#" && state === "between") state = "comment";
    else {
      word += char;
      state = "word";
    }
  }
  if (state === "single" || state === "double") throw new Error("EOF found when expecting closing quote");
  if (state === "word") words.push(word);
  return words;
}
