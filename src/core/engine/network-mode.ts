/** What cannot be asked for together with a network mode (moby `daemon/internal/runconfig/hostconfig_unix.go`). */
import { invalidParameter } from "../errors";
import type { ContainerConfig, HostConfig } from "./types";

/** Throws the first conflict, in moby's order. */
export function checkNetworkMode(config: ContainerConfig, host: HostConfig): void {
  const mode = host.NetworkMode ?? "";
  const links = (host.Links ?? []).length > 0;
  if (mode.startsWith("container:")) {
    const conflicts: [boolean, string][] = [
      [Boolean(config.Hostname), "hostname and the network mode"],
      [links, "container type network can't be used with links. This would result in undefined behavior"],
      [(host.Dns ?? []).length > 0, "dns and the network mode"],
      [(host.ExtraHosts ?? []).length > 0, "custom host-to-IP mapping and the network mode"],
      [
        Object.keys(host.PortBindings ?? {}).length > 0 || host.PublishAllPorts === true,
        "port publishing and the container type network mode",
      ],
      [Object.keys(config.ExposedPorts ?? {}).length > 0, "port exposing and the container type network mode"],
    ];
    const found = conflicts.find(([applies]) => applies);
    if (found) throw invalidParameter(`conflicting options: ${found[1]}`);
  }
  if (mode === "host" && links)
    throw invalidParameter(
      "conflicting options: host type networking can't be used with links. This would result in undefined behavior",
    );
}
