/** Images that hold curl alone: what one asks another container's server, or a daemon's socket, with. */
import { execForm, image, PATH, program, type Step } from "./builders";
import { alpineStep } from "./systems";
import type { CatalogImage } from "./types";

const kit = (by: string, rest: Partial<Step> = {}): Step => ({ by, buildkit: true, ...rest });

const alpineCurl = image({
  repository: "alpine/curl",
  tags: ["latest", "8.14.1", "8.12.1"],
  created: "2025-07-16T01:09:52Z",
  config: { Env: [PATH], Entrypoint: ["curl"], WorkingDir: "/" },
  steps: [
    alpineStep("3.22"),
    kit(`CMD ${execForm(["/bin/sh"])}`),
    kit("RUN /bin/sh -c apk add --no-cache curl # buildkit", {
      size: 5_110_000,
      files: [program("/usr/bin/curl", "curl")],
    }),
    kit('ENTRYPOINT ["curl"]'),
  ],
});

const curlImages = image({
  repository: "curlimages/curl",
  tags: ["latest", "8.16.0", "8.15.0", "8.14.1"],
  created: "2025-09-10T06:12:21Z",
  config: { Env: [PATH], Entrypoint: ["curl"], User: "101:102", WorkingDir: "/home/curl_user" },
  steps: [
    alpineStep("3.22"),
    kit(`CMD ${execForm(["/bin/sh"])}`),
    kit("RUN /bin/sh -c set -eux; install curl # buildkit", {
      size: 14_400_000,
      files: [program("/usr/bin/curl", "curl")],
    }),
    kit("USER 101:102"),
    kit('ENTRYPOINT ["curl"]'),
  ],
});

export const curls: readonly CatalogImage[] = [alpineCurl, curlImages];
