/**
 * Names of images, as github.com/distribution/reference parses them: `python` stands for `docker.io/library/python`,
 * a name has a tag or a digest or both, and what does not fit is refused in its words.
 */
import { invalidParameter } from "../errors";

export interface Reference {
  readonly domain: string; // docker.io, localhost:5000
  readonly path: string; // library/python
  readonly tag?: string;
  readonly digest?: string; // sha256:...
}

const PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const DOMAIN = `(?:${LABEL}(?:\\.${LABEL})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const DIGEST = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";
const REFERENCE = new RegExp(`^(${DOMAIN})/(${PART}(?:/${PART})*)(?::([\\w][\\w.-]{0,127}))?(?:@(${DIGEST}))?$`);
const NAME_LIMIT = 255;

const parsed = new Map<string, Reference>();

/** Names remembered, before all are forgotten. */
const MOST_NAMES = 1000;

/** Parses a name as a user writes it, tag left as given. Throws the library's own refusals, as invalidParameter. */
export function parseReference(text: string): Reference {
  const known = parsed.get(text);
  if (known) return known;
  const reference = parse(text);
  if (parsed.size >= MOST_NAMES) parsed.clear();
  parsed.set(text, reference);
  return reference;
}

function parse(text: string): Reference {
  if (/^[a-f0-9]{64}$/.test(text))
    throw invalidParameter(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  const [domain, rest] = splitDomain(text);
  const remote = rest.split(/[:@]/, 1)[0] as string;
  if (remote.toLowerCase() !== remote)
    throw invalidParameter(`invalid reference format: repository name (${remote}) must be lowercase`);
  const match = text === "" ? null : REFERENCE.exec(`${domain}/${rest}`);
  if (!match) throw invalidParameter("invalid reference format");
  const [, , path = "", tag, digest] = match;
  if (path.length > NAME_LIMIT)
    throw invalidParameter(`repository name must not be more than ${NAME_LIMIT} characters`);
  if (digest?.startsWith("sha256:") && !/^sha256:[a-f0-9]{64}$/.test(digest))
    throw invalidParameter("invalid checksum digest length");
  return { domain, path, ...(tag ? { tag } : {}), ...(digest ? { digest } : {}) };
}

function splitDomain(text: string): [string, string] {
  const slash = text.indexOf("/");
  const first = text.slice(0, Math.max(0, slash));
  const isDomain = slash >= 0 && (first === "localhost" || /[.:]/.test(first) || first.toLowerCase() !== first);
  const domain = isDomain ? (first === "index.docker.io" ? "docker.io" : first) : "docker.io";
  const rest = isDomain ? text.slice(slash + 1) : text;
  return [domain, domain === "docker.io" && !rest.includes("/") ? `library/${rest}` : rest];
}

/** With `latest` where neither tag nor digest is given. */
export const withTag = (reference: Reference): Reference =>
  reference.tag || reference.digest ? reference : { ...reference, tag: "latest" };

/** The name as people write it: `python`, `traefik/whoami`, `localhost:5000/x`. */
export function familiarName({ domain, path }: Reference): string {
  if (domain !== "docker.io") return `${domain}/${path}`;
  return path.startsWith("library/") && !path.slice(8).includes("/") ? path.slice(8) : path;
}

/** Name with tag and digest, as people write it. */
export function familiarString(reference: Reference): string {
  return `${familiarName(reference)}${reference.tag ? `:${reference.tag}` : ""}${reference.digest ? `@${reference.digest}` : ""}`;
}

/** `docker.io/library/python`. */
export const canonicalName = ({ domain, path }: Reference): string => `${domain}/${path}`;
