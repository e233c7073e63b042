/** All Unix tools by name. */
import type { Program } from "../../api/process";
import { compressTools } from "./compress";
import { fileTools } from "./files";
import { grep } from "./grep";
import { netTools } from "./net";
import { systemTools } from "./system";
import { tar } from "./tar";
import { textTools } from "./text";

export const tools: Record<string, Program> = {
  ...textTools,
  ...fileTools,
  ...systemTools,
  ...netTools,
  ...compressTools,
  grep,
  tar,
  egrep: grep,
  fgrep: grep,
};
