/** Monaco's modules that bring side effects only, and a worker as Vite makes it. */
declare module "*?worker" {
  const WorkerFactory: new () => Worker;
  export default WorkerFactory;
}
declare module "*.css";
declare module "monaco-editor/features/*";
declare module "monaco-editor/languages/definitions/*";

interface Window {
  MonacoEnvironment?: { getWorker(): Worker };
}
