/** What the daemon refuses of a host configuration: messages recorded from Engine 28.5 (`POST /containers/create`). */
import { describe, expect, it } from "vitest";
import type { View } from "../store/store";
import { verifyHostConfig } from "./host-config";
import type { HostConfig } from "./types";

const view = { table: () => ({ get: () => ({ nanoCpus: 2e9 }) }) } as unknown as View;
const refusal = (host: HostConfig, config = {}) => {
  try {
    return verifyHostConfig(view, "node1", host, { Image: "busybox", ...config });
  } catch (error) {
    return (error as Error).message;
  }
};

describe("a host configuration", () => {
  it.each<[HostConfig, string]>([
    [{ LogConfig: { Type: "nosuch" } }, 'error looking up logging plugin nosuch: plugin "nosuch" not found'],
    [
      { LogConfig: { Type: "json-file", Config: { nosuch: "1" } } },
      "unknown log opt 'nosuch' for json-file log driver",
    ],
    [{ LogConfig: { Type: "local", Config: { a: "1" } } }, "unknown log opt 'a' for log driver local"],
    [{ CapAdd: ["NOSUCH"] }, 'invalid CapAdd: unknown capability: "CAP_NOSUCH"'],
    [{ CapDrop: ["nosuch"] }, 'invalid CapDrop: unknown capability: "CAP_NOSUCH"'],
    [{ Isolation: "foo" }, "invalid isolation (foo): linux only supports 'default'"],
    [{ PidMode: "nosuch" }, "invalid PID mode: nosuch"],
    [{ IpcMode: "nosuch" }, "invalid IPC mode: nosuch"],
    [{ CgroupnsMode: "x" }, "invalid cgroup namespace mode: x"],
    [{ Runtime: "nosuch" }, "unknown or invalid runtime name: nosuch"],
    [{ SecurityOpt: ["nosuch"] }, 'invalid --security-opt 1: "nosuch"'],
    [{ SecurityOpt: ["a=b"] }, 'invalid --security-opt 2: "a=b"'],
    [{ OomScoreAdj: 5000 }, "Invalid value 5000, range for oom score adj is [-1000, 1000]"],
    [{ ShmSize: -1 }, "SHM size can not be less than 0"],
    [{ CpuShares: -1 }, "invalid CPU shares (-1): value must be a positive integer"],
    [{ CpuQuota: 5 }, "CPU cfs quota can not be less than 1ms (i.e. 1000)"],
    [{ NanoCpus: 1e9, CpuPeriod: 1000 }, "Conflicting options: Nano CPUs and CPU Period cannot both be set"],
    [{ CpusetCpus: "abc" }, "Invalid value abc for cpuset cpus: invalid format: abc"],
    [{ CpusetCpus: "0-9" }, "Requested CPUs are not available - requested 0-9, available: 0-1"],
    [{ CpusetMems: "5" }, "Requested memory nodes are not available - requested 5, available: 0"],
    [{ MemoryReservation: 1024 }, "Minimum memory reservation allowed is 6MB"],
    [{ NetworkMode: "container:" }, "invalid network mode: invalid container format container:<name|id>"],
    [{ NetworkMode: "container:a", Dns: ["1.1.1.1"] }, "conflicting options: dns and the network mode"],
    [
      { NetworkMode: "container:a", PublishAllPorts: true },
      "conflicting options: port publishing and the container type network mode",
    ],
    [
      { NetworkMode: "host", Links: ["a"] },
      "conflicting options: host type networking can't be used with links. This would result in undefined behavior",
    ],
  ])("%j is refused", (host, message) => expect(refusal(host)).toBe(message));

  it("and a host name exclude each other where the name is another's", () => {
    const config = { Hostname: "x" };
    expect(refusal({ NetworkMode: "container:a" }, config)).toBe("conflicting options: hostname and the network mode");
    expect(refusal({ UTSMode: "host" }, config)).toBe("conflicting options: hostname and the UTS mode");
  });

  it("with all that is known is taken", () => {
    const LogConfig = { Type: "json-file", Config: { "max-size": "1m" } };
    const SecurityOpt = ["no-new-privileges", "seccomp=unconfined", "apparmor:unconfined"];
    expect(refusal({ LogConfig, SecurityOpt, CapAdd: ["ALL"], CapDrop: ["cap_net_raw"], CpusetCpus: "0,1" })).toEqual(
      [],
    );
  });
});
