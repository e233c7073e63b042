/** `GET /version`: what this engine claims to be. */
import { API_VERSION, ENGINE_VERSION, MIN_API_VERSION } from "../../version";

export const KERNEL = "6.8.0-generic";
const BUILT = "2026-09-15T11:02:57.000000000+00:00";
const COMMIT = "3ef3c07c883be49a2e8097bcf6d2952fce1d70eb";
const GO = "go1.27.1";

export function versionJson(): Record<string, unknown> {
  const engine = {
    ApiVersion: API_VERSION,
    Arch: "amd64",
    BuildTime: BUILT,
    Experimental: "false",
    GitCommit: COMMIT,
    GoVersion: GO,
    KernelVersion: KERNEL,
    MinAPIVersion: MIN_API_VERSION,
    Os: "linux",
  };
  return {
    Platform: { Name: "" },
    Components: [
      { Name: "Engine", Version: ENGINE_VERSION, Details: engine },
      { Name: "containerd", Version: "2.1.9", Details: { GitCommit: "" } },
      { Name: "runc", Version: "1.3.6", Details: { GitCommit: "" } },
      { Name: "docker-init", Version: "0.19.0", Details: { GitCommit: "" } },
    ],
    Version: ENGINE_VERSION,
    ApiVersion: API_VERSION,
    MinAPIVersion: MIN_API_VERSION,
    GitCommit: COMMIT,
    GoVersion: GO,
    Os: "linux",
    Arch: "amd64",
    KernelVersion: KERNEL,
    BuildTime: BUILT,
  };
}
