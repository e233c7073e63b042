/** Image references: distribution's grammar, Docker's short names and its errors. */
import { CliError } from "../errors";

export interface Reference {
  /** Registry host: `docker.io`, `localhost:5000`. */
  readonly domain: string;
  /** `library/nginx`. */
  readonly path: string;
  readonly tag?: string;
  readonly digest?: string;
}

const COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const DOMAIN =
  "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*";
const HOST = `(?:${DOMAIN}|\\[(?:[a-fA-F0-9:]+)\\])(?::[0-9]+)?`;
const FULL = new RegExp(
  `^(${HOST})/(${COMPONENT}(?:/${COMPONENT})*)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?$`,
);

/** Parses what a user types. Throws `invalid reference format...`. */
export function parseReference(text: string): Reference {
  if (/^[a-f0-9]{64}$/.test(text)) {
    throw new CliError(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  }
  const { domain, remainder } = splitDomain(text);
  const name = /^[^:@]*/.exec(remainder)?.[0] ?? "";
  if (name.toLowerCase() !== name) {
    throw new CliError(`invalid reference format: repository name (${name}) must be lowercase`);
  }
  const match = FULL.exec(`${domain}/${remainder}`);
  if (!match?.[2] || remainder === "") throw new CliError("invalid reference format");
  if (`${domain}/${match[2]}`.length > 255 + domain.length + 1) {
    throw new CliError("repository name must not be more than 255 characters");
  }
  return {
    domain,
    path: match[2],
    ...(match[3] ? { tag: match[3] } : {}),
    ...(match[4] ? { digest: match[4] } : {}),
  };
}

function splitDomain(text: string): { domain: string; remainder: string } {
  const slash = text.indexOf("/");
  const first = slash < 0 ? "" : text.slice(0, slash);
  const isHost = first !== "" && (/[.:]/.test(first) || first === "localhost" || first.toLowerCase() !== first);
  const domain = isHost ? (first === "index.docker.io" ? "docker.io" : first) : "docker.io";
  const rest = isHost ? text.slice(slash + 1) : text;
  return { domain, remainder: domain === "docker.io" && !rest.includes("/") ? `library/${rest}` : rest };
}

/** `docker.io/library/nginx`. */
export function fullName(ref: Reference): string {
  return `${ref.domain}/${ref.path}`;
}

/** `nginx`, `alice/app`, `reg.example.com/app`. */
export function familiarName(ref: Reference): string {
  return ref.domain === "docker.io" ? ref.path.replace(/^library\/(?=[^/]+$)/, "") : fullName(ref);
}

/** With its tag or digest, `latest` when there is neither. */
export function familiarString(ref: Reference): string {
  const { tag, digest } = withDefaultTag(ref);
  return `${familiarName(ref)}${tag ? `:${tag}` : ""}${digest ? `@${digest}` : ""}`;
}

export function withDefaultTag(ref: Reference): Reference {
  return ref.tag || ref.digest ? ref : { ...ref, tag: "latest" };
}

/** The key of a registry in the config file. */
export function registryKey(ref: Reference): string {
  return ref.domain === "docker.io" ? "https://index.docker.io/v1/" : ref.domain;
}

/** As `parseReference`, and a bare image id is fine. */
export function parseAnyReference(text: string): void {
  if (!/^([a-f0-9]{64}|sha256:[a-f0-9]{64})$/.test(text)) parseReference(text);
}
