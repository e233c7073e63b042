/**
 * Monaco, cut to what files of a container project need. Loaded by a dynamic import after the terminal works; nothing here may be
 * imported statically. JSON is coloured by the YAML mode (it is a subset), which saves a worker.
 */
import * as monaco from "monaco-editor/editor/editor.api";
import EditorWorker from "monaco-editor/editor/editor.worker?worker";
import "monaco-editor/features/bracketMatching/register";
import "monaco-editor/features/clipboard/register";
import "monaco-editor/features/comment/register";
import "monaco-editor/features/contextmenu/register";
import "monaco-editor/features/find/register";
import "monaco-editor/features/folding/register";
import "monaco-editor/features/indentation/register";
import "monaco-editor/features/linesOperations/register";
import "monaco-editor/features/multicursor/register";
import "monaco-editor/features/suggest/register";
import "monaco-editor/features/wordHighlighter/register";
import "monaco-editor/features/wordOperations/register";
import "monaco-editor/languages/definitions/dockerfile/register";
import "monaco-editor/languages/definitions/html/register";
import "monaco-editor/languages/definitions/python/register";
import "monaco-editor/languages/definitions/shell/register";
import "monaco-editor/languages/definitions/yaml/register";

self.MonacoEnvironment = { getWorker: () => new EditorWorker() };

const base = { inherit: true, rules: [] };
monaco.editor.defineTheme("slipway-light", {
  ...base,
  base: "vs",
  colors: {
    "editor.background": "#fbfaf7",
    "editorGutter.background": "#fbfaf7",
    "editorLineNumber.foreground": "#9a9fa3",
  },
});
monaco.editor.defineTheme("slipway-dark", {
  ...base,
  base: "vs-dark",
  colors: {
    "editor.background": "#12181f",
    "editorGutter.background": "#12181f",
    "editorLineNumber.foreground": "#66727e",
  },
});

export { monaco };
export type Editor = monaco.editor.IStandaloneCodeEditor;

/** The mode for a file, by its name. */
export function languageOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (/^(Dockerfile|Containerfile)/i.test(name) || /\.dockerfile$/i.test(name)) return "dockerfile";
  if (/\.(ya?ml|json)$/i.test(name)) return "yaml";
  if (/\.py$/i.test(name)) return "python";
  if (/\.(sh|bash)$|^\.(bashrc|profile|env)$/i.test(name)) return "shell";
  if (/\.html?$/i.test(name)) return "html";
  return "plaintext";
}
