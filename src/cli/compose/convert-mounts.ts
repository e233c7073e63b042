/** A service's volumes as mounts of its containers. */
import type { MountSpec } from "../api";
import { CliError } from "../errors";
import { scoped, stackLabels } from "./namespace";
import type { ServiceVolume, VolumeConfig } from "./types";

/** Throws docker's messages. */
export function convertMount(
  stack: string,
  volume: ServiceVolume,
  volumes: ReadonlyMap<string, VolumeConfig>,
): MountSpec {
  const mount: MountSpec = {
    Type: volume.type ?? "",
    ...(volume.source ? { Source: volume.source } : {}),
    ...(volume.target ? { Target: volume.target } : {}),
    ...(volume.read_only ? { ReadOnly: true } : {}),
    ...(volume.consistency ? { Consistency: volume.consistency } : {}),
  };
  switch (volume.type) {
    case "volume":
    case "":
    case undefined:
      refuse(volume, "volume", ["tmpfs", "bind"]);
      return volumeMount(stack, mount, volume, volumes);
    case "bind":
    case "npipe":
      if (!volume.source) throw new CliError(`invalid ${volume.type} source, source cannot be empty`);
      refuse(volume, volume.type, ["volume", "tmpfs"]);
      return volume.bind ? { ...mount, BindOptions: propagation(volume.bind.propagation) } : mount;
    case "tmpfs":
      refuse(volume, "tmpfs", ["bind", "volume"]);
      if (volume.source) throw new CliError("invalid tmpfs source, source must be empty");
      return volume.tmpfs
        ? { ...mount, TmpfsOptions: volume.tmpfs.size ? { SizeBytes: volume.tmpfs.size } : {} }
        : mount;
    case "cluster":
      refuse(volume, "cluster", ["volume", "tmpfs", "bind"]);
      return mount;
    default:
      throw new CliError("volume type must be volume, bind, tmpfs, npipe, or cluster");
  }
}

const propagation = (value = "") => (value === "" ? {} : { Propagation: value });

function refuse(volume: ServiceVolume, type: string, parts: readonly ("bind" | "volume" | "tmpfs")[]): void {
  for (const part of parts) {
    if (volume[part]) throw new CliError(`${part} options are incompatible with type ${type}`);
  }
}

function volumeMount(
  stack: string,
  mount: MountSpec,
  volume: ServiceVolume,
  volumes: ReadonlyMap<string, VolumeConfig>,
): MountSpec {
  const type = "volume";
  if (!volume.source) return { ...mount, Type: type };
  const found = volumes.get(volume.source);
  if (!found) throw new CliError(`undefined volume "${volume.source}"`);
  const options: MountSpec["VolumeOptions"] = volume.volume?.nocopy ? { NoCopy: true } : {};
  const named = { ...mount, Type: type, Source: found.name || scoped(stack, volume.source) };
  if (found.external?.external) return { ...named, VolumeOptions: options };
  const driver =
    found.driver || found.driver_opts
      ? {
          DriverConfig: {
            ...(found.driver ? { Name: found.driver } : {}),
            ...(found.driver_opts?.size ? { Options: Object.fromEntries(found.driver_opts) } : {}),
          },
        }
      : {};
  return { ...named, VolumeOptions: { ...options, Labels: stackLabels(stack, found.labels), ...driver } };
}
