/** The Worker of the objects tests: the classes under test, and a bare object whose storage a test may use as it likes. */
import { DurableObject } from "cloudflare:workers";

export { Registry } from "../../src/objects/registry";

export class Probe extends DurableObject {}

export default { fetch: () => new Response("not asked") };
