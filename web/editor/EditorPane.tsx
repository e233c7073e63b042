/** The editor: tabs of the machine's files, whether each is saved, and what to do when machine and student both changed one. */
import { signal } from "@preact/signals";
import {
  absolute,
  activePath,
  closeFile,
  fileAt,
  type OpenFile,
  openFile,
  openFiles,
  resolveConflict,
  type SaveState,
  save,
  shortName,
} from "../state/files";
import { Dialog } from "../ui/Dialog";
import { IconButton } from "../ui/Icon";
import { type Key, t } from "../ui/i18n";
import { PaneFrame } from "../ui/PaneFrame";
import { Tabs } from "../ui/Tabs";
import { MonacoView } from "./MonacoView";

const asking = signal(false);

export function EditorPane() {
  const files = openFiles.value;
  const file = activePath.value ? fileAt(activePath.value) : undefined;
  const tabs = files.map(({ path, state }) => ({
    id: path,
    text: shortName(path),
    title: path,
    marked: state !== "saved",
  }));
  return (
    <PaneFrame
      pane="editor"
      tabs={
        files.length > 0 && (
          <Tabs
            label={t("editor.tabs")}
            items={tabs}
            active={activePath.value}
            onSelect={(path) => {
              activePath.value = path;
            }}
            onClose={closeFile}
          />
        )
      }
      tools={
        <>
          {file && <SaveMark state={file.state} />}
          <IconButton icon="plus" label={t("editor.new")} onClick={() => (asking.value = true)} />
        </>
      }
    >
      <div class="editor">
        {file && <EditorNotice file={file} />}
        {files.length === 0 ? <p class="empty">{t("editor.empty")}</p> : <MonacoView />}
      </div>
      {asking.value && <OpenDialog />}
    </PaneFrame>
  );
}

const words: Partial<Record<SaveState, Key>> = {
  saved: "editor.saved",
  saving: "editor.saving",
  unsaved: "editor.unsaved",
};

function SaveMark({ state }: { state: SaveState }) {
  const key = words[state];
  return key ? (
    <span class="save-mark" data-state={state}>
      {t(key)}
    </span>
  ) : null;
}

function EditorNotice({ file }: { file: OpenFile }) {
  const path = shortName(file.path);
  if (file.state === "gone") return <p class="editor-notice">{t("editor.gone", { path })}</p>;
  if (file.state === "failed") {
    return (
      <p class="editor-notice" role="alert">
        {t("editor.failed", { reason: file.error ?? "" })}
        <button type="button" class="button small" onClick={() => void save(file.path)}>
          {t("editor.retry")}
        </button>
      </p>
    );
  }
  if (file.state !== "conflict") return null;
  return (
    <p class="editor-notice" role="alert">
      {t("editor.conflict", { path })}
      <button type="button" class="button small" onClick={() => resolveConflict(file.path, true)}>
        {t("editor.conflict.mine")}
      </button>
      <button type="button" class="button small" onClick={() => resolveConflict(file.path, false)}>
        {t("editor.conflict.theirs")}
      </button>
    </p>
  );
}

function OpenDialog() {
  const close = () => {
    asking.value = false;
  };
  const open = (event: SubmitEvent) => {
    event.preventDefault();
    const path = String(new FormData(event.currentTarget as HTMLFormElement).get("path") ?? "").trim();
    close();
    if (path) void openFile(absolute(path), "node1", "");
  };
  return (
    <Dialog heading={t("editor.new")} onClose={close}>
      <form onSubmit={open}>
        <label>
          {t("editor.path")}
          <input name="path" class="text-input" spellcheck={false} autocomplete="off" placeholder="app.py" />
        </label>
        <div class="dialog-actions">
          <button type="button" class="button" onClick={close}>
            {t("dialog.cancel")}
          </button>
          <button type="submit" class="button primary">
            {t("editor.new")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
