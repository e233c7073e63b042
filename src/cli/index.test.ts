import { describe, expect, it } from "vitest";
import { complete } from "./index";
import { docker, NOW } from "./testing";

const web = {
  Id: "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00",
  Names: ["/web"],
  Image: "nginx",
  ImageID: "sha256:aaaa",
  Command: "/docker-entrypoint.sh nginx -g 'daemon off;'",
  Created: NOW / 1000 - 130,
  State: "running",
  Status: "Up 2 minutes",
  Ports: [
    { IP: "0.0.0.0", PrivatePort: 80, PublicPort: 4000, Type: "tcp" },
    { IP: "::", PrivatePort: 80, PublicPort: 4000, Type: "tcp" },
    { PrivatePort: 443, Type: "tcp" },
  ],
};
const list = { "GET /containers/json": { json: [web] } };

describe("usage errors", () => {
  it.each([
    [["frobnicate"], 1, "docker: unknown command: docker frobnicate\n\nRun 'docker --help' for more information\n"],
    [
      ["ps", "--al"],
      125,
      "unknown flag: --al\n\nUsage:  docker ps [OPTIONS]\n\nRun 'docker ps --help' for more information\n",
    ],
    [
      ["ps", "-Z"],
      125,
      "unknown shorthand flag: 'Z' in -Z\n\nUsage:  docker ps [OPTIONS]\n\nRun 'docker ps --help' for more information\n",
    ],
    [
      ["container", "foo"],
      1,
      "docker: unknown command: docker container foo\n\nUsage:  docker container\n\nRun 'docker container --help' for more information\n",
    ],
    [
      ["run"],
      1,
      "docker: 'docker run' requires at least 1 argument\n\nUsage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nSee 'docker run --help' for more information\n",
    ],
    [
      ["logs"],
      1,
      "docker: 'docker logs' requires 1 argument\n\nUsage:  docker logs [OPTIONS] CONTAINER\n\nRun 'docker logs --help' for more information\n",
    ],
    [
      ["volume", "create", "a", "b"],
      1,
      "docker: 'docker volume create' requires at most 1 argument\n\nUsage:  docker volume create [OPTIONS] [VOLUME]\n\nSRun 'docker volume create --help' for more information\n",
    ],
    [
      ["run", "-m", "4zz", "x"],
      125,
      "invalid argument \"4zz\" for \"-m, --memory\" flag: invalid suffix: 'zz'\n\nUsage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nRun 'docker run --help' for more information\n",
    ],
    [
      ["run", "-p", "99999:80", "x"],
      125,
      "docker: invalid hostPort: 99999\n\nRun 'docker run --help' for more information\n",
    ],
    [
      ["run", "FriendlyHello"],
      125,
      "docker: invalid reference format: repository name (library/FriendlyHello) must be lowercase\n\nRun 'docker run --help' for more information\n",
    ],
    [
      ["run", "--rm", "--restart", "always", "x"],
      125,
      "docker: conflicting options: cannot specify both --restart and --rm\n\nRun 'docker run --help' for more information\n",
    ],
    [["pull", "a:b:c"], 1, "invalid reference format\n"],
  ])("docker %j", async (args, code, stderr) => {
    expect(await docker(args)).toMatchObject({ code, stderr, stdout: "" });
  });

  it("names the daemon's address when nobody answers", async () => {
    const outcome = await docker(["ps"], { unreachable: true, env: { DOCKER_HOST: "tcp://h:1" } });
    expect(outcome.stderr).toBe("Cannot connect to the Docker daemon at tcp://h:1. Is the docker daemon running?\n");
  });

  it("prints a bare group's help on stderr and asked help on stdout", async () => {
    const bare = await docker(["network"]);
    const asked = await docker(["network", "--help"]);
    expect(bare.stderr).toBe(asked.stdout);
    expect(bare.stderr).toMatch(
      /^Usage: {2}docker network COMMAND\n\nManage networks\n\nCommands:\n {2}connect {5}Connect/,
    );
  });
});

describe("docker ps", () => {
  it("prints the table", async () => {
    expect((await docker(["ps"], { answers: list })).stdout).toBe(
      "CONTAINER ID   IMAGE     COMMAND                  CREATED         STATUS         PORTS                                              NAMES\n" +
        'c0ffee00c0ff   nginx     "/docker-entrypoint.…"   2 minutes ago   Up 2 minutes   443/tcp, 0.0.0.0:4000->80/tcp, [::]:4000->80/tcp   web\n',
    );
  });

  it("sends filters as the daemon wants them", async () => {
    const key = 'GET /containers/json?all=1&filters={"label":{"a=b":true},"name":{"x":true}}';
    const outcome = await docker(["ps", "-aq", "--filter", "name=x", "-f", "label=a=b"], {
      answers: { [key]: { json: [web] } },
    });
    expect(outcome).toMatchObject({ code: 0, stdout: "c0ffee00c0ff\n", requests: [key] });
  });

  it.each([
    ["{{.Names}} {{.Status | upper}}", "web UP 2 MINUTES\n", ""],
    ['{{if eq .State "running"}}yes{{else}}no{{end}}', "yes\n", ""],
    [
      "{{.Foo}}",
      "",
      'failed to execute template: template: :1:2: executing "" at <.Foo>: can\'t evaluate field Foo in type *formatter.ContainerContext\n',
    ],
    ["{{.Na", "", "failed to parse template: template: :1: unclosed action\n"],
    ["table {{.ID}}\\t{{.Names}}", "CONTAINER ID   NAMES\nc0ffee00c0ff   web\n", ""],
  ])("formats by %s", async (format, stdout, stderr) => {
    expect(await docker(["ps", "--format", format], { answers: list })).toMatchObject({ stdout, stderr });
  });
});

describe("docker run", () => {
  const id = "ab".repeat(32);
  const start = {
    [`POST /containers/${id}/wait?condition=next-exit`]: { json: { StatusCode: 0 } },
    [`POST /containers/${id}/start`]: { status: 204 },
  };

  it("-d creates, waits and starts, and prints the id", async () => {
    const create = "POST /containers/create?name=web";
    const answers = { ...start, [create]: { status: 201, json: { Id: id, Warnings: ["careful"] } } };
    const outcome = await docker(
      ["run", "-d", "--name", "web", "-p", "4000:80", "-e", "A=1", "nginx", "sh", "-c", "x"],
      { answers },
    );
    expect(outcome).toMatchObject({ code: 0, stdout: `${id}\n`, stderr: "WARNING: careful\n" });
    expect(outcome.requests).toEqual([create, ...Object.keys(start)]);
    expect(outcome.bodies[create]).toMatchObject({
      Image: "nginx",
      Cmd: ["sh", "-c", "x"],
      Env: ["A=1"],
      ExposedPorts: { "80/tcp": {} },
      HostConfig: { PortBindings: { "80/tcp": [{ HostIp: "", HostPort: "4000" }] }, NetworkMode: "default" },
    });
  });

  it("pulls a missing image on stderr and creates again", async () => {
    let asked = 0;
    const answers = {
      ...start,
      "POST /containers/create": () =>
        asked++ === 0
          ? { status: 404, json: { message: "No such image: nginx:latest" } }
          : { status: 201, json: { Id: id } },
      "POST /images/create?fromImage=docker.io/library/nginx&tag=latest": {
        body: '{"status":"Pulling from library/nginx","id":"latest"}\r\n{"status":"Status: Downloaded newer image for nginx:latest"}\r\n',
      },
    };
    const outcome = await docker(["run", "-d", "nginx"], { answers });
    expect(outcome.stderr).toBe(
      "Unable to find image 'nginx:latest' locally\nlatest: Pulling from library/nginx\nStatus: Downloaded newer image for nginx:latest\n",
    );
    expect(outcome.stdout).toBe(`${id}\n`);
  });

  it("exits 127 when the program is missing, the id printed before", async () => {
    const message = 'failed to create task: exec: "nope": executable file not found in $PATH';
    const answers = {
      ...start,
      "POST /containers/create": { status: 201, json: { Id: id } },
      [`POST /containers/${id}/start`]: { status: 400, json: { message } },
    };
    const outcome = await docker(["run", "-d", "busybox", "nope"], { answers });
    expect(outcome).toMatchObject({
      code: 127,
      stdout: `${id}\n`,
      stderr: `docker: Error response from daemon: ${message}\n\nRun 'docker run --help' for more information\n`,
    });
  });

  it("in the foreground takes frames apart and returns the container's code", async () => {
    const frame = (kind: number, text: string) => [
      kind,
      0,
      0,
      0,
      0,
      0,
      0,
      text.length,
      ...new TextEncoder().encode(text),
    ];
    const answers = {
      "POST /containers/create": { status: 201, json: { Id: id } },
      [`POST /containers/${id}/attach?stderr=1&stdout=1&stream=1`]: {
        body: new Uint8Array([...frame(1, "out\n"), ...frame(2, "err\n")]),
      },
      [`POST /containers/${id}/wait?condition=next-exit`]: { json: { StatusCode: 3 } },
      [`POST /containers/${id}/start`]: { status: 204 },
    };
    const outcome = await docker(["run", "busybox"], { answers });
    expect(outcome).toMatchObject({ code: 3, stdout: "out\n", stderr: "err\n" });
    expect(outcome.requests).toEqual(Object.keys(answers));
  });
});

describe("docker inspect", () => {
  it("asks for one kind after the other and prints [] for nothing", async () => {
    const outcome = await docker(["inspect", "x"], {
      answers: { "GET /info": { json: { Swarm: { ControlAvailable: false } } } },
    });
    expect(outcome).toMatchObject({ code: 1, stdout: "[]\n", stderr: "Error: No such object: x\n" });
    expect(outcome.requests).toEqual([
      "GET /containers/x/json",
      "GET /images/x/json",
      "GET /networks/x",
      "GET /volumes/x",
      "GET /info",
      "GET /plugins/x/json",
    ]);
  });

  const answers = { "GET /containers/x/json": { json: { Id: "1", A: { b: "<&>" }, L: [1, 2] } } };
  it.each([
    [
      ["inspect", "x"],
      0,
      '[\n    {\n        "Id": "1",\n        "A": {\n            "b": "\\u003c\\u0026\\u003e"\n        },\n        "L": [\n            1,\n            2\n        ]\n    }\n]\n',
      "",
    ],
    [
      ["inspect", "-f", "{{.ID}} {{json .A}} {{range .L}}<{{.}}>{{end}} {{len .L}}", "x"],
      0,
      '1 {"b":"<&>"} <1><2> 2\n',
      "",
    ],
    [
      ["inspect", "-f", "{{.Nope}}", "x"],
      1,
      "\n",
      'template parsing error: template: :1:2: executing "" at <.Nope>: map has no entry for key "Nope"\n',
    ],
    [["inspect", "-f", "{{.A", "x"], 64, "", "template parsing error: template: :1: unclosed action\n"],
  ])("docker %j", async (args, code, stdout, stderr) => {
    expect(await docker(args, { answers })).toMatchObject({ code, stdout, stderr });
  });
});

describe("docker build", () => {
  const build = {
    "POST /build?dockerfile=Dockerfile&t=app&version=1": {
      body: '{"stream":"Step 1/1 : FROM x\\n"}\r\n{"errorDetail":{"code":3,"message":"returned a non-zero code: 3"},"error":"e"}\r\n',
    },
  };

  it("sends the context, prints the stream and exits with the step's code", async () => {
    const outcome = await docker(["build", "-t", "app", "."], {
      answers: build,
      files: { "/work/Dockerfile": "FROM x\n" },
    });
    expect(outcome.code).toBe(3);
    expect(outcome.stdout).toBe("Sending build context to Docker daemon  2.048kB\r\r\nStep 1/1 : FROM x\n");
    expect(outcome.stderr).toMatch(/^DEPRECATED: The legacy builder .*\n\nreturned a non-zero code: 3\n$/s);
  });

  it.each([
    [["build", "nowhere"], 'unable to prepare context: path "nowhere" not found\n'],
    [
      ["build", "."],
      "unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat /work/Dockerfile: no such file or directory\n",
    ],
  ])("docker %j refuses a bad context", async (args, message) => {
    const outcome = await docker(args, { files: { "/work/other": "" } });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr.endsWith(message)).toBe(true);
  });
});

describe("docker login", () => {
  it("keeps the password where the next pull finds it", async () => {
    const outcome = await docker(["login", "-u", "alice", "--password-stdin"], {
      stdin: "secret\n",
      answers: { "POST /auth": { json: { Status: "Login Succeeded" } } },
    });
    expect(outcome.stdout).toBe("Login Succeeded\n");
    expect(outcome.bodies["POST /auth"]).toEqual({
      username: "alice",
      password: "secret",
      serveraddress: "https://index.docker.io/v1/",
    });
  });
});

describe("completion", () => {
  const transport = {
    fetch: async (path: string) => (path.includes("containers") ? Response.json([web]) : new Response(null)),
  };
  it.each([
    [["docker", "netw"], ["network"]],
    [
      ["docker", "network", "c"],
      ["connect", "create"],
    ],
    [["docker", "ps", "--no"], ["--no-trunc"]],
    [["docker", "stop", "w"], ["web"]],
  ])("of %j", async (words, expected) => {
    expect(await complete(words, transport)).toEqual(expected);
  });
});
