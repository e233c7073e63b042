import { describe, expect, it } from "vitest";
import { docker } from "../../testing";

const usage = (verb: string) =>
  `\n\nUsage:  docker ${verb} [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nRun 'docker ${verb} --help' for more information\n`;
const hint = (verb: string) => `\n\nRun 'docker ${verb} --help' for more information\n`;

describe("flags of docker create, with the words of the real command line", () => {
  it.each([
    ["--ulimit", "nofile=abc", 'strconv.ParseInt: parsing "abc": invalid syntax'],
    ["--ulimit", "nofile=10:5", "ulimit soft limit must be less than or equal to hard limit: 10 > 5"],
    ["--ulimit", "foo=5", "invalid ulimit type: foo"],
    ["--ulimit", "nofile", "invalid ulimit argument: nofile"],
    ["--dns", "abc", "IP address is not correctly formatted: abc"],
    ["--add-host", "a:b", 'invalid IP address in add-host: "b"'],
    ["--sysctl", "foo", "sysctl 'foo' is not allowed"],
    ["--gpus", "abc", 'invalid count (abc): value must be either "all" or an integer: invalid syntax'],
    ["--device-read-bps", "foo", "bad format: foo"],
    ["--blkio-weight-device", "/dev/null:5", "invalid weight for device: /dev/null:5"],
    ["--mount", "type=tmpfs,dst=/x,tmpfs-size=abc", "invalid value for tmpfs-size: abc"],
    ["--mount", "type=tmpfs,dst=/x,tmpfs-mode=999", "invalid value for tmpfs-mode: 999"],
    ["--mount", "type=volume,dst=/x,volume-nocopy=maybe", "invalid value for volume-nocopy: maybe"],
  ])("%s %s", async (flag, value, reason) => {
    const stderr = `invalid argument ${JSON.stringify(value)} for "${flag}" flag: ${reason}${usage("create")}`;
    expect(await docker(["create", flag, value, "busybox"])).toMatchObject({ code: 125, stderr });
  });

  it.each([
    ["--security-opt", "nosuch", 'Invalid --security-opt: "nosuch"'],
    ["--pid", "container:", "--pid: invalid PID mode"],
    ["--userns", "foo", "--userns: invalid USER mode"],
    ["--cgroupns", "foo", "--cgroupns: invalid CGROUP mode"],
    ["--mac-address", "zz", "zz is not a valid mac address"],
    ["--memory-swappiness", "200", "invalid value: 200. Valid memory swappiness range is 0-100"],
    ["--device", "a:b:c:d", "bad format for path: a:b:c:d"],
    ["-v", "/a:/b:/c:/d", "invalid spec: /a:/b:/c:/d: too many colons"],
    ["--network-alias", "a", "network-scoped aliases are only supported for user-defined networks"],
    [
      "--expose",
      "abc",
      'invalid range format for --expose: abc, error: strconv.ParseUint: parsing "abc": invalid syntax',
    ],
  ])("%s %s", async (flag, value, reason) => {
    const stderr = `docker: ${reason}${hint("create")}`;
    expect(await docker(["create", flag, value, "busybox"])).toMatchObject({ code: 125, stderr });
  });

  it("says what is wrong with an image's name without a hint", async () => {
    const stderr = "invalid reference format: repository name (library/Busy) must be lowercase\n";
    expect(await docker(["create", "Busy"])).toMatchObject({ code: 1, stderr });
  });

  it("sends devices, limits of disks and graphics processors as the real command line does", async () => {
    const answers = { "POST /containers/create": { status: 201, json: { Id: "c1", Warnings: [] } } };
    const flags = ["--device", "/dev/fuse:r", "--device-read-bps", "/dev/sda:1mb", "--gpus", "2"];
    const { stdout, bodies } = await docker(["create", ...flags, "busybox"], { answers });
    expect(stdout).toBe("c1\n");
    const body = bodies["POST /containers/create"] as { HostConfig: object };
    expect(body.HostConfig).toMatchObject({
      Devices: [{ PathOnHost: "/dev/fuse", PathInContainer: "/dev/fuse", CgroupPermissions: "r" }],
      BlkioDeviceReadBps: [{ Path: "/dev/sda", Rate: 1048576 }],
      BlkioDeviceWriteBps: [],
      DeviceCgroupRules: null,
      DeviceRequests: [{ Count: 2, Capabilities: [["gpu"]] }],
    });
  });
});

describe("templates over what are structs in the real command line", () => {
  const info = { "GET /info": { json: { Swarm: { LocalNodeState: "inactive" } } } };

  it("know members that the daemon leaves out, and none that there are not", async () => {
    const shown = await docker(["info", "-f", "{{.ServerErrors}} {{.Swarm.LocalNodeState}}"], { answers: info });
    expect(shown.stdout).toBe("[] inactive\n");
    const wrong = await docker(["info", "-f", "{{.Swarm.Nope}}"], { answers: info });
    expect(wrong.stderr).toBe(
      'template: :1:8: executing "" at <.Swarm.Nope>: can\'t evaluate field Nope in type swarm.Info\n',
    );
  });

  it("know what a struct is called, and what an image leaves out", async () => {
    const answers = {
      "GET /nodes/n1": { json: { ID: "n1", Spec: { Role: "manager" } } },
      "GET /images/busybox/json": { json: { Id: "sha256:1", Config: { Cmd: ["sh"] } } },
    };
    const wrong = await docker(["node", "inspect", "n1", "-f", "{{.Spec.Nope}}"], { answers });
    expect(wrong.stderr).toContain("at <.Spec.Nope>: can't evaluate field Nope in type swarm.NodeSpec");
    const image = await docker(["image", "inspect", "busybox", "-f", "{{json .Config}}{{.Config.User}}"], { answers });
    expect(image.stdout).toBe('{"Cmd":["sh"]}\n');
  });

  it("of events are tried before the first event", async () => {
    const outcome = await docker(["events", "--format", "{{.Actor.Nope}}"]);
    const reason = 'template: :1:8: executing "" at <.Actor.Nope>: can\'t evaluate field Nope in type events.Actor';
    expect(outcome).toMatchObject({ code: 64, stderr: `Error parsing format: ${reason}\n`, requests: [] });
  });
});

describe("contexts and volumes", () => {
  const nosuch =
    'context "nosuch": context not found: open /root/.docker/contexts/meta/9e62f93eb7d2499903ac66232f187c56fc050eb74c765f90eb214360b21f0e96/meta.json: no such file or directory\n';

  it("a command in a context that nobody made says so", async () => {
    const stderr = `Failed to initialize: unable to resolve docker endpoint: ${nosuch}`;
    expect(await docker(["--context", "nosuch", "ps"])).toMatchObject({ code: 1, stderr, stdout: "" });
    expect((await docker(["context", "use", "nosuch"])).stderr).toBe(nosuch);
  });

  it("only volumes of a cluster can be changed", async () => {
    const answers = { "GET /volumes/v1": { json: { Name: "v1" } } };
    expect((await docker(["volume", "update", "v1"], { answers })).stderr).toBe("can only update cluster volumes\n");
  });
});
