import { describe, expect, it } from "vitest";
import { docker, type Setup } from "../testing";

/** `docker stack config` over files in the working directory. */
function config(files: string | Record<string, string>, setup: Setup = {}) {
  const named: Record<string, string> = typeof files === "string" ? { "a.yml": files } : files;
  const at = Object.fromEntries(Object.entries(named).map(([name, text]) => [`/work/${name}`, text]));
  const composeFiles = Object.keys(named).filter((name) => name.endsWith(".yml"));
  const flags = composeFiles.flatMap((name) => ["-c", name]);
  return docker(["stack", "config", ...flags], { ...setup, files: at });
}

const inService = (lines: string) => `services:\n  a:\n    image: x\n${lines.replace(/^/gm, "    ")}\n`;

describe("a file as it is understood", () => {
  it("spells out short forms, sorts names and keeps docker's order of keys", async () => {
    const file = `
x-log: &log {driver: json-file, options: {max-file: 3, tag: }}
services:
  web:
    image: nginx
    command: sh -c "echo 'a b' && sleep 1" # gone
    ports: ["80", "8000-8001:90", {target: 70, mode: host}]
    volumes: [data:/d:ro, ./x:/x, ~/h:/h, /anon]
    networks: [front]
    environment: [B=2, A, SET]
    labels: {n: 1.50, y: "yes", e: }
    healthcheck: {test: curl x, interval: 90s, retries: 0}
    deploy: {replicas: 0, resources: {limits: {cpus: "0.5", memory: 50M}}, placement: {}}
    logging: *log
    extra_hosts: {b: 2.2.2.2, a: 1.1.1.1}
    ulimits: {nproc: 5, nofile: {soft: 1, hard: 2}}
    secrets: [s]
  on:
    image: x
    logging: {<<: *log, driver: syslog}
networks: {front: }
volumes: {data: {external: true, x-v: 1}}
secrets: {s: {file: ./s.txt}}
`;
    const { stdout, stderr, code } = await config(file, { env: { HOME: "/root", SET: "from outside" } });
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout).toBe(`version: "3.13"
services:
  "on":
    image: x
    logging:
      driver: syslog
      options:
        max-file: "3"
        tag: ""
  web:
    command:
      - sh
      - -c
      - echo 'a b' && sleep 1
    deploy:
      replicas: 0
      resources:
        limits:
          cpus: "0.5"
          memory: "52428800"
    environment:
      A: null
      B: "2"
      SET: from outside
    extra_hosts:
      - a:1.1.1.1
      - b:2.2.2.2
    healthcheck:
      test:
        - CMD-SHELL
        - curl x
      interval: 1m30s
      retries: 0
    image: nginx
    labels:
      e: ""
      "n": "1.5"
      "y": "yes"
    logging:
      driver: json-file
      options:
        max-file: "3"
        tag: ""
    networks:
      front: null
    ports:
      - mode: ingress
        target: 80
        protocol: tcp
      - mode: ingress
        target: 90
        published: 8000
        protocol: tcp
      - mode: ingress
        target: 90
        published: 8001
        protocol: tcp
      - mode: host
        target: 70
    secrets:
      - source: s
    ulimits:
      nofile:
        soft: 1
        hard: 2
      nproc: 5
    volumes:
      - type: volume
        source: data
        target: /d
        read_only: true
      - type: bind
        source: /work/x
        target: /x
      - type: bind
        source: /root/h
        target: /h
      - type: volume
        target: /anon
networks:
  front: {}
volumes:
  data:
    name: data
    external: true
    x-v: 1
secrets:
  s:
    file: /work/s.txt
x-log:
  driver: json-file
  options:
    max-file: 3
    tag: null
`);
  });

  it("merges files: ports by published, volumes by target, scalars unless empty", async () => {
    const { stdout } = await config({
      "a.yml": inService(
        'command: [a]\nports: ["80:80", "443:443"]\nvolumes: ["dd:/d"]\ndns: [1.1.1.1]\nread_only: true\ndeploy: {replicas: 2, labels: {a: "1"}}\nenvironment: {A: 1, B: 1}',
      ),
      "b.yml": inService(
        'command: [b, c]\nports: ["80:8080"]\nvolumes: ["ee:/d"]\ndns: [8.8.8.8]\nread_only: false\ndeploy: {replicas: 0, labels: {b: "2"}}\nenvironment: [B=2]',
      ),
    });
    expect(stdout).toBe(`version: "3.13"
services:
  a:
    command:
      - b
      - c
    deploy:
      replicas: 0
      labels:
        a: "1"
        b: "2"
    dns:
      - 1.1.1.1
      - 8.8.8.8
    environment:
      A: "1"
      B: "2"
    image: x
    ports:
      - mode: ingress
        target: 8080
        published: 80
        protocol: tcp
      - mode: ingress
        target: 443
        published: 443
        protocol: tcp
    read_only: true
    volumes:
      - type: volume
        source: ee
        target: /d
`);
  });

  it("quotes text that would mean something else, and escapes what is beyond the basic plane", async () => {
    const { stdout } = await config(
      inService(
        'labels: {a: "22:22", b: "0o17", c: "a: b", d: "- x", e: " x", f: "🚢", g: "l1\\nl2", h: "2024-01-02", i: 1e3}',
      ),
    );
    expect(stdout.split("labels:\n")[1]).toBe(
      '      a: "22:22"\n      b: "0o17"\n      c: \'a: b\'\n      d: \'- x\'\n      e: \' x\'\n      f: "\\U0001F6A2"\n      g: |-\n        l1\n        l2\n      h: "2024-01-02"\n      i: "1000"\n',
    );
  });

  it("reads environment files, what is set in the service winning", async () => {
    const { stdout } = await config(
      { "a.yml": inService("env_file: e.env\nenvironment: {A: mine}"), "e.env": '# no\nA=file\nB="kept"\nC\n' },
      { env: { C: "outer" } },
    );
    expect(stdout).toContain(
      "environment:\n      A: mine\n      B: '\"kept\"'\n      C: outer\n    env_file:\n      - e.env\n",
    );
  });
});

describe("variables", () => {
  const env = { SET: "value", EMPTY: "", N: "3" };
  it.each([
    ["$SET", "value"],
    ["${SET}x$$SET", "valuex$SET"],
    ["a${UNSET}b", "ab"],
    ["${EMPTY:-d}", "d"],
    ["${EMPTY-d}", '""'],
    ["${UNSET-}", '""'],
    ["${UNSET:-${SET}}", "${SET}"],
    ["${UNSET:?need-x}", "x"],
  ])("%s becomes %s", async (text, value) => {
    const { stdout } = await config(inService(`hostname: h\nlabels: {k: '${text}'}`), { env });
    expect(stdout).toContain(`      k: ${value}\n`);
  });

  it("are cast where a number or a truth value is expected", async () => {
    const { stdout } = await config(inService('read_only: "${YES:-on}"\ndeploy: {replicas: "${N}"}'), { env });
    expect(stdout).toContain("replicas: 3\n");
    expect(stdout).toContain("read_only: true\n");
  });
});

describe("what is wrong is told in docker's words", () => {
  it.each([
    ["", "top-level object must be a mapping"],
    ["- a", "top-level object must be a mapping"],
    ["version: 3.8\nservices: {}", "version must be a string"],
    ['version: "2.4"\nservices: {}', "unsupported Compose file version: 2.4"],
    ["service: {}", "(root) Additional property service is not allowed"],
    ["services: {my web: {image: x}}", "services Additional property my web is not allowed"],
    ["services: {a: }", "services.a must be a mapping"],
    ["networks: {n: 3}", "networks.n must be a mapping or null"],
    [inService("comand: x"), "services.a Additional property comand is not allowed"],
    [inService("deploy: {replicas: many}"), "services.a.deploy.replicas must be a integer"],
    [inService("depends_on: {db: {condition: x}}"), "services.a.depends_on must be a list"],
    [inService("read_only: yes"), "services.a.read_only must be a boolean"],
    [inService("environment: {A: true}"), "services.a.environment.A must be a string, number or null"],
    [inService("environment: [A=1, A=1]"), "services.a.environment array items[0,1] must be unique"],
    [inService('ports: ["eighty:80"]'), "services.a.ports.0 Does not match format 'ports'"],
    [inService("ports: [{target: x}]"), "services.a.ports.0.target must be a integer"],
    [inService("volumes: [{source: x}]"), "services.a.volumes.0 type is required"],
    [
      inService("deploy: {update_config: {order: x}}"),
      'services.a.deploy.update_config.order services.a.deploy.update_config.order must be one of the following: "start-first", "stop-first"',
    ],
    [inService("healthcheck: {interval: 30 s}"), "services.a.healthcheck.interval Does not match format 'duration'"],
    [inService("labels: {1: x}"), "json: unsupported type: map[interface {}]interface {}"],
    [inService("mem_limit: 1m"), "Configuration contains forbidden properties"],
    [
      inService("deploy: {resources: {limits: {memory: fifty}}}"),
      "decoding failed due to the following error(s):\n\nerror decoding 'Deploy.Resources.Limits.memory': invalid size: 'fifty'",
    ],
    [
      inService("volumes: [{type: bind, target: /x}]"),
      'invalid mount config for type "bind": field Source must not be empty',
    ],
    [
      inService("hostname: ${T:?set T}"),
      'invalid interpolation format for services.a.hostname: "required variable T is missing a value: set T"; you may need to escape any $ with another $',
    ],
    [
      inService('tty: "${T:-maybe}"'),
      "error while interpolating services.a.tty: failed to cast to expected type: invalid boolean: maybe",
    ],
    [inService("image: y"), 'yaml: unmarshal errors:\n  line 4: mapping key "image" already defined at line 3'],
    [inService("labels: *none"), "yaml: unknown anchor 'none' referenced"],
    ["services:\n\ta: 1", "yaml: line 2: found character that cannot start any token"],
    ["services:\n  a:\n    image: x\n   ports: y\n", "yaml: line 1: did not find expected key"],
    ["services:\n  a:\n    image x\n    tty: true\n", "yaml: line 4: mapping values are not allowed in this context"],
    ["a: [1, 2", "yaml: line 1: did not find expected ',' or ']'"],
    [
      "volumes: {d: {external: true, driver: x}}",
      'conflicting parameters "external" and "driver" specified for volume "d"',
    ],
  ])("%j", async (file, message) => {
    expect(await config(file)).toMatchObject({ stdout: "", stderr: `${message}\n`, code: 1 });
  });

  it("a key newer than the file's version is unknown", async () => {
    const { stderr } = await config(`version: "3.6"\n${inService("init: true")}`);
    expect(stderr).toBe("services.a Additional property init is not allowed\n");
  });

  it("a small file cannot unfold into a huge one", async () => {
    const levels = Array.from({ length: 12 }, (_, n) => `x-${n}: &l${n} [${n ? `*l${n - 1},`.repeat(9) : "a"}]`);
    expect((await config(levels.join("\n"))).stderr).toBe("yaml: document contains excessive aliasing\n");
  });

  it("no file and no such file", async () => {
    expect((await docker(["stack", "config"])).stderr).toBe("Specify a Compose file (with --compose-file)\n");
    expect((await docker(["stack", "config", "-c", "no.yml"])).stderr).toBe("open no.yml: no such file or directory\n");
  });
});
