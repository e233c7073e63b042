/** `--restart on-failure:3`. */
import { CliError } from "../../errors";

export interface RestartPolicy {
  Name: string;
  MaximumRetryCount: number;
}

/** Throws docker's messages for a bad count. */
export function parseRestart(text: string): RestartPolicy {
  if (text === "") return { Name: "", MaximumRetryCount: 0 };
  const [name = "", count, ...more] = text.split(":");
  if (more.length > 0 || (text.includes(":") && name === ""))
    throw new CliError(
      `invalid restart policy format: ${name === "" ? "no policy provided before colon" : "maximum retry count must be an integer"}`,
    );
  if (count !== undefined && !/^-?\d+$/.test(count))
    throw new CliError("invalid restart policy format: maximum retry count must be an integer");
  return { Name: name, MaximumRetryCount: Number(count ?? 0) };
}
