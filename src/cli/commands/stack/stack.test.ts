import { describe, expect, it } from "vitest";
import { docker } from "../../testing";

const FILE = `
services:
  web:
    image: busybox
    command: httpd -f
    ports: ["4000:80"]
    secrets: [pw]
    networks: [front]
    deploy: {replicas: 2, resources: {limits: {cpus: "0.1", memory: 50M}}, restart_policy: {condition: on-failure}}
networks: {front: }
secrets: {pw: {file: pw.txt}}
`;
const files = { "/work/a.yml": FILE, "/work/pw.txt": "sesame" };
const LABEL = '{"label":{"com.docker.stack.namespace=app":true}}';
const manager = { "GET /info": { json: { Swarm: { ControlAvailable: true } } } };
const digest = `sha256:${"a".repeat(64)}`;

const spec = {
  Name: "app_web",
  Labels: { "com.docker.stack.image": "busybox", "com.docker.stack.namespace": "app" },
  TaskTemplate: {
    ContainerSpec: {
      Image: `busybox:latest@${digest}`,
      Labels: { "com.docker.stack.namespace": "app" },
      Args: ["httpd", "-f"],
      Secrets: [{ File: { Name: "pw", UID: "0", GID: "0", Mode: 292 }, SecretID: "sec1", SecretName: "app_pw" }],
      Privileges: { CredentialSpec: null, SELinuxContext: null, NoNewPrivileges: false },
    },
    Resources: { Limits: { NanoCPUs: 100000000, MemoryBytes: 52428800 } },
    RestartPolicy: { Condition: "on-failure" },
    Placement: { Platforms: [{ Architecture: "amd64", OS: "linux" }] },
    Networks: [{ Target: "app_front", Aliases: ["web"] }],
    ForceUpdate: 0,
  },
  Mode: { Replicated: { Replicas: 2 } },
  EndpointSpec: { Ports: [{ Protocol: "tcp", TargetPort: 80, PublishedPort: 4000, PublishMode: "ingress" }] },
};
const answers = {
  ...manager,
  [`GET /networks?filters=${LABEL}`]: { json: [] },
  "POST /networks/create": { json: { Id: "net1" } },
  "POST /secrets/create": { json: { ID: "sec1" } },
  'GET /secrets?filters={"name":{"app_pw":true}}': { json: [{ ID: "sec1", Spec: { Name: "app_pw" } }] },
  [`GET /services?filters=${LABEL}`]: { json: [] },
  "GET /distribution/busybox:latest/json": {
    json: { Descriptor: { digest }, Platforms: [{ architecture: "amd64", os: "linux" }] },
  },
  "POST /services/create": { json: { ID: "svc1" } },
};

describe("stack deploy", () => {
  it("makes networks, secrets and services, with labels and the digest of the image", async () => {
    const result = await docker(["stack", "deploy", "-d", "-c", "a.yml", "app"], { files, answers });
    expect(result).toMatchObject({
      stdout: "Creating network app_front\nCreating secret app_pw\nCreating service app_web\n",
      stderr: "",
      code: 0,
    });
    expect(result.requests).toEqual([
      "GET /info",
      `GET /networks?filters=${LABEL}`,
      "POST /networks/create",
      "GET /secrets/app_pw",
      "POST /secrets/create",
      'GET /secrets?filters={"name":{"app_pw":true}}',
      `GET /services?filters=${LABEL}`,
      "GET /distribution/busybox:latest/json",
      "POST /services/create",
    ]);
    expect(result.bodies["POST /networks/create"]).toMatchObject({ Driver: "overlay", IPAM: null, Name: "app_front" });
    expect(result.bodies["POST /secrets/create"]).toEqual({
      Name: "app_pw",
      Labels: { "com.docker.stack.namespace": "app" },
      Data: "c2VzYW1l",
    });
    expect(result.bodies["POST /services/create"]).toEqual(spec);
  });

  it("updates what is there, keeps the forced updates and prunes the rest", async () => {
    const there = (name: string, id: string) => ({
      ID: id,
      Version: { Index: 7 },
      Spec: { Name: name, Labels: {}, TaskTemplate: { ContainerSpec: { Image: "x" }, ForceUpdate: 3 } },
    });
    const result = await docker(["stack", "deploy", "-d", "--prune", "-c", "a.yml", "app"], {
      files,
      answers: {
        ...answers,
        [`GET /networks?filters=${LABEL}`]: { json: [{ Name: "app_front" }] },
        "GET /secrets/app_pw": { json: { ID: "sec1", Version: { Index: 2 } } },
        "POST /secrets/sec1/update?version=2": {},
        [`GET /services?filters=${LABEL}`]: { json: [there("app_web", "svc1"), there("app_old", "svc0")] },
        "DELETE /services/svc0": {},
        "POST /services/svc1/update?version=7": { json: { Warnings: null } },
      },
    });
    expect(result).toMatchObject({
      stdout: "Removing service app_old\nUpdating service app_web (id: svc1)\n",
      stderr: "",
      code: 0,
    });
    expect(result.bodies["POST /services/svc1/update?version=7"]).toMatchObject({ TaskTemplate: { ForceUpdate: 3 } });
  });

  it("remarks on what a swarm ignores, before it asks anything", async () => {
    const odd = { "/work/a.yml": "services: {w: {image: x, build: ., restart: always, expose: ['1'], links: [a]}}" };
    const result = await docker(["stack", "deploy", "-c", "a.yml", "app"], {
      files: odd,
      answers: { "GET /info": { json: { Swarm: { ControlAvailable: false } } } },
    });
    expect(result).toMatchObject({ stdout: "", code: 1 });
    expect(result.stderr).toBe(`Ignoring unsupported options: build, links, restart

Ignoring deprecated options:

expose: Exposing ports is unnecessary - services on the same network can access each other's containers on any port.

Since --detach=false was not specified, tasks will be created in the background.
In a future release, --detach=false will become the default.
this node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again
`);
  });

  it.each([
    [
      "services: {w: {build: .}}",
      [],
      "Ignoring unsupported options: build\n\ninvalid image reference for service w: no image specified\n",
    ],
    [
      "services: {w: {image: x, mem_limit: 1m}}",
      [],
      "Compose file contains unsupported options:\n\nmem_limit: Set resource limits using deploy.resources\n\n",
    ],
    ["services: {w: {image: x}}", ["--resolve-image", "some"], "Invalid option some for flag --resolve-image\n"],
    ["services: {w: {image: x, volumes: ['no:/x']}}", [], 'service w: undefined volume "no"\n'],
    ["services: {w: {image: x, networks: [no]}}", [], 'service w: undefined network "no"\n'],
    ["services: {w: {image: x, secrets: [no]}}", [], 'service w: undefined secret "no"\n'],
    [
      "services: {w: {image: x, deploy: {mode: global, replicas: 2}}}",
      [],
      "service w: replicas can only be used with replicated or replicated-job mode\n",
    ],
    [
      "services: {w: {image: x, networks: [o]}}\nnetworks: {o: {external: true}}",
      [],
      'network "o" is declared as external, but could not be found. You need to create a swarm-scoped network before the stack is deployed\n',
    ],
  ])("%s %j", async (file, flags, stderr) => {
    const setup = { files: { "/work/a.yml": file }, answers };
    expect(await docker(["stack", "deploy", "-d", ...flags, "-c", "a.yml", "app"], setup)).toMatchObject({
      stderr,
      code: 1,
    });
  });
});

describe("stack ls, services, ps, rm", () => {
  const service = (stack: string, name: string) => ({
    ID: `id-${name}-0000000000000000`,
    Spec: {
      Name: name,
      Labels: { "com.docker.stack.namespace": stack },
      TaskTemplate: { ContainerSpec: { Image: `busybox:latest@${digest}` } },
      Mode: { Replicated: { Replicas: 3 } },
    },
    Endpoint: {
      Ports: [8001, 8000, 80].map((port) => ({
        Protocol: "tcp",
        TargetPort: port,
        PublishedPort: port === 80 ? 4000 : port,
        PublishMode: "ingress",
      })),
    },
    ServiceStatus: { RunningTasks: 2, DesiredTasks: 3 },
  });

  it("counts the services of each stack", async () => {
    const key = 'GET /services?filters={"label":{"com.docker.stack.namespace":true}}';
    const list = [service("b10", "b10_x"), service("b9", "b9_x"), service("b10", "b10_y")];
    const { stdout } = await docker(["stack", "ls"], { answers: { [key]: { json: list } } });
    expect(stdout).toBe("NAME      SERVICES\nb9        1\nb10       2\n");
  });

  it("lists services with merged ports", async () => {
    const key = `GET /services?filters=${LABEL}&status=true`;
    const { stdout } = await docker(["stack", "services", "app"], {
      answers: { [key]: { json: [service("app", "app_w")] } },
    });
    expect(stdout).toBe(
      "ID             NAME      MODE         REPLICAS   IMAGE            PORTS\nid-app_w-000   app_w     replicated   2/3        busybox:latest   *:4000->80/tcp, *:8000-8001->8000-8001/tcp\n",
    );
  });

  it("says when there is nothing, each command in its way", async () => {
    const empty = Object.fromEntries(
      ["services", "networks", "secrets", "configs", "tasks"].map((kind) => [
        `GET /${kind}?filters=${LABEL}`,
        { json: [] },
      ]),
    );
    const setup = { answers: { ...empty, [`GET /services?filters=${LABEL}&status=true`]: { json: [] } } };
    expect(await docker(["stack", "services", "app"], setup)).toMatchObject({
      stderr: "Nothing found in stack: app\n",
      code: 0,
    });
    expect(await docker(["stack", "rm", "app"], setup)).toMatchObject({
      stderr: "Nothing found in stack: app\n",
      code: 0,
    });
    expect(await docker(["stack", "ps", "app"], setup)).toMatchObject({
      stderr: "nothing found in stack: app\n",
      code: 1,
    });
  });

  it("removes by name and goes on after a failure", async () => {
    const lists = {
      [`GET /services?filters=${LABEL}`]: { json: [service("app", "app_z"), service("app", "app_a")] },
      [`GET /networks?filters=${LABEL}`]: { json: [{ Id: "n1", Name: "app_net" }] },
      [`GET /secrets?filters=${LABEL}`]: { json: [] },
      [`GET /configs?filters=${LABEL}`]: { json: [] },
      "DELETE /services/id-app_z-0000000000000000": {},
      "DELETE /services/id-app_a-0000000000000000": {},
      "DELETE /networks/n1": { status: 404, json: { message: "network n1 not found" } },
    };
    expect(await docker(["stack", "rm", "app"], { answers: lists })).toMatchObject({
      stdout: "Removing service app_a\nRemoving service app_z\nRemoving network app_net\n",
      stderr:
        "Failed to remove network n1: Error response from daemon: network n1 not foundfailed to remove some resources from stack: app\n",
      code: 1,
    });
  });
});
