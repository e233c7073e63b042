/** Stack names: anything but nothing. */
import { CliError } from "../../errors";

/** Throws `invalid stack name: ""`. */
export function checkStackName(name: string): void {
  if (/^["'\s]*$/.test(name)) throw new CliError(`invalid stack name: ${JSON.stringify(name)}`);
}
