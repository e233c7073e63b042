/** What `core.mjs` measures, as one bundle: the core, the catalogue, and the words that only doors of the API need. */
export { createCore } from "../src/core";
export { digestOf } from "../src/core/engine/catalog-images";
export { joinToken } from "../src/core/swarm";
export { memoryBlobs } from "../src/core/testing";
export { catalog } from "../src/host/catalog";
