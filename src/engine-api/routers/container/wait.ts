/** `POST /containers/NAME/wait`: headers at once, the exit code when it is known. */
import type { ContainerRow } from "../../../core/engine/tables";
import { invalidParameter } from "../../../core/errors";
import type { Backend, StepNews } from "../../backend";
import { follow, jsonLines } from "../../streams";
import { hasSandbox } from "./network-settings";

const CONDITIONS = ["not-running", "next-exit", "removed"] as const;
export type WaitCondition = (typeof CONDITIONS)[number];

export function readCondition(text: string | undefined): WaitCondition {
  const condition = CONDITIONS.find((each) => each === (text || "not-running"));
  if (!condition) throw invalidParameter(`invalid condition: ${JSON.stringify(text)}`);
  return condition;
}

export function waitResponse(
  backend: Backend,
  request: Request,
  row: ContainerRow,
  condition: WaitCondition,
): Response {
  return jsonLines(backend, request, async (send, signal) => {
    const code = await exitCode(backend, row, condition, signal);
    if (code !== undefined) send({ StatusCode: code });
  });
}

async function exitCode(
  backend: Backend,
  row: ContainerRow,
  condition: WaitCondition,
  signal: AbortSignal,
): Promise<number | undefined> {
  const current = () => backend.view.table("containers").get(row.id);
  let code = row.exitCode;
  let exited = false;
  // A container that goes with its end leaves no row to look at: its event tells the code.
  const tell = ({ events }: StepNews) => {
    for (const event of events) {
      if (event.topic !== "engine.event") continue;
      const { type, action, actor } = event.data;
      if (type !== "container" || action !== "die" || actor.id !== row.id) continue;
      code = Number(actor.attributes.exitCode ?? code);
      exited = true;
    }
  };
  const met = () => {
    const now = current();
    if (!now) return true;
    if (condition === "removed") return false;
    if (exited) return true;
    return condition === "not-running" && !hasSandbox(now) && now.state !== "restarting";
  };
  const happened = await follow(backend, tell, met, signal);
  return happened ? code : undefined;
}
