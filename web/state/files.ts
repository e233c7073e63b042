/**
 * The files open in the editor. A file is saved a moment after the last keystroke; when it changes on the machine it is read again, and
 * when both happened the student decides. The text lives here, Monaco only shows it, so files can be edited before Monaco is loaded.
 */
import { signal } from "@preact/signals";
import { RequestError, readFile, writeFile } from "./api";
import { kept } from "./kept";

export type SaveState = "saved" | "unsaved" | "saving" | "failed" | "conflict" | "gone";

export interface OpenFile {
  path: string; // absolute
  machine: string;
  text: string;
  /** The text as the machine last had it. */
  base: string;
  state: SaveState;
  error?: string;
  /** On a conflict: what the machine has. */
  theirs?: string;
}

/** The student's home directory on every machine. */
export const home = "/root";
const pauseBeforeSaving = 500; // ms

export const openFiles = signal<OpenFile[]>([]);
export const activePath = signal<string | undefined>(undefined);
/** Paths known to exist on the machine, open or not. */
export const existing = signal<ReadonlySet<string>>(new Set());

let clusterId = "";
let changed: () => void = () => {};
let remember: { value: string[] } = { value: [] };
const timers = new Map<string, ReturnType<typeof setTimeout>>();

/** Starts with a cluster; `onChange` is called when the set of watched files changes. */
export function startFiles(cluster: string, onChange: () => void): void {
  clusterId = cluster;
  changed = onChange;
  remember = kept<string[]>(`files.${cluster}`, [], Array.isArray);
}

let interesting: string[] = [];
/** What the machine last said about each watched path. */
const reported = new Map<string, boolean>();
const asking = new Map<string, ((exists: boolean) => void)[]>();

/** Files whose existence the lesson cares about. */
export function watchPaths(paths: string[]): void {
  interesting = paths;
  changed();
}

/** What to watch on the machine: the lesson's files, those open, and those that were open last time. */
export const watched = (): string[] => [
  ...new Set([...interesting, ...asking.keys(), ...openFiles.value.map((it) => it.path), ...remember.value]),
];

export const absolute = (path: string): string => (path.startsWith("/") ? path : `${home}/${path}`);
export const shortName = (path: string): string => (path.startsWith(`${home}/`) ? path.slice(home.length + 1) : path);
export const fileAt = (path: string): OpenFile | undefined => openFiles.value.find((it) => it.path === path);

function update(path: string, change: Partial<OpenFile>): void {
  openFiles.value = openFiles.value.map((it) => (it.path === path ? { ...it, ...change } : it));
}

function add(file: OpenFile): void {
  if (!fileAt(file.path)) openFiles.value = inOldOrder([...openFiles.value, file]);
  rememberOpen();
  changed();
}

/** Tabs that come back after a reload stand where they stood, whichever is read first. */
function inOldOrder(files: OpenFile[]): OpenFile[] {
  const place = (file: OpenFile) => {
    const index = remember.value.indexOf(file.path);
    return index < 0 ? remember.value.length : index;
  };
  return [...files].sort((a, b) => place(a) - place(b));
}

let reopening = true;

/** What is open, and, until the page has settled, what was. */
function rememberOpen(): void {
  const open = openFiles.value.map((it) => it.path);
  const waiting = reopening ? remember.value.filter((path) => !open.includes(path)) : [];
  remember.value = [...open, ...waiting];
}

/** Opens a file and shows it. One that does not exist yet starts empty, or with `content`, and is then saved at once. */
export async function openFile(path: string, machine = "node1", content = ""): Promise<void> {
  if (!fileAt(path)) {
    const text = (await exists(path)) ? await textOf(path, machine) : undefined;
    const state = text === undefined ? "unsaved" : "saved";
    add({ path, machine, text: text ?? content, base: text ?? "", state });
    if (text === undefined) await save(path);
  }
  activePath.value = path;
}

const patience = 1_500; // ms to wait for the machine's word on a file before asking for the file itself

/** Whether a file exists, as the answer to watching it says: reading one that does not would be an error in the console. */
function exists(path: string): Promise<boolean> {
  const known = reported.get(path);
  if (known !== undefined) return Promise.resolve(known);
  return new Promise((resolve) => {
    const asked = asking.get(path) ?? [];
    asking.set(path, [...asked, resolve]);
    setTimeout(() => resolve(true), patience);
    changed();
  });
}

async function textOf(path: string, machine: string): Promise<string | undefined> {
  try {
    return await readFile(clusterId, path, machine);
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) return undefined;
    throw error;
  }
}

export function closeFile(path: string): void {
  reopening = false;
  if (fileAt(path)?.state === "unsaved") void save(path);
  const index = openFiles.value.findIndex((it) => it.path === path);
  openFiles.value = openFiles.value.filter((it) => it.path !== path);
  if (activePath.value === path) activePath.value = openFiles.value[Math.max(0, index - 1)]?.path;
  rememberOpen();
  changed();
}

/** The student typed. */
export function editFile(path: string, text: string): void {
  const file = fileAt(path);
  if (!file || file.text === text) return;
  if (file.state === "conflict") {
    update(path, { text });
    return;
  }
  update(path, { text, state: "unsaved" });
  clearTimeout(timers.get(path));
  timers.set(
    path,
    setTimeout(() => void save(path), pauseBeforeSaving),
  );
}

/** Paths being written now; a value of true: the machine spoke of the file meanwhile, so it is looked at again afterwards. */
const writing = new Map<string, boolean>();
/** How often each file was written: a text read before a later writing is out of date. */
const writes = new Map<string, number>();

/** Writes the file to the machine now; while it is being written already, once that has ended: an older text never arrives last. */
export async function save(path: string): Promise<void> {
  clearTimeout(timers.get(path));
  const file = fileAt(path);
  if (!file || writing.has(path)) return;
  const { text, machine } = file;
  writing.set(path, false);
  update(path, { state: "saving" });
  try {
    await writeFile(clusterId, path, machine, text);
    existing.value = new Set([...existing.value, path]);
    update(path, { base: text, state: fileAt(path)?.text === text ? "saved" : "unsaved" });
  } catch (error) {
    update(path, { state: "failed", error: error instanceof Error ? error.message : String(error) });
  }
  writes.set(path, (writes.get(path) ?? 0) + 1);
  const lookAgain = writing.get(path);
  writing.delete(path);
  const typed = fileAt(path);
  if (typed && typed.text !== text) await save(path);
  else if (lookAgain) await look(path, machine);
}

/** Saves at once what would be saved in a moment: the student turns to something else. */
export function saveOpen(): void {
  for (const { path, state } of openFiles.value) if (state === "unsaved") void save(path);
}

/** The machine says that a file changed, or that it exists at all. */
export async function fileChanged(path: string, machine: string, exists: boolean): Promise<void> {
  reported.set(path, exists);
  for (const answer of asking.get(path) ?? []) answer(exists);
  asking.delete(path);
  const known = new Set(existing.value);
  if (exists) known.add(path);
  else known.delete(path);
  existing.value = known;
  const file = fileAt(path);
  if (!file) return exists && remember.value.includes(path) ? reopen(path, machine) : undefined;
  if (!exists) return file.base !== "" ? update(path, { state: "gone", base: "" }) : undefined;
  await look(path, machine);
}

/** Reads what the machine has, unless the file is being written or was while it was read: then what was read may be older. */
async function look(path: string, machine: string): Promise<void> {
  if (writing.has(path)) {
    writing.set(path, true);
    return;
  }
  const before = writes.get(path);
  const theirs = await textOf(path, machine);
  if (writing.has(path) || writes.get(path) !== before) await look(path, machine);
  else takeIn(path, theirs);
}

async function reopen(path: string, machine: string): Promise<void> {
  const text = (await textOf(path, machine)) ?? "";
  add({ path, machine, text, base: text, state: "saved" });
  activePath.value ??= path;
}

function takeIn(path: string, theirs: string | undefined): void {
  const file = fileAt(path);
  if (!file || theirs === undefined || theirs === file.base) return;
  if (theirs === file.text) update(path, { base: theirs, state: "saved" });
  else if (file.text === file.base || file.state === "gone")
    update(path, { text: theirs, base: theirs, state: "saved" });
  else {
    clearTimeout(timers.get(path));
    update(path, { state: "conflict", theirs });
  }
}

/** Ends a conflict: true keeps the student's text, false takes the machine's. */
export function resolveConflict(path: string, mine: boolean): void {
  const file = fileAt(path);
  if (!file) return;
  if (mine) {
    void save(path);
    return;
  }
  const theirs = file.theirs ?? "";
  update(path, { text: theirs, base: theirs, state: "saved" });
}

/** A reset took all files. */
export function forgetFiles(): void {
  reopening = false;
  reported.clear();
  openFiles.value = [];
  activePath.value = undefined;
  existing.value = new Set();
  rememberOpen();
  changed();
}
