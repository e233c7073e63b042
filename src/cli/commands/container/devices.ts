/** `--device HOST[:CONTAINER[:PERMISSIONS]]` and `--gpus`, as the API wants them. */
import { CliError } from "../../errors";

export function parseDevice(value: string): {
  PathOnHost: string;
  PathInContainer: string;
  CgroupPermissions: string;
} {
  const [source = "", second, third, ...more] = value.split(":");
  const isMode = (text: string | undefined) => text !== undefined && /^(?!.*(.).*\1)[rwm]+$/.test(text);
  if (more.length > 0 || source === "") throw new CliError(`bad format for path: ${value}`);
  const mode = third ?? (isMode(second) ? second : "rwm");
  if (third !== undefined && !isMode(third)) throw new CliError(`bad mode specified: ${third}`);
  const target = second === undefined || (third === undefined && isMode(second)) ? source : second;
  if (!target.startsWith("/")) throw new CliError(`${target} is not an absolute path`);
  return { PathOnHost: source, PathInContainer: target, CgroupPermissions: mode ?? "rwm" };
}

/** `all` or a count; null when none are asked for. */
export function gpuRequests(values: readonly string[]): unknown[] | null {
  if (values.length === 0) return null;
  return values.map((value) => ({
    Driver: "",
    Count: /^-?\d+$/.test(value) ? Number(value) : -1,
    DeviceIDs: null,
    Capabilities: [["gpu"]],
    Options: {},
  }));
}
