/** All Unix tools by name. */
import type { Program } from "../../api/process";
import { columnTools } from "./columns";
import { compressTools } from "./compress";
import { dd } from "./dd";
import { digestTools } from "./digests";
import { fileTools } from "./files";
import { grep } from "./grep";
import { interfaceTools } from "./interfaces";
import { machineTools } from "./machine";
import { netTools } from "./net";
import { ping } from "./ping";
import { processTools } from "./processes";
import { seq } from "./seq";
import { systemTools } from "./system";
import { tar } from "./tar";
import { textTools } from "./text";

export const tools: Record<string, Program> = {
  ...textTools,
  ...fileTools,
  ...systemTools,
  ...netTools,
  ...interfaceTools,
  ...processTools,
  ...machineTools,
  ping,
  dd,
  seq,
  ...compressTools,
  ...columnTools,
  ...digestTools,
  grep,
  tar,
  egrep: grep,
  fgrep: grep,
};

/** `busybox NAME ARGS...` runs one of the tools. */
tools.busybox = async (sys) => {
  const name = sys.argv[1] ?? "";
  const tool = Object.hasOwn(tools, name) ? tools[name] : undefined;
  if (tool) return tool({ ...sys, argv: sys.argv.slice(1) });
  await sys.stderr.write(`${name}: applet not found\n`);
  return 127;
};
