/** The file systems behind the API: what archives and exports read. */
import type { FileSource } from "../core/machine/files";
import type { Backend } from "./backend";

export const fileSource = (backend: Backend): FileSource => ({
  blobs: backend.blobs,
  catalog: backend.catalog,
  table: (name) => backend.view.table(name),
});
