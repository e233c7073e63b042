import { packTar, unpackTar } from "modern-tar";
import { describe, expect, it } from "vitest";
import { reader, type TestApi, testApi } from "../../testing-engine";

const create = async (api: TestApi, name: string, body: object = {}): Promise<string> =>
  (await api.call("POST", `/containers/create?name=${name}`, { Image: "busybox", Cmd: ["sleep", "100"], ...body })).json
    .Id;

const run = async (api: TestApi, name: string, body: object = {}): Promise<string> => {
  const id = await create(api, name, body);
  expect((await api.call("POST", `/containers/${name}/start`)).status).toBe(204);
  api.engine.run("processes.started", { processes: [api.engine.process(id).id] });
  return id;
};

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const frame = (stream: number, text: string) => `${String.fromCharCode(stream, 0, 0, 0, 0, 0, 0, text.length)}${text}`;

describe("creating a container", () => {
  it.each([
    [{}, 400, "config cannot be empty in order to create a container"],
    [{ HostConfig: {} }, 400, "config cannot be empty in order to create a container"],
    [{ Image: 5 }, 400, "invalid JSON: json: cannot unmarshal number into Go struct field .Image of type string"],
    [{ Image: "nosuch" }, 404, "No such image: nosuch:latest"],
    [{ Image: "busybox", HostConfig: { Memory: 100 } }, 400, "Minimum memory limit allowed is 6MB"],
    [
      { Image: "busybox", HostConfig: { PortBindings: { "80/tcp": 7 } } },
      400,
      "invalid JSON: json: cannot unmarshal number into Go struct field HostConfig.PortBindings of type []nat.PortBinding",
    ],
  ])("refuses %j", async (body, status, message) => {
    const reply = await testApi().call("POST", "/containers/create", body);
    expect([reply.status, reply.json]).toEqual([status, { message }]);
  });

  it("takes JSON alone", async () => {
    const api = testApi();
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    const reply = await api.fetch("POST", "/containers/create", { body: "{}", headers });
    expect([reply.status, await reply.json()]).toEqual([
      400,
      { message: "unsupported Content-Type header (application/x-www-form-urlencoded): must be 'application/json'" },
    ]);
    expect((await api.call("POST", "/containers/create")).json.message).toBe(
      "invalid JSON: got EOF while reading request body",
    );
  });

  it("answers 201 with id and warnings, and 409 for a name that is taken", async () => {
    const api = testApi();
    const id = await create(api, "web");
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    const again = await api.call("POST", "/v1.50/containers/create?name=web", { Image: "busybox" });
    expect(again.status).toBe(409);
    expect(again.json.message).toContain(`Conflict. The container name "/web" is already in use by container "${id}".`);
  });
});

describe("looking at containers", () => {
  it("lists one that runs as dockerd does", async () => {
    const api = testApi();
    const id = await run(api, "web", {
      Cmd: ["sh", "-c", "exec httpd -f"],
      Labels: { tier: "front" },
      ExposedPorts: { "80/tcp": {}, "90/tcp": {} },
      HostConfig: { PortBindings: { "80/tcp": [{ HostPort: "8080" }] }, Binds: ["vol1:/data"] },
    });
    api.engine.pass(2000);
    const [row, ...more] = (await api.call("GET", "/containers/json")).json;
    expect(more).toEqual([]);
    const endpoint = api.backend.view.table("endpoints").by("container", id)[0];
    const network = api.backend.view.table("networks").by("network", endpoint?.networkId ?? "")[0];
    expect(row).toEqual({
      Id: id,
      Names: ["/web"],
      Image: "busybox",
      ImageID: api.engine.container(id).imageId,
      Command: "sh -c 'exec httpd -f'",
      Created: Math.floor(api.engine.container(id).createdAt / 1000),
      Ports: [
        { IP: "0.0.0.0", PrivatePort: 80, PublicPort: 8080, Type: "tcp" },
        { IP: "::", PrivatePort: 80, PublicPort: 8080, Type: "tcp" },
        { PrivatePort: 90, Type: "tcp" },
      ],
      Labels: { tier: "front" },
      State: "running",
      Status: "Up 2 seconds",
      HostConfig: { NetworkMode: "bridge" },
      NetworkSettings: {
        Networks: {
          bridge: {
            IPAMConfig: null,
            Links: null,
            Aliases: null,
            MacAddress: endpoint?.mac,
            DriverOpts: null,
            GwPriority: 0,
            NetworkID: network?.networkId,
            EndpointID: endpoint?.id,
            Gateway: "172.17.0.1",
            IPAddress: "172.17.0.2",
            IPPrefixLen: 16,
            IPv6Gateway: "",
            GlobalIPv6Address: "",
            GlobalIPv6PrefixLen: 0,
            DNSNames: null,
          },
        },
      },
      Mounts: [
        {
          Type: "volume",
          Name: "vol1",
          Source: "/var/lib/docker/volumes/vol1/_data",
          Destination: "/data",
          Driver: "local",
          Mode: "z",
          RW: true,
          Propagation: "",
        },
      ],
    });
  });

  it.each([
    ['{"exited":["abc"]}', 400, `invalid filter 'exited=abc': strconv.Atoi: parsing "abc": invalid syntax`],
    ['{"before":["nosuchx"]}', 404, "No such container: nosuchx"],
    [
      '{"health":["x"]}',
      400,
      "invalid filter 'health=x': invalid value for health (x): must be one of none, starting, healthy, unhealthy",
    ],
    [
      '{"status":["x"]}',
      400,
      "invalid filter 'status=x': invalid value for state (x): must be one of created, running, paused, restarting, removing, exited, dead",
    ],
    ['{"is-task":["x"]}', 400, "invalid filter 'is-task=[x]'"],
    [
      '{"publish":["abc"]}',
      500,
      'error while looking up for publish abc: strconv.ParseUint: parsing "abc": invalid syntax',
    ],
    ['{"nosuch":{"1":true}}', 400, "invalid filter 'nosuch'"],
    ["zzz", 400, "invalid filter"],
  ])("refuses the filters %s", async (filters, status, message) => {
    const reply = await testApi().call("GET", `/containers/json?filters=${encodeURIComponent(filters)}`);
    expect([reply.status, reply.json]).toEqual([status, { message }]);
  });

  it.each([
    ["{}", "", ["web", "db"]],
    ["{}", "&all=1", ["web", "db", "old", "new"]],
    ["{}", "&limit=2", ["old", "new"]],
    ['{"status":{"exited":true}}', "", ["old"]],
    ['{"status":["created"]}', "", ["new"]],
    ['{"exited":["3"]}', "", ["old"]],
    ['{"exited":["0"]}', "", []],
    ['{"name":["^/?d"]}', "", ["db"]],
    ['{"name":["e"]}', "&all=1", ["web", "new"]],
    ['{"label":["tier=front"]}', "", ["web"]],
    ['{"label":["tier=front","x"]}', "", []],
    ['{"ancestor":["busybox"]}', "", ["web", "db"]],
    ['{"ancestor":["nosuch"]}', "", []],
    ['{"network":["net1"]}', "", ["db"]],
    ['{"volume":["/data"]}', "", ["web"]],
    ['{"publish":["8000-9000"]}', "", ["web"]],
    ['{"expose":["80/udp"]}', "", []],
    ['{"before":["old"]}', "", ["web", "db"]],
    ['{"since":["old"]}', "", ["new"]],
    ['{"health":["none"]}', "", ["web", "db"]],
    ['{"is-task":["true"]}', "", []],
  ])("finds by %s%s", async (filters, more, names) => {
    const api = testApi();
    await api.call("POST", "/networks/create", { Name: "net1" });
    await run(api, "web", {
      Labels: { tier: "front" },
      HostConfig: { PortBindings: { "80/tcp": [{ HostPort: "8080" }] }, Binds: ["v1:/data"] },
    });
    api.engine.pass(1000);
    await run(api, "db", { HostConfig: { NetworkMode: "net1" } });
    api.engine.pass(1000);
    const old = await run(api, "old");
    api.engine.exit(old, 3);
    api.engine.pass(1000);
    await create(api, "new");
    const reply = await api.call("GET", `/containers/json?filters=${encodeURIComponent(filters)}${more}`);
    expect(reply.json.map((row: { Names: string[] }) => row.Names[0]?.slice(1)).sort()).toEqual([...names].sort());
  });

  it("inspects a created one without what only a run gives", async () => {
    const api = testApi();
    await create(api, "web", { HostConfig: { NetworkMode: "bridge" } });
    const { json } = await api.call("GET", "/containers/web/json");
    expect(Object.keys(json)).toEqual(
      "Id Created Path Args State Image ResolvConfPath HostnamePath HostsPath LogPath Name RestartCount Driver Platform MountLabel ProcessLabel AppArmorProfile ExecIDs HostConfig GraphDriver Mounts Config NetworkSettings".split(
        " ",
      ),
    );
    expect(json.State).toEqual({
      Status: "created",
      Running: false,
      Paused: false,
      Restarting: false,
      OOMKilled: false,
      Dead: false,
      Pid: 0,
      ExitCode: 0,
      Error: "",
      StartedAt: "0001-01-01T00:00:00Z",
      FinishedAt: "0001-01-01T00:00:00Z",
    });
    expect(Object.keys(json.Config)).toEqual(
      "Hostname Domainname User AttachStdin AttachStdout AttachStderr Tty OpenStdin StdinOnce Env Cmd Image Volumes WorkingDir Entrypoint OnBuild Labels".split(
        " ",
      ),
    );
    expect(json.NetworkSettings).toMatchObject({ SandboxID: "", Ports: {}, Networks: { bridge: { NetworkID: "" } } });
    expect([json.Path, json.Args, json.ExecIDs, json.LogPath]).toEqual(["sleep", ["100"], null, ""]);
  });
});

describe("stopping", () => {
  it("answers when the process has ended, and 304 after that", async () => {
    const api = testApi();
    const id = await run(api, "web");
    let status = 0;
    const stopping = api.call("POST", "/containers/web/stop?t=5").then((reply) => {
      status = reply.status;
    });
    await settle();
    expect(status).toBe(0);
    expect(api.engine.process(id).signals.map(({ signal }) => signal)).toEqual(["SIGTERM"]);
    api.engine.pass(5000);
    expect(api.engine.process(id).signals.map(({ signal }) => signal)).toEqual(["SIGTERM", "SIGKILL"]);
    api.engine.exit(id, 137);
    await stopping;
    expect(status).toBe(204);
    const again = await api.call("POST", "/containers/web/stop");
    expect([again.status, again.text]).toEqual([304, ""]);
    expect(api.holds()).toBe(0);
  });

  it("restarts in one answer", async () => {
    const api = testApi();
    const id = await run(api, "web");
    const { startedAt } = api.engine.container(id);
    api.engine.pass(1000);
    const restarting = api.call("POST", "/containers/web/restart");
    await settle();
    api.engine.exit(id, 0);
    expect((await restarting).status).toBe(204);
    expect(api.engine.container(id)).toMatchObject({ state: "running" });
    expect(api.engine.container(id).startedAt).toBeGreaterThan(startedAt);
  });
});

describe("waiting", () => {
  it("sends its headers at once and the code with the exit, also of a container that goes with it", async () => {
    const api = testApi();
    const id = await create(api, "web", { HostConfig: { AutoRemove: true } });
    const response = await api.fetch("POST", "/containers/web/wait?condition=removed");
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/json"]);
    const body = reader(response);
    await api.call("POST", "/containers/web/start");
    api.engine.exit(id, 4);
    expect(await body.rest()).toBe('{"StatusCode":4}\n');
    expect(api.holds()).toBe(0);
  });

  it("knows three conditions, and answers at once for one that does not run", async () => {
    const api = testApi();
    const id = await run(api, "web");
    api.engine.exit(id, 2);
    expect((await api.call("POST", "/containers/web/wait")).json).toEqual({ StatusCode: 2 });
    expect((await api.call("POST", "/containers/web/wait?condition=xx")).json).toEqual({
      message: 'invalid condition: "xx"',
    });
    expect((await api.call("POST", "/containers/nosuch/wait")).status).toBe(404);
  });
});

describe("logs", () => {
  it("frames each line, chosen by stream, tail and time", async () => {
    const api = testApi();
    const id = await run(api, "web");
    api.engine.write(id, "one\ntwo\n");
    api.engine.write(id, "oops\n", "stderr");
    const get = async (query: string) => (await api.call("GET", `/containers/web/logs?${query}`)).text;
    expect(await get("stdout=1&stderr=1")).toBe(frame(1, "one\n") + frame(1, "two\n") + frame(2, "oops\n"));
    expect(await get("stderr=1")).toBe(frame(2, "oops\n"));
    expect(await get("stdout=1&tail=1")).toBe(frame(1, "two\n"));
    expect(await get("stdout=1&tail=nonsense&details=1")).toBe(frame(1, " one\n") + frame(1, " two\n"));
    expect(await get("stdout=1&timestamps=1&tail=1")).toMatch(/2026-01-01T00:0\d:\d\d\.\d{9}Z two\n$/);
    expect(await get(`stdout=1&since=${api.engine.core.now / 1000 + 1}`)).toBe("");
    const none = await api.call("GET", "/containers/web/logs");
    expect([none.status, none.json.message]).toEqual([400, "Bad parameters: you must choose at least one stream"]);
  });

  it("are raw for a terminal", async () => {
    const api = testApi();
    const id = await run(api, "web", { Tty: true });
    api.engine.write(id, "one\r\n");
    const reply = await api.call("GET", "/containers/web/logs?stdout=1");
    expect([reply.headers.get("content-type"), reply.text]).toEqual(["application/vnd.docker.raw-stream", "one\r\n"]);
  });

  it("follow until the container ends, and stop following when the client goes", async () => {
    const api = testApi();
    const id = await run(api, "web");
    api.engine.write(id, "one\n");
    const first = reader(await api.fetch("GET", "/containers/web/logs?stdout=1&follow=1"));
    const second = reader(await api.fetch("GET", "/containers/web/logs?stdout=1&follow=1"));
    expect(await first.next()).toBe(frame(1, "one\n"));
    await second.cancel();
    api.engine.write(id, "two\nrest");
    api.engine.exit(id, 0);
    expect(await first.rest()).toBe(frame(1, "two\n") + frame(1, "rest"));
    expect(api.holds()).toBe(0);
  });
});

describe("attaching", () => {
  it("to a created container stays until its run has ended, with all of its output", async () => {
    const api = testApi();
    const id = await create(api, "web", { AttachStdout: true });
    const response = await api.fetch("POST", "/containers/web/attach?stream=1&stdout=1&stderr=1", {
      headers: { "X-Slipway-Hijack": "tcp" },
    });
    expect([response.status, response.headers.get("content-type")]).toEqual([
      200,
      "application/vnd.docker.multiplexed-stream",
    ]);
    await api.call("POST", "/containers/web/start");
    api.engine.write(id, "hello ");
    api.engine.write(id, "oops", "stderr");
    api.engine.exit(id, 0);
    expect(await reader(response).rest()).toBe(frame(1, "hello ") + frame(2, "oops"));
    expect(api.engine.actions()).toContain("container attach");
    expect(api.holds()).toBe(0);
  });

  it("passes on what is typed and its end", async () => {
    const api = testApi();
    const id = await create(api, "web", { OpenStdin: true, StdinOnce: true });
    const response = await api.fetch("POST", "/containers/web/attach?stream=1&stdin=1&stdout=1", {
      body: "typed",
      headers: { Upgrade: "tcp" },
    });
    await api.call("POST", "/containers/web/start");
    api.engine.run("processes.started", { processes: [api.engine.process(id).id] });
    await settle();
    expect(api.typed[id]).toBe("typed<EOF>");
    api.engine.exit(id, 0);
    expect(await reader(response).rest()).toBe("");
  });

  it("refuses in plain text", async () => {
    const reply = await testApi().call("POST", "/containers/nosuch/attach?stream=1");
    expect([reply.status, reply.headers.get("content-type"), reply.text]).toEqual([
      404,
      "application/vnd.docker.raw-stream",
      "No such container: nosuch\r\n",
    ]);
  });
});

describe("copying files", () => {
  const stat = (headers: Headers) => JSON.parse(atob(headers.get("x-docker-container-path-stat") ?? ""));

  it("puts an archive in and gets it back under its own name", async () => {
    const api = testApi();
    await create(api, "web");
    const mtime = new Date(Date.UTC(2026, 0, 1));
    const tar = await packTar([
      { header: { name: "d/", type: "directory", size: 0, mode: 0o750, mtime } },
      { header: { name: "d/a.txt", size: 6, mode: 0o640, uid: 7, gid: 8, mtime }, body: "alpha\n" },
      { header: { name: "d/l", type: "symlink", linkname: "a.txt", size: 0, mtime } },
    ]);
    const put = await api.fetch("PUT", "/containers/web/archive?path=/srv", { body: tar });
    expect([put.status, await put.text()]).toEqual([200, ""]);
    const head = await api.fetch("HEAD", "/containers/web/archive?path=/srv/d");
    expect(stat(head.headers)).toEqual({
      name: "d",
      size: 4096,
      mode: 2 ** 31 + 0o750,
      mtime: "2026-01-01T00:00:00Z",
      linkTarget: "",
    });
    const link = await api.fetch("HEAD", "/containers/web/archive?path=/srv/d/l");
    expect(stat(link.headers)).toMatchObject({ name: "l", mode: 2 ** 27 + 0o777, linkTarget: "/srv/d/a.txt" });
    const got = await api.fetch("GET", "/containers/web/archive?path=/srv/d");
    expect(got.headers.get("content-type")).toBe("application/x-tar");
    const entries = await unpackTar(await got.arrayBuffer());
    expect(
      entries.map(({ header, data }) => [
        header.name,
        header.type,
        header.mode,
        header.uid,
        data && new TextDecoder().decode(data),
      ]),
    ).toEqual([
      ["d/", "directory", 0o750, 0, undefined],
      ["d/a.txt", "file", 0o640, 7, "alpha\n"],
      ["d/l", "symlink", 0o777, 0, undefined],
    ]);
    expect((await api.call("GET", "/containers/web/changes")).json).toEqual([
      { Path: "/srv", Kind: 0 },
      { Path: "/srv/d", Kind: 1 },
      { Path: "/srv/d/a.txt", Kind: 1 },
      { Path: "/srv/d/l", Kind: 1 },
    ]);
  });

  it.each([
    ["GET", "/nosuch", 404, "Could not find the file /nosuch in container web"],
    ["GET", "", 400, "bad parameter: pathcannot be empty"],
    ["PUT", "/nosuch", 404, "Could not find the file /nosuch in container web"],
    ["PUT", "/etc/passwd", 400, "extraction point is not a directory"],
  ])("answers %s of %j with %i", async (method, path, status, message) => {
    const api = testApi();
    await create(api, "web");
    const reply = await api.call(method, `/containers/web/archive?path=${path}`);
    expect([reply.status, reply.json]).toEqual([status, { message }]);
  });
});

describe("small commands", () => {
  it.each([
    ["POST", "/containers/web/pause", 409, "is not running"],
    ["POST", "/containers/web/kill", 409, "cannot kill container: web: container ID is not running"],
    ["GET", "/containers/web/top", 409, "container ID is not running"],
    ["POST", "/containers/web/resize?h=1&w=2", 409, "container ID is not running"],
    ["POST", "/containers/web/resize?h=a&w=2", 400, 'invalid resize height "a": invalid syntax'],
    ["POST", "/containers/web/rename?name=", 400, "Neither old nor new names may be empty"],
    ["GET", "/containers/json?limit=x", 500, 'strconv.Atoi: parsing "x": invalid syntax'],
  ])("%s %s of a created container is refused", async (method, path, status, message) => {
    const api = testApi();
    const id = await create(api, "web");
    const reply = await api.call(method, path);
    expect(reply.status).toBe(status);
    expect(reply.json.message.replaceAll(id, "ID")).toContain(message);
  });

  it("shows processes, sizes a terminal, prunes, removes", async () => {
    const api = testApi();
    const id = await run(api, "web");
    const { pid } = api.engine.container(id);
    expect((await api.call("GET", "/containers/web/top")).json).toEqual({
      Processes: [["root", String(pid), String(pid - 1), "0", "00:01", "?", "00:00:00", "sleep 100"]],
      Titles: ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"],
    });
    expect((await api.call("POST", "/containers/web/resize?h=24&w=80")).status).toBe(200);
    expect(api.sizes[id]).toBe("80x24");
    expect((await api.call("DELETE", "/containers/web")).json).toEqual({
      message:
        'cannot remove container "web": container is running: stop the container before removing or force remove',
    });
    expect((await api.call("DELETE", "/containers/web?force=1")).status).toBe(204);
    const done = await create(api, "done");
    expect((await api.call("POST", "/containers/prune")).json).toEqual({
      ContainersDeleted: [done],
      SpaceReclaimed: 0,
    });
    expect((await api.call("POST", "/containers/prune")).json).toEqual({ ContainersDeleted: null, SpaceReclaimed: 0 });
  });
});
