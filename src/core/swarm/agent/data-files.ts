/** The secrets and configs of a task as files: where they go, and what they hold once their templates are expanded. */
import { decodeUtf8, encodeUtf8 } from "../../bytes";
import { systemError } from "../../errors";
import type { Tx } from "../../room";
import { decodeBase64 } from "../base64";
import type { Dependency } from "../protocol";
import type { FileTarget } from "../spec";
import { expandData, type TemplateFunctions } from "../template";
import { containerRequest, contextOf } from "./container-spec";
import type { MountedFile } from "./executor";
import type { AgentTaskRow } from "./tables";

interface Reference {
  readonly kind: "secret" | "config";
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly file: FileTarget | undefined;
}

/** Throws the engine's refusal for a template that cannot be expanded. */
export function dataFiles(tx: Tx, row: AgentTaskRow): MountedFile[] {
  const references = referencesOf(row);
  const kept = (reference: Reference) => tx.table("dependencies").get(`${row.machine}/${reference.id}`)?.dependency;
  return references.flatMap((reference) => {
    const dependency = kept(reference);
    if (!dependency) return [];
    const { file, name = "", kind } = reference;
    const target = file?.Name || name;
    return [
      {
        path: target.startsWith("/") ? target : (kind === "secret" ? "/run/secrets/" : "/") + target,
        bytes: contentOf(row, dependency, functionsOf(row, references, kept)),
        mode: file?.Mode ?? 0o444,
        uid: Number(file?.UID ?? 0) || 0,
        gid: Number(file?.GID ?? 0) || 0,
      },
    ];
  });
}

function referencesOf({ task }: AgentTaskRow): Reference[] {
  const { Secrets = [], Configs = [] } = task.spec.ContainerSpec ?? {};
  return [
    ...(Secrets ?? []).map((ref) => ({
      kind: "secret" as const,
      id: ref.SecretID,
      name: ref.SecretName,
      file: ref.File,
    })),
    ...(Configs ?? []).map((ref) => ({
      kind: "config" as const,
      id: ref.ConfigID,
      name: ref.ConfigName,
      file: ref.File,
    })),
  ];
}

function contentOf({ task }: AgentTaskRow, dependency: Dependency, functions: TemplateFunctions): Uint8Array {
  const bytes = decodeBase64(dependency.data);
  if (dependency.template === undefined) return bytes;
  const { kind, id } = dependency;
  const what = `unable to get ${kind} from ${kind} store: failed to expand templated ${kind} ${id}`;
  if (dependency.template !== "golang") throw systemError(`${what}: unrecognized template type`);
  // The node is not described here, as a real agent leaves it out as well: its hostname and platform are empty.
  const context = contextOf(task, { hostname: "", platform: { Architecture: "", OS: "" } });
  return encodeUtf8(expandData(decodeUtf8(bytes), context, functions, what));
}

/** `env`, `secret` and `config`; what these give is not expanded again. */
function functionsOf(
  { task }: AgentTaskRow,
  references: readonly Reference[],
  kept: (reference: Reference) => Dependency | undefined,
): TemplateFunctions {
  const content = (kind: Reference["kind"]) => (target: string) => {
    const dependency = references.filter((each) => each.kind === kind && each.file?.Name === target).map(kept)[0];
    if (!dependency) throw new Error(`${kind} target ${target} not found`);
    return decodeUtf8(decodeBase64(dependency.data));
  };
  const env = containerRequest(task, { hostname: "" }).Env ?? [];
  return {
    env: (name) => env.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1) ?? "",
    secret: content("secret"),
    config: content("config"),
  };
}
