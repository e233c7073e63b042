import { describe, expect, it } from "vitest";
import type { View } from "../store/store";
import { gossipOf } from "./gossip";

const swarmOf = (members: number) => ({ table: () => ({ size: members }) }) as unknown as View;

describe("news of an endpoint", () => {
  it.each([
    [1, 100],
    [3, 100],
    [4, 100],
    [5, 300],
    [16, 300],
    [17, 500],
    [64, 500],
  ])("has reached all of %i nodes after %i ms", (members, millis) => {
    expect(gossipOf(swarmOf(members))).toBe(millis);
  });
});
