/**
 * The server that `npm start` runs: owns the public port, keeps the runtime alive behind it, and does the two things a Worker
 * cannot: answer a hijack with 101, and open further ports on this machine.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { runtimeConfig } from "./config";
import { serveConnection } from "./connection";
import { publishPorts } from "./published";
import { Runtime } from "./runtime";
import { claimState } from "./state";

export { publishPorts } from "./published";

export interface GatewayOptions {
  /** The public port. */
  readonly port: number;
  /** Address to listen on; all of this machine's when absent. */
  readonly host?: string;
  /** Directory of the built Worker. */
  readonly worker: string;
  /** Directory of the built page. */
  readonly web: string;
  /** Directory that holds the clusters. */
  readonly state: string;
  /** Clusters whose published ports are opened here. */
  readonly publish?: readonly string[];
  readonly log: (line: string) => void;
}

export interface Gateway {
  /** The Worker was built anew. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts everything; resolves when the runtime listens and the port is open. Rejects with a plain sentence. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  mkdirSync(options.state, { recursive: true });
  const release = claimState(options.state, options.port);
  const server = createServer({ allowHalfOpen: true, noDelay: true });
  await listen(server, options);
  const token = randomBytes(16).toString("hex");
  const config = join(options.state, "runtime.capnp");
  const configure = (): void =>
    writeFileSync(config, runtimeConfig({ worker: options.worker, from: options.state, token }));
  configure();
  const runtime = new Runtime({ config, state: options.state, web: options.web, log: options.log });
  server.on("connection", (client) => serveConnection(client, runtime.port));
  await runtime.port();
  const origin = async (): Promise<string> => `http://127.0.0.1:${await runtime.port()}`;
  const unpublish = (options.publish ?? []).map((id) => publishPorts({ id, origin, token, log: options.log }));
  return {
    reload: async () => {
      configure();
      await runtime.restart();
    },
    stop: async () => {
      for (const end of unpublish) end();
      server.close();
      await runtime.stop();
      release();
    },
  };
}

function listen(server: Server, { port, host }: GatewayOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "EADDRINUSE" ? new Error(`Port ${port} is taken: try PORT=${port + 1} npm start`) : error),
    );
    server.listen({ port, host }, () => resolve());
  });
}
