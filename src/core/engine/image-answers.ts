/**
 * What a container's files say of its user, its directory and its program. As long as nothing was written above the image and
 * nothing is mounted, the image alone answers: it is asked once, not once per container.
 */
import { type FileTree, openRoot } from "../machine/files";
import type { Tx } from "../room";
import type { ContainerRow } from "./tables";

/** By an image's layers: they never change. */
const known = new WeakMap<readonly string[], Map<string, unknown>>();

/** Questions remembered of one image, before all are forgotten. */
const MOST_QUESTIONS = 100;

/** The answer to a question of that name about a container's files; what `ask` throws is not remembered. */
export function askFiles<T>(tx: Tx, container: ContainerRow, name: string, ask: (files: FileTree) => T): T {
  const files = () => openRoot(tx, { kind: "container", id: container.id });
  const layers = isPristine(tx, container) ? container.layers : undefined;
  if (!layers) return ask(files());
  let answers = known.get(layers);
  if (!answers || answers.size >= MOST_QUESTIONS) {
    answers = new Map();
    known.set(layers, answers);
  }
  if (answers.has(name)) return answers.get(name) as T;
  const answer = ask(files());
  answers.set(name, answer);
  return answer;
}

/** The engine's own files in /etc (`machine/etc.ts`) tell nothing of users and programs. */
const isPristine = (tx: Tx, container: ContainerRow): boolean =>
  container.mounts.length === 0 && tx.table("files").count("tree", `container:${container.id}`) === 0;
