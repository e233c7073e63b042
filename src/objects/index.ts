/** The Durable Object classes, for the Worker to export. */
export { Cluster } from "./cluster";
export { Registry } from "./registry";
