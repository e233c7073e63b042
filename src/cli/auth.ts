/** Registry credentials as request headers. */
import type { Context } from "./command";
import { type Reference, registryKey } from "./parse/reference";

export function base64Url(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}

/** `X-Registry-Auth` for the registry of an image; `{}` when not logged in. */
export function registryAuth(ctx: Context, ref: Reference): Record<string, string> {
  return { "X-Registry-Auth": base64Url(JSON.stringify(ctx.config.auth(registryKey(ref)))) };
}
