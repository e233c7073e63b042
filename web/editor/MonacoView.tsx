/** Monaco in the page: one editor, one model per open file. Text flows in from `state/files` and out to it on every keystroke. */
import { effect, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { activePath, editFile, fileAt, openFiles, saveOpen } from "../state/files";
import { isDark, theme, themeChanged } from "../state/settings";
import { t } from "../ui/i18n";

type MonacoModule = typeof import("./monaco");

export function MonacoView() {
  const place = useRef<HTMLDivElement>(null);
  const ready = useSignal(false);
  useEffect(() => {
    let stop: (() => void) | undefined;
    let gone = false;
    void import("./monaco").then((module) => {
      if (gone || !place.current) return;
      stop = mount(module, place.current);
      ready.value = true;
    });
    return () => {
      gone = true;
      stop?.();
    };
  }, []);
  return (
    <>
      {!ready.value && <p class="empty">{t("editor.loading")}</p>}
      <div class="monaco-host" ref={place} />
    </>
  );
}

function mount({ monaco, languageOf }: MonacoModule, host: HTMLElement): () => void {
  const editor = monaco.editor.create(host, {
    automaticLayout: true,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--mono"),
    fontSize: 13,
    lineHeight: 20,
    minimap: { enabled: false },
    scrollBeyondLastLine: false,
    renderLineHighlight: "line",
    overviewRulerLanes: 0,
    padding: { top: 8, bottom: 8 },
    tabSize: 2,
    wordBasedSuggestions: "currentDocument",
    unicodeHighlight: { ambiguousCharacters: false },
    model: null,
  });
  const modelOf = (path: string) => {
    const uri = monaco.Uri.file(path);
    return monaco.editor.getModel(uri) ?? monaco.editor.createModel(fileAt(path)?.text ?? "", languageOf(path), uri);
  };
  const stopText = effect(() => {
    const path = activePath.value;
    for (const file of openFiles.value) bringIn(modelOf(file.path), file.text);
    for (const model of monaco.editor.getModels()) if (!fileAt(model.uri.path)) model.dispose();
    const model = path && fileAt(path) ? modelOf(path) : null;
    if (editor.getModel() !== model) editor.setModel(model);
  });
  const typing = editor.onDidChangeModelContent(() => {
    const model = editor.getModel();
    if (model) editFile(model.uri.path, model.getValue());
  });
  const leaving = editor.onDidBlurEditorText(saveOpen);
  const paint = () =>
    monaco.editor.setTheme(theme.value === "contrast" ? "hc-black" : isDark() ? "slipway-dark" : "slipway-light");
  const stopTheme = effect(paint);
  themeChanged.addEventListener("change", paint);
  return () => {
    stopText();
    stopTheme();
    themeChanged.removeEventListener("change", paint);
    typing.dispose();
    leaving.dispose();
    editor.dispose();
  };
}

/** Text that came from the machine, put in as one edit so that undo and the cursor survive. */
function bringIn(model: ReturnType<MonacoModule["monaco"]["editor"]["createModel"]>, text: string): void {
  if (model.getValue() === text) return;
  model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
}
