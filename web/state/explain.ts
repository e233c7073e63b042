/** The task whose state is being explained, and what the server says about it: asked again whenever the cluster changes. */
import { computed, effect, signal } from "@preact/signals";
import type { TaskExplanation } from "../../src/api/explain";
import { RequestError, readExplanation } from "./api";
import { cluster, picture } from "./cluster";
import { selectedMachine } from "./machines";

export const selectedTask = signal<string | undefined>(undefined);
export const explanation = signal<TaskExplanation | undefined>(undefined);
/** Why the last question had no answer: `gone`, or the server's sentence. */
export const explainTrouble = signal<string | undefined>(undefined);

const pause = 300; // ms between questions while much is changing
const beat = 1_000; // ms between questions while a delay runs down

let timer: ReturnType<typeof setTimeout> | undefined;
let due = 0;
let lastAsked = 0;

/** Chooses a task, or none; choosing the same again lets it go. */
export function selectTask(id: string | undefined): void {
  const next = id === selectedTask.peek() ? undefined : id;
  if (explanation.peek()?.task.id !== next) explanation.value = undefined;
  explainTrouble.value = undefined;
  lastAsked = 0;
  if (next) selectedMachine.value = undefined;
  selectedTask.value = next;
}

/** Chooses a machine instead, or none; choosing the same again lets it go. */
export function selectMachine(name: string | undefined): void {
  const next = name === selectedMachine.peek() ? undefined : name;
  if (next) selectTask(undefined);
  selectedMachine.value = next;
}

/** What is chosen on the map: a task's id, `machine:NAME`, or nothing. */
export const chosen = computed(
  () => selectedTask.value ?? (selectedMachine.value === undefined ? undefined : `machine:${selectedMachine.value}`),
);

effect(() => {
  const asked = selectedTask.value;
  picture.value; // any change of the cluster may change the answer
  if (asked) askWithin(Math.max(0, lastAsked + pause - performance.now()));
});

function askWithin(delay: number): void {
  const at = performance.now() + delay;
  if (timer !== undefined && due <= at) return;
  clearTimeout(timer);
  due = at;
  timer = setTimeout(() => void ask(), delay);
}

async function ask(): Promise<void> {
  timer = undefined;
  lastAsked = performance.now();
  const task = selectedTask.peek();
  const id = cluster.peek()?.id;
  if (!task || !id) return;
  try {
    const answer = await readExplanation(id, task);
    if (task !== selectedTask.peek()) return;
    explanation.value = answer;
    explainTrouble.value = undefined;
    if (answer.reasons.some((it) => "leftMillis" in it.values)) askWithin(beat);
  } catch (error) {
    if (task !== selectedTask.peek()) return;
    const gone = error instanceof RequestError && error.status === 404;
    explainTrouble.value = gone ? "gone" : error instanceof Error ? error.message : String(error);
  }
}
