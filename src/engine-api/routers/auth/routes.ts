/** `POST /auth`: `docker login` (moby `daemon/server/router/system`, `postAuth`). Any name with any password may enter. */
import { Hono } from "hono";
import { systemError, unauthorized } from "../../../core/errors";
import type { Backend } from "../../backend";
import { reachRegistry } from "../../registry-reach";
import { readJson } from "../../request";
import type { AuthConfig } from "../image/auth";

const HUB = new Set(["", "docker.io", "index.docker.io", "https://index.docker.io/v1/", "registry-1.docker.io"]);

export function authRoutes(backend: Backend): Hono {
  const app = new Hono();
  app.post("/auth", async (c) => {
    const {
      username = "",
      password = "",
      identitytoken = "",
      serveraddress = "",
    } = await readJson<AuthConfig>(c.req.raw);
    if (!HUB.has(serveraddress))
      throw systemError(
        `Get "https://${serveraddress}/v2/": dial tcp: lookup ${serveraddress.split(":")[0]}: no such host`,
      );
    await reachRegistry(backend);
    if (username === "" || (password === "" && identitytoken === ""))
      throw unauthorized(`Get "https://registry-1.docker.io/v2/": unauthorized: incorrect username or password`);
    return c.json({ IdentityToken: "", Status: "Login Succeeded" });
  });
  return app;
}
