/** Joins the socket with the page's state: one session per page, from the moment a cluster's id is known. */
import type { ClientMessage, ServerMessage } from "../../src/api/socket";
import { ClusterSocket } from "../socket";
import { t } from "../ui/i18n";
import { show } from "./announce";
import { applyClusterMessage, cluster, connection } from "./cluster";
import { rememberCluster } from "./clusters";
import { absolute, fileChanged, forgetFiles, openFile, startFiles, watched, watchPaths } from "./files";
import { openPane } from "./layout";
import { lesson, openLesson, progress } from "./lesson";

/** Parts of the page that take part in the conversation themselves (the terminals). */
export interface Listener {
  onOpen?(): void;
  onMessage(message: ServerMessage): void;
}

const listeners = new Set<Listener>();
let socket: ClusterSocket | undefined;
let wasLost = false;

export function listen(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Sends a message to the cluster; false when there is no connection now. */
export const send = (message: ClientMessage): boolean => socket?.send(message) ?? false;
export const isConnected = (): boolean => connection.value === "open";

/** Opens the session of a cluster. */
export function startSession(id: string): void {
  rememberCluster(id);
  startFiles(id, watch);
  socket = new ClusterSocket(id, { onOpen, onMessage, onState });
  void openLesson().then(() => {
    watchPaths(lesson.value?.files.map((file) => absolute(file.path)) ?? []);
    if (lesson.value) send({ type: "lesson.open", lesson: lesson.value.id });
  });
}

function watch(): void {
  send({ type: "files.watch", paths: watched(), machine: "node1" });
}

function onOpen(): void {
  watch();
  if (lesson.value) send({ type: "lesson.open", lesson: lesson.value.id });
  for (const listener of listeners) listener.onOpen?.();
}

function onState(state: "connecting" | "open" | "lost"): void {
  if (state === "open" && wasLost) show(t("connection.back"));
  wasLost = state === "lost" || (wasLost && state !== "open");
  connection.value = state;
}

function onMessage(message: ServerMessage): void {
  applyClusterMessage(message);
  for (const listener of listeners) listener.onMessage(message);
  if (message.type === "lesson.progress") progress.value = message.steps;
  else if (message.type === "file.changed") void fileChanged(message.path, message.machine, message.exists);
  else if (message.type === "terminal.edit") edit(message.path, message.machine);
  else if (message.type === "error") show(message.message);
  else if (message.type === "reset") reset();
}

function edit(path: string, machine: string): void {
  openPane("editor");
  void openFile(path, machine);
}

function reset(): void {
  forgetFiles();
  progress.value = [];
  show(t("reset.done"));
  if (lesson.value) send({ type: "lesson.open", lesson: lesson.value.id });
}

export const clusterId = (): string => cluster.value?.id ?? socket?.cluster ?? "";
