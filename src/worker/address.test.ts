import { describe, expect, it } from "vitest";
import { isClusterId, newClusterId, parseAddress, parsePort, parsePortHost } from "./address";

const id = "abcdefghijklmnopqrstuvwx27";

describe("cluster addresses", () => {
  it("makes ids that fit a host label beside the longest port", () => {
    const made = newClusterId();
    expect(isClusterId(made)).toBe(true);
    expect(`65535--${made}`.length).toBeLessThanOrEqual(63);
    expect(newClusterId()).not.toBe(made);
  });

  it.each([
    [id, { id }],
    [`node2@${id}`, { id, machine: "node2" }],
    [`node2%40${id}`, { id, machine: "node2" }],
    [id.toUpperCase(), undefined],
    [`@${id}`, undefined],
    [`a/b@${id}`, undefined],
    [id.slice(1), undefined],
    [`${id}a`, undefined],
  ])("reads %s", (segment, address) => {
    expect(parseAddress(segment)).toEqual(address);
  });

  it.each([
    [`4000--${id}.localhost`, { port: 4000, id }],
    [`4000--${id.toUpperCase()}.LOCALHOST`, { port: 4000, id }],
    [`0--${id}.localhost`, undefined],
    [`70000--${id}.localhost`, undefined],
    [`4000--${id}`, undefined],
    ["localhost", undefined],
  ])("reads the host %s", (host, address) => {
    expect(parsePortHost(host)).toEqual(address);
  });

  it.each([
    ["80", 80],
    ["0", undefined],
    ["65536", undefined],
    ["8x", undefined],
    ["", undefined],
  ])("reads the port %j", (text, port) => {
    expect(parsePort(text as string)).toBe(port);
  });
});
