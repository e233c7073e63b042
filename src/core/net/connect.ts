/**
 * The one question of every connection, whoever asks (a browser through the ingress, `curl` in the terminal, a
 * container): from here, where does this name and port lead? Answered by `engine/connect.ts`; the shape is fixed here.
 */
import type { Millis } from "../time/agenda";

/** Who opens the connection: a machine's shell (or the outside world arriving at a machine), or a container. */
export interface Origin {
  readonly machine: string;
  readonly containerId?: string;
}

export type Route =
  | {
      readonly kind: "container";
      readonly machine: string;
      readonly containerId: string;
      readonly port: number;
      /** The address the server sees. */
      readonly clientAddress: string;
      /** The address that was dialled. */
      readonly address: string;
      readonly taskId?: string;
      readonly serviceId?: string;
      readonly latency: Millis;
    }
  | { readonly kind: "engine"; readonly machine: string } // port 2375 of a machine, should it be opened
  | { readonly kind: "refused"; readonly address: string; readonly latency: Millis }
  | { readonly kind: "reset"; readonly address: string; readonly latency: Millis } // accepted, then broken off
  | { readonly kind: "unreachable"; readonly address: string; readonly after: Millis }
  | { readonly kind: "timeout"; readonly address: string }
  /** Nobody answers, but a packet sent again after that time may be led elsewhere: ask again then. */
  | { readonly kind: "again"; readonly address: string; readonly after: Millis }
  | { readonly kind: "unknownName" };

declare module "../room" {
  interface Commands {
    /** Opens one TCP connection: a balancer moves on by one. */
    "net.connect": { args: { from: Origin; host: string; port: number }; reply: Route };
  }
}
