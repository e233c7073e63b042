/** `--change` of commit and import: an instruction applied to a configuration, without a step of its own. */
import { invalidParameter } from "../../errors";
import type { ImageConfig } from "../types";
import { readTrigger } from "./instructions";
import { applyMetadata, isMetadata } from "./metadata";
import { SyntaxFault } from "./parser";

const ALLOWED = new Set([
  "CMD",
  "ENTRYPOINT",
  "ENV",
  "EXPOSE",
  "HEALTHCHECK",
  "LABEL",
  "ONBUILD",
  "STOPSIGNAL",
  "USER",
  "VOLUME",
  "WORKDIR",
]);

export function applyChanges(config: ImageConfig, changes: readonly string[]): ImageConfig {
  return changes.reduce((result, change) => {
    try {
      const [typed = ""] = change.trim().split(/\s+/, 1);
      if (typed === "") throw invalidParameter("file with no instructions");
      const refused = () => invalidParameter(`${typed} is not a valid change command`);
      if (!ALLOWED.has(typed.toUpperCase())) throw refused();
      const instruction = readTrigger(change);
      if (!isMetadata(instruction)) throw refused();
      return applyMetadata(result, instruction, new Map(), "\\").config;
    } catch (error) {
      if (error instanceof SyntaxFault) throw invalidParameter(error.message);
      throw error;
    }
  }, config);
}
