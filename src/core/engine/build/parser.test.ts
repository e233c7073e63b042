import { describe, expect, it } from "vitest";
import { readStages } from "./instructions";
import { parseDockerfile } from "./parser";
import { expandWord, expandWords } from "./words";

const shown = (text: string) =>
  parseDockerfile(text).nodes.map((node) => [node.line, node.command, node.flags, node.args, node.json]);

const refusal = (text: string) => {
  try {
    readStages(parseDockerfile(text));
  } catch (error) {
    return (error as Error).message;
  }
};

describe("Dockerfile parser", () => {
  it.each([
    [
      "comments and continuations",
      "\uFEFF# note\r\nfrom a\r\nRUN x && \\\r\n# between\r\n  y\r\n",
      [
        [2, "from", [], ["a"], false],
        [3, "run", [], ["x &&   y"], false],
      ],
    ],
    [
      "an escape directive",
      "# escape=`\nFROM a\nCOPY c:\\x `\n /y\n",
      [
        [2, "from", [], ["a"], false],
        [3, "copy", [], ["c:\\x", "/y"], false],
      ],
    ],
    [
      "JSON forms and their fallback",
      'CMD ["a", "b"]\nCMD [ "a" ] && b\n',
      [
        [1, "cmd", [], ["a", "b"], true],
        [2, "cmd", [], ['[ "a" ] && b'], false],
      ],
    ],
    [
      "flags with quotes",
      'COPY --from="x y" --chown=1:2 a b\n',
      [[1, "copy", ["--from=x y", "--chown=1:2"], ["a", "b"], false]],
    ],
    [
      "ENV in both forms",
      "ENV A b  c\nENV A=1 B='two words' C=x\\ y\n",
      [
        [1, "env", [], ["A", "b  c"], false],
        [2, "env", [], ["A", "1", "B", "'two words'", "C", "x\\ y"], false],
      ],
    ],
    [
      "heredocs, whose lines are no instructions",
      "RUN <<EOF\nFROM x\nEOF\nUSER u\n",
      [
        [1, "run", [], ["<<EOF"], false],
        [4, "user", [], ["u"], false],
      ],
    ],
  ])("reads %s", (_, text, nodes) => {
    expect(shown(text)).toEqual(nodes);
  });

  it.each([
    ["# only\n", "failed to parse Dockerfile: file with no instructions"],
    ["# escape=x\nFROM a\n", "failed to parse Dockerfile: invalid escape token 'x' does not match ` or \\"],
    ["RUN echo 5<<1\n", "failed to parse Dockerfile: unterminated heredoc"],
    [
      "FROM a\nCMD [1]\n",
      "failed to parse Dockerfile: when using JSON array syntax, arrays must be comprised of strings only",
    ],
    [
      "FROM a\nLABEL a=1 b\n",
      `failed to parse Dockerfile: Syntax error - can't find = in "b". Must be of the form: name=value`,
    ],
    ["FROM a b\n", "dockerfile parse error on line 1: FROM requires either one or three arguments"],
    [
      "FROM a\nCOPY a\n",
      "dockerfile parse error on line 2: COPY requires at least two arguments, but only one was provided. Destination could not be determined",
    ],
    ["FROM a\nCOPY --form=x a b\n", "dockerfile parse error on line 2: unknown flag: --form (did you mean from?)"],
    ["FROM a\nONBUILD FROM b\n", "dockerfile parse error on line 2: FROM isn't allowed as an ONBUILD trigger"],
    [
      "FROM a\nHEALTHCHECK --interval=0.5 CMD x\n",
      'dockerfile parse error on line 2: time: missing unit in duration "0.5"',
    ],
    ["FROM a\nruh x\n", "dockerfile parse error on line 2: unknown instruction: ruh (did you mean run?)"],
    ["ENV A=1\n", "no build stage in current context"],
  ])("refuses %j", (text, message) => {
    expect(refusal(text)).toBe(message);
  });
});

describe("words", () => {
  const env = new Map([
    ["A", "one two"],
    ["E", ""],
    ["F", "a.tar.gz"],
  ]);

  it.each([
    ["$A-${A}", "one two-one two"],
    ["'$A' \"$A\" \\$A", "$A one two $A"],
    ["${X:-d}${E:-e}${E-f}${A:+g}${X+h}", "deg"],
    ["${F%.*} ${F%%.*} ${F#*.} ${F##*.}", "a.tar a tar.gz gz"],
    ["${F/./_} ${F//./_}", "a_tar.gz a_tar_gz"],
    ["100% $ $$", "100% $ "],
  ])("expands %s", (word, text) => {
    expect(expandWord(word, env)).toBe(text);
  });

  it("splits for EXPOSE only outside of quotes", () => {
    expect(expandWords('$A "$A"', env)).toEqual(["one", "two", "one two"]);
  });

  it.each([
    ["${A", 'failed to process "${A": unsupported modifier (\uFFFD) in substitution'],
    ["${A:z}", 'failed to process "${A:z}": unsupported modifier (:z) in substitution'],
    ["${X:?gone}", 'failed to process "${X:?gone}": X: gone'],
    ['"a', 'failed to process "\\"a": unexpected end of statement while looking for matching double-quote'],
  ])("refuses %s", (word, message) => {
    expect(() => expandWord(word, env)).toThrow(message);
  });
});
