/** Who a client says it is: `X-Registry-Auth`, base64url of JSON (moby `api/types/registry/authconfig.go`). */
export interface AuthConfig {
  readonly username?: string;
  readonly password?: string;
  readonly serveraddress?: string;
  readonly identitytoken?: string;
}

/** Empty when there is none or it cannot be read, as moby takes it. */
export function registryAuth(header: string | null): AuthConfig {
  if (!header) return {};
  try {
    const bytes = Uint8Array.from(atob(header.replaceAll("-", "+").replaceAll("_", "/")), (ch) => ch.charCodeAt(0));
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === "object" && value !== null ? (value as AuthConfig) : {};
  } catch {
    return {};
  }
}
