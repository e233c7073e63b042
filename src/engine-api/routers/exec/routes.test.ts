import { describe, expect, it } from "vitest";
import { reader, type TestApi, testApi } from "../../testing-engine";

const frame = (stream: number, text: string) => `${String.fromCharCode(stream, 0, 0, 0, 0, 0, 0, text.length)}${text}`;
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

async function prepare(config: object): Promise<{ api: TestApi; container: string; id: string }> {
  const api = testApi();
  const container = api.engine.start({ Cmd: ["sleep", "100"] }, "web");
  const { json } = await api.call("POST", "/containers/web/exec", {
    AttachStdout: true,
    AttachStderr: true,
    ...config,
  });
  return { api, container, id: json.Id };
}

const start = (api: TestApi, id: string, body: object, headers: Record<string, string> = {}, input = "") => {
  const json = JSON.stringify(body);
  return api.fetch("POST", `/exec/${id}/start`, {
    body: json + input,
    headers: { "Content-Type": "application/json", "Content-Length": String(json.length), ...headers },
  });
};

describe("an exec", () => {
  it("streams its output to its end and keeps its exit code", async () => {
    const { api, container, id } = await prepare({ Cmd: ["sh", "-c", "echo hi"] });
    const before = (await api.call("GET", `/exec/${id}/json`)).json;
    expect(before).toEqual({
      ID: id,
      Running: false,
      ExitCode: null,
      ProcessConfig: { tty: false, entrypoint: "sh", arguments: ["-c", "echo hi"], privileged: false },
      OpenStdin: false,
      OpenStderr: true,
      OpenStdout: true,
      CanRemove: false,
      ContainerID: container,
      DetachKeys: "",
      Pid: 0,
    });
    const response = await start(api, id, { Detach: false, Tty: false }, { Upgrade: "tcp" });
    expect(response.headers.get("content-type")).toBe("application/vnd.docker.multiplexed-stream");
    api.engine.write(id, "hi\n");
    api.engine.write(id, "oops\n", "stderr");
    api.engine.exit(id, 3);
    expect(await reader(response).rest()).toBe(frame(1, "hi\n") + frame(2, "oops\n"));
    expect((await api.call("GET", `/exec/${id}/json`)).json).toMatchObject({ Running: false, ExitCode: 3 });
    expect(api.holds()).toBe(0);
  });

  it.each([
    ["after the JSON in the body", {}],
    ["alone in the body, the JSON in a header", { "X-Slipway-Hijack": "tcp" }],
  ])("takes its input %s", async (_, headers) => {
    const { api, id } = await prepare({ Cmd: ["sh"], AttachStdin: true });
    const front = "X-Slipway-Hijack" in headers;
    const response = front
      ? await api.fetch("POST", `/exec/${id}/start`, {
          body: "typed",
          headers: { ...headers, "X-Slipway-Hijack-Body": btoa('{"Detach":false,"Tty":false}') },
        })
      : await start(api, id, { Detach: false, Tty: false }, { Upgrade: "tcp" }, "typed");
    api.engine.run("processes.started", { processes: [api.engine.process(id).id] });
    await settle();
    expect(api.typed[id]).toBe("typed<EOF>");
    api.engine.exit(id, 0);
    expect(await reader(response).rest()).toBe("");
  });

  it("says in the stream that there is no such program", async () => {
    const { api, id } = await prepare({ Cmd: ["nosuch"] });
    const response = await start(api, id, {}, { Upgrade: "tcp" });
    expect((await reader(response).rest()).slice(8)).toBe(
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "nosuch": executable file not found in $PATH\r\n',
    );
    expect((await api.call("GET", `/exec/${id}/json`)).json.ExitCode).toBe(127);
  });

  it("runs once", async () => {
    const { api, id } = await prepare({ Cmd: ["true"] });
    expect((await start(api, id, { Detach: true })).status).toBe(200);
    api.engine.exit(id, 0);
    const attached = await start(api, id, {}, { Upgrade: "tcp" });
    expect((await reader(attached).rest()).slice(8)).toBe(`exec command ${id} has already run\r\n`);
    const detached = await start(api, id, { Detach: true });
    expect([detached.status, await detached.json()]).toEqual([409, { message: `exec command ${id} has already run` }]);
    expect(api.holds()).toBe(0);
  });

  it("is refused where nothing runs, without a command, and when nobody knows it", async () => {
    const { api } = await prepare({ Cmd: ["true"] });
    api.engine.create({}, "idle");
    const refusals = [
      await api.call("POST", "/containers/idle/exec", { Cmd: ["ls"] }),
      await api.call("POST", "/containers/web/exec", {}),
      await api.call("POST", "/exec/nosuch/start", {}),
      await api.call("POST", "/exec/nosuch/resize?h=1&w=1"),
    ];
    expect(refusals.map(({ status, json }) => [status, json.message.replace(/[0-9a-f]{64}/, "ID")])).toEqual([
      [409, "container ID is not running"],
      [400, "No exec command specified"],
      [404, "No such exec instance: nosuch"],
      [404, "No such exec instance: nosuch"],
    ]);
  });
});
