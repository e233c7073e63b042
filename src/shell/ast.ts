/** The shell language as data: what the parser makes and the executor runs. */

export type Part =
  | { readonly t: "lit"; readonly v: string }
  | { readonly t: "quoted"; readonly v: string }
  | { readonly t: "dq"; readonly parts: readonly Part[] }
  | Param
  | { readonly t: "cmd"; readonly body: List }
  | { readonly t: "proc"; readonly dir: "<" | ">"; readonly body: List }
  | { readonly t: "arith"; readonly expr: Word }
  /** An argument of `declare`, `local`, `export`, `readonly` that assigns. */
  | { readonly t: "assign"; readonly assign: Assignment };

export interface Param {
  readonly t: "param";
  readonly name: string;
  readonly index?: Word;
  readonly indirect?: boolean;
  readonly length?: boolean;
  /** `:-` `-` `:=` `=` `:?` `?` `:+` `+` `#` `##` `%` `%%` `/` `//` `/#` `/%` `:` `^` `^^` `,` `,,` `@` */
  readonly op?: string;
  readonly arg?: Word;
  readonly arg2?: Word;
  readonly keys?: boolean; // ${!a[@]}
}

export type Word = readonly Part[];

export interface Redirect {
  readonly fd: number | undefined;
  readonly op: "<" | ">" | ">>" | ">|" | "<>" | "<&" | ">&" | "&>" | "&>>" | "<<" | "<<<";
  readonly target: Word;
}

export interface Assignment {
  readonly name: string;
  readonly index?: Word;
  readonly append: boolean;
  readonly value: Word;
  readonly array?: readonly { readonly key?: Word; readonly value: Word }[];
}

export type Cond =
  | { readonly t: "or" | "and"; readonly a: Cond; readonly b: Cond }
  | { readonly t: "not"; readonly a: Cond }
  | { readonly t: "unary"; readonly op: string; readonly a: Word }
  | { readonly t: "binary"; readonly op: string; readonly a: Word; readonly b: Word };

interface Base {
  readonly line: number;
  readonly redirects: readonly Redirect[];
}

export type Command = Base &
  (
    | { readonly t: "simple"; readonly assigns: readonly Assignment[]; readonly words: readonly Word[] }
    | {
        readonly t: "if";
        readonly arms: readonly { readonly test: List; readonly body: List }[];
        readonly other?: List;
      }
    | { readonly t: "while"; readonly until: boolean; readonly test: List; readonly body: List }
    | { readonly t: "for"; readonly name: string; readonly words?: readonly Word[]; readonly body: List }
    | { readonly t: "cfor"; readonly init: Word; readonly test: Word; readonly step: Word; readonly body: List }
    | { readonly t: "case"; readonly word: Word; readonly arms: readonly CaseArm[] }
    | { readonly t: "group" | "subshell"; readonly body: List }
    | { readonly t: "arith"; readonly expr: Word }
    | { readonly t: "cond"; readonly cond: Cond }
    | { readonly t: "function"; readonly name: string; readonly body: Command; readonly source: string }
  );

export interface CaseArm {
  readonly patterns: readonly Word[];
  readonly body: List;
  readonly end: ";;" | ";&" | ";;&";
}

export interface Pipeline {
  readonly bang: boolean;
  readonly timed: boolean;
  readonly commands: readonly Command[];
}

export interface AndOr {
  readonly first: Pipeline;
  readonly rest: readonly { readonly op: "&&" | "||"; readonly pipeline: Pipeline }[];
  readonly background: boolean;
  readonly source: string;
}

export type List = readonly AndOr[];
