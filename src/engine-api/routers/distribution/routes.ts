/** `GET /distribution/NAME/json`: what the registry knows of a name (moby `daemon/server/router/distribution`). */
import { Hono } from "hono";
import { digestOf } from "../../../core/engine/catalog-images";
import { familiarName, parseReference, withTag } from "../../../core/engine/references";
import { forbidden } from "../../../core/errors";
import type { Backend } from "../../backend";
import { reachRegistry } from "../../registry-reach";

const MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
const REFUSED = "errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required\n";

export function distributionRoutes(backend: Backend): Hono {
  const app = new Hono();
  app.get("/distribution/:name{.+}/json", async (c) => {
    const reference = withTag(parseReference(c.req.param("name")));
    await reachRegistry(backend);
    const known = digestFor(backend, reference);
    if (!known) throw forbidden(REFUSED);
    return c.json({
      Descriptor: { mediaType: MANIFEST, digest: known, size: 0 },
      Platforms: [{ architecture: "amd64", os: "linux" }],
    });
  });
  return app;
}

/** Of the catalogue, or of an image that some machine pushed or pulled. */
function digestFor(backend: Backend, reference: ReturnType<typeof parseReference>): string | undefined {
  const name = familiarName(reference);
  if (reference.digest) return reference.digest;
  const found = backend.catalog.find(name, reference.tag ?? "latest");
  if (found) return digestOf(found);
  for (const row of backend.view.table("images").all()) {
    const digest =
      row.repoTags.includes(`${name}:${reference.tag}`) && row.repoDigests.find((one) => one.startsWith(`${name}@`));
    if (digest) return digest.slice(name.length + 1);
  }
  return undefined;
}
