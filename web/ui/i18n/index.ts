/** The page's two languages. Components that call `t` are drawn again when `language` changes. */
import { language } from "../../state/settings";
import { en } from "./en";
import { zh } from "./zh";

export type Key = keyof typeof en;
export type Dictionary = Record<Key, string>;

const dictionaries: Record<"en" | "zh", Dictionary> = { en, zh };

/** The sentence of a key in the current language, its places filled. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return filled(dictionaries[language.value][key], values);
}

/** A sentence with its choices made (`{count:image|images}`: the first for 1), then its places filled; a value is never read as a choice. */
export function filled(sentence: string, values: Record<string, string | number>): string {
  return sentence
    .replace(choice, (_whole, name: string, one: string, many: string) => (Number(values[name]) === 1 ? one : many))
    .replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

const choice = /\{(\w+):((?:[^{}|]|\{\w+\})*)\|((?:[^{}|]|\{\w+\})*)\}/g;

/** The word for a task's or container's state; one that the dictionary does not know is shown as it is. */
export function stateWord(state: string): string {
  const key = `state.${state}`;
  return key in en ? t(key as Key) : state;
}
