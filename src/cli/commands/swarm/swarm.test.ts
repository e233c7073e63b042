import { describe, expect, it } from "vitest";
import { docker, NOW } from "../../testing";

const ID = "node1id000000000000000000";
const TOKENS = { Worker: "SWMTKN-1-w", Manager: "SWMTKN-1-m" };
const KEY = `To unlock a swarm manager after it restarts, run the \`docker swarm unlock\`
command and provide the following key:

    SWMKEY-1-k

Remember to store this key in a password manager, since without it you
will not be able to restart the manager.
`;
const spec = {
  Name: "default",
  Orchestration: {},
  Raft: {},
  Dispatcher: {},
  CAConfig: {},
  EncryptionConfig: { AutoLockManagers: false },
};
const node = (name: string, more: object = {}) => ({
  ID: `${name}id000000000000000000`,
  Version: { Index: 3 },
  CreatedAt: "2026-11-24T03:02:30.754600147Z",
  Spec: { Labels: {}, Role: "worker", Availability: "active" },
  Description: {
    Hostname: name,
    Engine: { EngineVersion: "28.5.2" },
    Resources: { NanoCPUs: 2e9, MemoryBytes: 2 ** 30 },
  },
  Status: { State: "ready", Addr: "192.168.99.101" },
  ...more,
});
const leader = node("node1", {
  Spec: { Role: "manager", Availability: "active" },
  ManagerStatus: { Leader: true, Reachability: "reachable", Addr: "192.168.99.101:2377" },
});
const answers = {
  "POST /swarm/init": { json: ID },
  [`GET /nodes/${ID}`]: { json: leader },
  "GET /swarm": { json: { Version: { Index: 9 }, Spec: spec, JoinTokens: TOKENS } },
  "GET /swarm/unlockkey": { json: { UnlockKey: "SWMKEY-1-k" } },
  "GET /info": { json: { Swarm: { NodeID: ID, ControlAvailable: true, LocalNodeState: "active" } } },
};
const JOIN = "    docker swarm join --token SWMTKN-1-w 192.168.99.101:2377\n\n";

describe("docker swarm", () => {
  it("init tells how others join, and the key when locked", async () => {
    const result = await docker(["swarm", "init", "--autolock", "--advertise-addr", "192.168.99.101"], { answers });
    expect(result.stdout).toBe(
      `Swarm initialized: current node (${ID}) is now a manager.\n\nTo add a worker to this swarm, run the following command:\n\n${JOIN}To add a manager to this swarm, run 'docker swarm join-token manager' and follow the instructions.\n${KEY}`,
    );
    expect(result.bodies["POST /swarm/init"]).toEqual({
      ListenAddr: "0.0.0.0:2377",
      AdvertiseAddr: "192.168.99.101",
      DataPathAddr: "",
      DataPathPort: 0,
      ForceNewCluster: false,
      Spec: {
        Labels: null,
        Orchestration: {},
        Raft: { ElectionTick: 0, HeartbeatTick: 0 },
        Dispatcher: {},
        CAConfig: {},
        TaskDefaults: {},
        EncryptionConfig: { AutoLockManagers: true },
      },
      AutoLockManagers: true,
      Availability: "",
      DefaultAddrPool: [],
      SubnetSize: 24,
    });
  });

  it.each([
    [["join-token", "worker"], `To add a worker to this swarm, run the following command:\n\n${JOIN}`],
    [["join-token", "-q", "manager"], "SWMTKN-1-m\n"],
    [["unlock-key"], KEY],
    [["unlock-key", "-q"], "SWMKEY-1-k\n"],
    [["update", "--autolock"], `Swarm updated.\n${KEY}`],
    [["join", "--token", "x", "192.168.99.102:2377"], "This node joined a swarm as a manager.\n"],
    [["leave", "--force"], "Node left the swarm.\n"],
  ])("%j", async (args, stdout) => {
    const update =
      "POST /swarm/update?rotateManagerToken=false&rotateManagerUnlockKey=false&rotateWorkerToken=false&version=9";
    const all = { ...answers, [update]: {}, "POST /swarm/join": {}, "POST /swarm/leave?force=1": {} };
    expect(await docker(["swarm", ...args], { answers: all })).toMatchObject({ stdout, stderr: "", code: 0 });
  });

  it.each([
    [["init", "--availability", "x"], 'invalid availability "x", only active, pause and drain are supported\n'],
    [["join-token", "x"], "unknown role x\n"],
    [["unlock"], "Error: swarm is not locked\n"],
    [["ca"], "No CA information available\n"],
    [["ca", "--cert-expiry", "1h"], "`--cert-expiry` flag requires the `--rotate` flag to update the CA\n"],
    [["unlock-key", "--rotate"], "cannot rotate because autolock is not turned on\n"],
  ])("%j fails", async (args, stderr) => {
    expect(await docker(["swarm", ...args], { answers })).toMatchObject({ stdout: "", stderr, code: 1 });
  });
});

describe("docker node", () => {
  it("ls marks the one that answers", async () => {
    const all = {
      ...answers,
      "GET /nodes": {
        json: [
          node("node10", { ID: "nodexid000000000000000000" }),
          node("node2", { Status: { State: "down" } }),
          leader,
        ],
      },
    };
    expect((await docker(["node", "ls"], { answers: all })).stdout).toBe(
      `ID                            HOSTNAME   STATUS    AVAILABILITY   MANAGER STATUS   ENGINE VERSION
node1id000000000000000000 *   node1      Ready     Active         Leader           28.5.2
node2id000000000000000000     node2      Down      Active                          28.5.2
nodexid000000000000000000     node10     Ready     Active                          28.5.2
`,
    );
  });

  it("inspect --pretty of oneself", async () => {
    expect((await docker(["node", "inspect", "--pretty", "self"], { answers })).stdout).toBe(
      `ID:\t\t\t${ID}\nHostname:              \tnode1\nJoined at:             \t2026-11-24 03:02:30.754600147 +0000 utc\nStatus:\n State:\t\t\tReady\n Availability:         \tActive\n Address:\t\t192.168.99.101\nManager Status:\n Address:\t\t192.168.99.101:2377\n Raft Status:\t\tReachable\n Leader:\t\tYes\nPlatform:\n Operating System:\t\n Architecture:\t\t\nResources:\n CPUs:\t\t\t2\n Memory:\t\t1GiB\nEngine Version:\t\t28.5.2\n`,
    );
  });

  it("promote and demote tell who already is", async () => {
    const all = {
      "GET /nodes/node1": { json: leader },
      "GET /nodes/node2": { json: node("node2") },
      "POST /nodes/node2id000000000000000000/update?version=3": {},
    };
    const result = await docker(["node", "promote", "node1", "node2"], { answers: all });
    expect(result.stdout).toBe(`Node ${ID} is already a manager.\nNode node2 promoted to a manager in the swarm.\n`);
    expect(Object.values(result.bodies)).toEqual([{ Labels: {}, Role: "manager", Availability: "active" }]);
  });

  it("update refuses to remove a label that is not there", async () => {
    const all = { "GET /nodes/node2": { json: node("node2") } };
    const result = await docker(["node", "update", "--label-rm", "x", "node2"], { answers: all });
    expect(result).toMatchObject({ stderr: "key x doesn't exist in node's labels\n", code: 1 });
  });
});

describe("docker secret and config", () => {
  const object = (name: string, more: object = {}) => ({
    ID: `${name}id`,
    CreatedAt: new Date(NOW - 4000).toISOString(),
    UpdatedAt: new Date(NOW).toISOString(),
    Spec: { Name: name, Labels: { a: "b" }, Data: "Y29uZg==", ...more },
  });

  it("create sends the content and prints the id", async () => {
    const all = { "POST /secrets/create": { json: { ID: "s1" } } };
    const result = await docker(["secret", "create", "-l", "a=b", "pw", "-"], { answers: all, stdin: "sesame" });
    expect(result.stdout).toBe("s1\n");
    expect(result.bodies["POST /secrets/create"]).toEqual({ Name: "pw", Labels: { a: "b" }, Data: "c2VzYW1l" });
  });

  it.each([
    [["secret", "create", "x", "-"], "error reading from STDIN: data is empty\n"],
    [["secret", "create", "x", "no.txt"], "error reading from no.txt: open no.txt: no such file or directory\n"],
    [["config", "create", "x", "-"], 'Error reading content from "-": error reading from STDIN: data is empty\n'],
  ])("%j fails", async (args, stderr) => {
    expect(await docker(args)).toMatchObject({ stdout: "", stderr, code: 1 });
  });

  it("ls and inspect --pretty", async () => {
    const all = {
      "GET /secrets": { json: [object("pw")] },
      "GET /configs": { json: [object("cfg")] },
      "GET /configs/cfg": { json: object("cfg") },
    };
    expect((await docker(["secret", "ls"], { answers: all })).stdout).toBe(
      "ID        NAME      DRIVER    CREATED         UPDATED\npwid      pw                  4 seconds ago   Less than a second ago\n",
    );
    expect((await docker(["config", "ls"], { answers: all })).stdout).toBe(
      "ID        NAME      CREATED         UPDATED\ncfgid     cfg       4 seconds ago   Less than a second ago\n",
    );
    expect((await docker(["config", "inspect", "--pretty", "cfg"], { answers: all })).stdout).toBe(
      "ID:\t\t\tcfgid\nName:\t\t\tcfg\nLabels:\n - a=b\nCreated at:            \t2026-11-24 11:59:56 +0000 utc\nUpdated at:            \t2026-11-24 12:00:00 +0000 utc\nData:\nconf\n",
    );
  });
});
