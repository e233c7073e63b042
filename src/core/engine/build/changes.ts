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
      const instruction = readTrigger(change);
      if (!ALLOWED.has(instruction.kind) || !isMetadata(instruction))
        throw invalidParameter(`${instruction.kind.toLowerCase()} is not a valid change command`);
      return applyMetadata(result, instruction, new Map(), "\\").config;
    } catch (error) {
      if (error instanceof SyntaxFault) throw invalidParameter(error.message);
      throw error;
    }
  }, config);
}
