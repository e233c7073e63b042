/** Two ends of one TCP connection in memory. */
import type { Socket } from "../api/process";
import { ByteQueue } from "./byte-queue";

interface Address {
  readonly address: string;
  readonly port: number;
}

/** The client's end (which sees the server's address) and the server's. */
export function socketPair(server: Address, client: Address): [Socket, Socket] {
  const up = new ByteQueue();
  const down = new ByteQueue();
  return [makeEnd(down, up, server), makeEnd(up, down, client)];
}

function makeEnd(incoming: ByteQueue, outgoing: ByteQueue, remote: Address): Socket {
  return {
    remoteAddress: remote.address,
    remotePort: remote.port,
    read: () => incoming.read(),
    write: (data) => outgoing.write(data),
    end: () => outgoing.end(),
    destroy: () => {
      outgoing.end();
      incoming.close();
    },
  };
}
