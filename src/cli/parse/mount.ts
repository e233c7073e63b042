/** `--mount type=volume,source=data,target=/data`. */
import { ramInBytes } from "./size";

export interface Mount {
  Type: string;
  Source?: string;
  Target?: string;
  ReadOnly?: boolean;
  BindOptions?: { Propagation?: string };
  VolumeOptions?: {
    NoCopy?: boolean;
    Labels?: Record<string, string>;
    Subpath?: string;
    DriverConfig?: { Name?: string; Options?: Record<string, string> };
  };
  TmpfsOptions?: { SizeBytes?: number; Mode?: number };
}

/** One mount. Throws docker's messages. */
export function parseMount(value: string): Mount {
  const mount: Mount = { Type: "volume" };
  for (const field of value.split(",")) {
    const at = field.indexOf("=");
    const key = (at < 0 ? field : field.slice(0, at)).toLowerCase();
    applyField(mount, key, at < 0 ? undefined : field.slice(at + 1), field);
  }
  if (!mount.Target) throw new Error("target is required");
  if (mount.VolumeOptions) mount.VolumeOptions.DriverConfig ??= {};
  if (mount.VolumeOptions && mount.Type !== "volume")
    throw new Error(`cannot mix 'volume-*' options with mount type '${mount.Type}'`);
  if (mount.BindOptions && mount.Type !== "bind")
    throw new Error(`cannot mix 'bind-*' options with mount type '${mount.Type}'`);
  if (mount.TmpfsOptions && mount.Type !== "tmpfs")
    throw new Error(`cannot mix 'tmpfs-*' options with mount type '${mount.Type}'`);
  return mount;
}

function applyField(mount: Mount, key: string, value: string | undefined, field: string): void {
  if (value === undefined) {
    if (key === "readonly" || key === "ro") mount.ReadOnly = true;
    else if (key === "volume-nocopy") mount.VolumeOptions = { ...mount.VolumeOptions, NoCopy: true };
    else if (key === "") throw new Error("value is empty");
    else throw new Error(`invalid field '${field}' must be a key=value pair`);
    return;
  }
  switch (key) {
    case "type":
      mount.Type = value.toLowerCase();
      break;
    case "source":
    case "src":
      mount.Source = value;
      break;
    case "target":
    case "dst":
    case "destination":
      mount.Target = value;
      break;
    case "readonly":
    case "ro":
      if (!/^(1|0|t|f|true|false)$/i.test(value)) throw new Error(`invalid value for ${key}: ${value}`);
      mount.ReadOnly = /^(1|t|true)$/i.test(value);
      break;
    case "bind-propagation":
      mount.BindOptions = { ...mount.BindOptions, Propagation: value.toLowerCase() };
      break;
    case "volume-nocopy":
      if (!/^(1|0|t|f|true|false)$/i.test(value)) throw new Error(`invalid value for volume-nocopy: ${value}`);
      mount.VolumeOptions = { ...mount.VolumeOptions, NoCopy: /^(1|t|true)$/i.test(value) };
      break;
    case "volume-subpath":
      mount.VolumeOptions = { ...mount.VolumeOptions, Subpath: value };
      break;
    case "volume-driver":
      mount.VolumeOptions = {
        ...mount.VolumeOptions,
        DriverConfig: { ...mount.VolumeOptions?.DriverConfig, Name: value },
      };
      break;
    case "volume-label":
      mount.VolumeOptions = { ...mount.VolumeOptions, Labels: { ...mount.VolumeOptions?.Labels, ...pair(value) } };
      break;
    case "volume-opt": {
      const config = mount.VolumeOptions?.DriverConfig;
      mount.VolumeOptions = {
        ...mount.VolumeOptions,
        DriverConfig: { ...config, Options: { ...config?.Options, ...pair(value) } },
      };
      break;
    }
    case "tmpfs-size":
      mount.TmpfsOptions = { ...mount.TmpfsOptions, SizeBytes: tmpfsSize(value) };
      break;
    case "tmpfs-mode":
      if (!/^[0-7]+$/.test(value)) throw new Error(`invalid value for tmpfs-mode: ${value}`);
      mount.TmpfsOptions = { ...mount.TmpfsOptions, Mode: Number.parseInt(value, 8) };
      break;
    default:
      throw new Error(`unexpected key '${key}' in '${field}'`);
  }
}

function tmpfsSize(value: string): number {
  try {
    return ramInBytes(value);
  } catch {
    throw new Error(`invalid value for tmpfs-size: ${value}`);
  }
}

function pair(value: string): Record<string, string> {
  const at = value.indexOf("=");
  return at < 0 ? { [value]: "" } : { [value.slice(0, at)]: value.slice(at + 1) };
}
