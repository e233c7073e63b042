/** Secrets and configs that a service names: their ids are looked up, and no two may land on one file. */
import type { ConfigReference, FileObject, FileTarget, SecretReference } from "../../api";
import type { Context } from "../../command";
import { CliError } from "../../errors";
import { encodeFilters } from "../../filters";

/** A secret or config by name, with the file it becomes. */
export interface NamedFile {
  readonly name: string;
  readonly file: FileTarget;
}

export async function secretReferences(ctx: Context, wanted: readonly NamedFile[]): Promise<SecretReference[]> {
  const ids = await findIds(ctx, "secret", wanted);
  return wanted.map(({ name, file }) => ({ File: file, SecretID: ids.get(name) ?? "", SecretName: name }));
}

export async function configReferences(ctx: Context, wanted: readonly NamedFile[]): Promise<ConfigReference[]> {
  const ids = await findIds(ctx, "config", wanted);
  return wanted.map(({ name, file }) => ({ File: file, ConfigID: ids.get(name) ?? "", ConfigName: name }));
}

/** The id of a config, for what needs no file. */
export async function configId(ctx: Context, name: string): Promise<string> {
  const file = { Name: name, UID: "0", GID: "0", Mode: 0 };
  return (await findIds(ctx, "config", [{ name, file }])).get(name) ?? "";
}

async function findIds(
  ctx: Context,
  kind: "secret" | "config",
  wanted: readonly NamedFile[],
): Promise<Map<string, string>> {
  const targets = new Set<string>();
  for (const { name, file } of wanted) {
    if (targets.has(file.Name)) throw new CliError(`duplicate ${kind} target for ${name} not allowed`);
    targets.add(file.Name);
  }
  if (wanted.length === 0) return new Map();
  const names = Object.fromEntries(wanted.map(({ name }) => [name, true]));
  const found =
    (await ctx.client.get<FileObject[] | null>(`/${kind}s`, { filters: encodeFilters({ name: names }) })) ?? [];
  const ids = new Map(found.map((object) => [object.Spec.Name, object.ID]));
  for (const { name } of wanted) {
    if (!ids.has(name)) throw new CliError(`${kind} not found: ${name}`);
  }
  return ids;
}
