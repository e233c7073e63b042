import { expect, it } from "vitest";
import { rfc3339, rfc3339Nano } from "./calendar";

it("writes the same instants as the platform", () => {
  for (const at of [
    0,
    951_782_400_000,
    1_709_208_000_123,
    Date.UTC(2026, 10, 24, 23, 59, 59, 999),
    Date.UTC(2100, 2, 1),
  ])
    expect(rfc3339Nano(at).slice(0, 23)).toBe(new Date(at).toISOString().slice(0, 23));
});

it("drops the zeros at the end of a fraction", () => {
  expect([0, 100, 120, 123].map(rfc3339)).toEqual([
    "1970-01-01T00:00:00Z",
    "1970-01-01T00:00:00.1Z",
    "1970-01-01T00:00:00.12Z",
    "1970-01-01T00:00:00.123Z",
  ]);
});
