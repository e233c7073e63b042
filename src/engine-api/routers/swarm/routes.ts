/** `/swarm` (moby `daemon/server/router/swarm`). */
import { Hono } from "hono";
import { unavailable } from "../../../core/errors";
import { managedSwarm } from "../../../core/swarm";
import type { ClusterSpec } from "../../../core/swarm/spec";
import type { Backend } from "../../backend";
import { readJson } from "../../request";
import { swarmJson } from "./convert";
import { isTrue, readVersion } from "./request";

/** Simulated milliseconds that a join waits for a manager. */
const JOIN_TIMEOUT = 20_000;

interface InitBody {
  ListenAddr?: string;
  AdvertiseAddr?: string;
  DataPathAddr?: string;
  DataPathPort?: number;
  ForceNewCluster?: boolean;
  Spec?: Partial<ClusterSpec>;
  AutoLockManagers?: boolean;
  Availability?: string;
  DefaultAddrPool?: string[];
  SubnetSize?: number;
}

interface JoinBody {
  AdvertiseAddr?: string;
  RemoteAddrs?: string[];
  JoinToken?: string;
  Availability?: string;
}

export function swarmRoutes(backend: Backend): Hono {
  const { machine } = backend;
  const app = new Hono();

  app.get("/swarm", (c) => c.json(swarmJson(managedSwarm(backend.view, machine))));

  app.post("/swarm/init", async (c) => {
    const body = await readJson<InitBody>(c.req.raw);
    const id = backend.dispatch("swarm.init", {
      machine,
      listenAddr: body.ListenAddr ?? "",
      advertiseAddr: body.AdvertiseAddr ?? "",
      dataPathAddr: body.DataPathAddr ?? "",
      spec: body.Spec ?? {},
      autoLock: body.AutoLockManagers ?? false,
      availability: body.Availability ?? "",
      addressPool: body.DefaultAddrPool ?? null,
      subnetSize: body.SubnetSize ?? 0,
      dataPathPort: body.DataPathPort ?? 0,
      forceNewCluster: body.ForceNewCluster ?? false,
    });
    await until(backend, () => nodeIsReady(backend), 5000);
    return c.json(id);
  });

  app.post("/swarm/join", async (c) => {
    const body = await readJson<JoinBody>(c.req.raw);
    backend.dispatch("swarm.join", {
      machine,
      advertiseAddr: body.AdvertiseAddr ?? "",
      remotes: body.RemoteAddrs ?? [],
      token: body.JoinToken ?? "",
      availability: body.Availability ?? "",
    });
    const joined = () => Boolean(backend.view.table("swarmNodes").get(machine)?.session);
    if (!(await until(backend, joined, JOIN_TIMEOUT)))
      throw unavailable(
        'Timeout was reached before node joined. The attempt to join the swarm will continue in the background. Use the "docker info" command to see the current swarm status of your node.',
      );
    return c.body(null, 200);
  });

  app.post("/swarm/leave", (c) => {
    backend.dispatch("swarm.leave", { machine, force: isTrue(c.req.query("force")) });
    return c.body(null, 200);
  });

  app.post("/swarm/update", async (c) => {
    const spec = await readJson<ClusterSpec>(c.req.raw);
    backend.dispatch("swarm.update", {
      machine,
      version: readVersion(c.req.query("version"), "swarm"),
      spec,
      rotateWorkerToken: isTrue(c.req.query("rotateWorkerToken")),
      rotateManagerToken: isTrue(c.req.query("rotateManagerToken")),
      rotateManagerUnlockKey: isTrue(c.req.query("rotateManagerUnlockKey")),
    });
    return c.body(null, 200);
  });

  app.get("/swarm/unlockkey", (c) => c.json({ UnlockKey: managedSwarm(backend.view, machine).unlockKey }));

  app.post("/swarm/unlock", async (c) => {
    const body = await readJson<{ UnlockKey?: string }>(c.req.raw);
    backend.dispatch("swarm.unlock", { machine, key: body.UnlockKey ?? "" });
    return c.body(null, 200);
  });

  return app;
}

function nodeIsReady(backend: Backend): boolean {
  const member = backend.view.table("swarmNodes").get(backend.machine);
  return backend.view.table("nodes").get(member?.nodeId ?? "")?.status.state === "ready";
}

/** Waits in simulated time until something holds; false when it did not in time. */
async function until(backend: Backend, holds: () => boolean, limit: number): Promise<boolean> {
  if (holds()) return true;
  const release = backend.hold();
  const stop = new AbortController();
  const unsubscribe = backend.subscribe(() => {
    if (holds()) stop.abort();
  });
  try {
    await backend.sleep(limit, stop.signal).catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    });
    return holds();
  } finally {
    unsubscribe();
    release();
  }
}
