/** Imports go one way, toward the core. This test names every edge that does not. */
import { describe, expect, it } from "vitest";
import { type Import, importsOf, sourcesOf } from "../support/sources";

/** Who may import whom: the whole room, or its types alone. */
const MAY: Record<string, readonly string[]> = {
  core: [],
  api: [],
  catalog: [],
  shell: ["api types"],
  cli: ["api"],
  runtimes: ["api types", "core types"],
  lessons: ["core types", "api"],
  "engine-api": ["core", "api"],
  host: ["core", "api", "catalog", "shell", "cli", "runtimes", "lessons", "engine-api"],
  objects: ["host", "api", "runtimes"], // runtimes: the wasm module alone, which only the platform can load
  worker: ["objects", "api"],
  gateway: [],
  web: ["api"],
};

/** Rooms that import no package either. */
const BARE = ["core", "api", "catalog"];

/** Inside the core: folders and those they may not know. */
const CORE_MAY_NOT: Record<string, readonly string[]> = {
  store: ["machine", "net", "engine", "swarm"],
  time: ["machine", "net", "engine", "swarm"],
  chance: ["machine", "net", "engine", "swarm"],
  machine: ["engine", "swarm"],
  net: ["engine", "swarm"],
  engine: ["swarm"],
  "swarm/manager": ["engine", "swarm/agent"],
  "swarm/agent": ["swarm/manager"],
};

/** The files of a machine are read through the engine's rows and catalogue: their shapes it may name, their code not. */
const MAY_NAME_TYPES: Record<string, readonly string[]> = { machine: ["engine"] };

const room = (path: string): string => /^(?:src\/)?([^/]+)/.exec(path)?.[1] ?? path;
const imports = [...sourcesOf("src"), ...sourcesOf("web")].flatMap(importsOf);
const named = ({ from, to, typesOnly }: Import): string => `${from} -> ${to}${typesOnly ? " (types)" : ""}`;

describe("imports between rooms", () => {
  it("follow the table", () => {
    const offending = imports.filter(({ from, to, own, typesOnly }) => {
      if (!own || room(from) === room(to)) return false;
      const allowed = MAY[room(from)];
      return !allowed?.includes(room(to)) && !(typesOnly && allowed?.includes(`${room(to)} types`));
    });
    expect(offending.map(named)).toEqual([]);
  });

  it("know every room", () => {
    expect([...new Set(imports.map(({ from }) => room(from)))].filter((name) => !(name in MAY))).toEqual([]);
  });

  it("have no cycle in the table itself", () => {
    const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
      (MAY[from] ?? []).some((entry) => {
        const next = entry.replace(" types", "");
        if (next === to) return true;
        if (seen.has(next)) return false;
        seen.add(next);
        return reaches(next, to, seen);
      });
    expect(Object.keys(MAY).filter((name) => reaches(name, name))).toEqual([]);
  });

  it("bring no package into the rooms that have none", () => {
    expect(imports.filter(({ from, own }) => !own && BARE.includes(room(from))).map(named)).toEqual([]);
  });

  it("bring Node into the gateway only", () => {
    const offending = imports.filter(
      ({ from, to }) => to.startsWith("node:") && !["gateway", "lessons"].includes(room(from)),
    );
    expect(offending.map(named)).toEqual([]);
  });
});

describe("imports inside the core", () => {
  it("go from the swarm toward the store", () => {
    const within = (path: string, folder: string): boolean => path.startsWith(`src/core/${folder}/`);
    const offending = imports.filter(({ from, to, own, typesOnly }) =>
      Object.entries(CORE_MAY_NOT).some(
        ([folder, forbidden]) =>
          own &&
          within(from, folder) &&
          forbidden.some((other) => within(to, other) && !(typesOnly && MAY_NAME_TYPES[folder]?.includes(other))),
      ),
    );
    expect(offending.map(named)).toEqual([]);
  });
});
