/** Before a service is sent its image gets a tag, and the digest and the platforms that the registry knows. */
import type { ServiceSpec } from "../../api";
import { registryAuth } from "../../auth";
import { segment } from "../../client";
import type { Context } from "../../command";
import { CliError } from "../../errors";
import { familiarString, parseReference, type Reference, withDefaultTag } from "../../parse/reference";

interface Distribution {
  readonly Descriptor: { readonly digest: string };
  readonly Platforms?: readonly { readonly architecture?: string; readonly os?: string }[];
}

export interface ImageOptions {
  /** Ask the registry. */
  readonly query: boolean;
  readonly sendAuth: boolean;
}

/** Completes the image of `spec` in place; the text is a warning for after the request. */
export async function resolveImage(
  ctx: Context,
  spec: ServiceSpec,
  options: ImageOptions,
): Promise<string | undefined> {
  const container = spec.TaskTemplate.ContainerSpec;
  const ref = container ? parseOrNothing(container.Image) : undefined;
  if (!container || !ref) return undefined;
  container.Image = familiarString(ref);
  if (!options.query) return undefined;
  try {
    const headers = options.sendAuth ? registryAuth(ctx, ref) : {};
    const response = await ctx.client.request("GET", `/distribution/${segment(container.Image)}/json`, { headers });
    const found = (await response.json()) as Distribution;
    if (!ref.digest) container.Image = `${container.Image}@${found.Descriptor.digest}`;
    const platforms = found.Platforms ?? [];
    if (platforms.length > 0) {
      spec.TaskTemplate.Placement = {
        ...spec.TaskTemplate.Placement,
        Platforms: platforms.map(({ architecture = "", os = "" }) => ({
          Architecture: architecture.toLowerCase() === "arm" ? "" : architecture,
          OS: os,
        })),
      };
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return digestWarning(container.Image);
  }
}

/** The credentials that go along with a service. */
export function serviceAuth(ctx: Context, image: string, send: boolean): Record<string, string> {
  const ref = send ? parseOrNothing(image) : undefined;
  return ref ? registryAuth(ctx, ref) : {};
}

function parseOrNothing(image: string): Reference | undefined {
  try {
    return withDefaultTag(parseReference(image));
  } catch {
    // The daemon will say what is wrong with it.
    return undefined;
  }
}

function digestWarning(image: string): string {
  return `image ${image} could not be accessed on a registry to record
its digest. Each node will access ${image} independently,
possibly leading to different nodes running different
versions of the image.
`;
}
