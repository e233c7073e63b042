/** The yardstick: a Worker that hands every request to a Durable Object, which answers at once. Never part of the product. */
import { DurableObject } from "cloudflare:workers";

/** Named as the product's classes, so that the same configuration runs it. */
export class Cluster extends DurableObject {
  override fetch(request: Request): Response {
    return new Response(`echo ${new URL(request.url).pathname}\n`);
  }
}

export class Registry extends DurableObject {}

export default {
  fetch: (request: Request, env: { CLUSTER: DurableObjectNamespace<Cluster> }): Promise<Response> =>
    env.CLUSTER.get(env.CLUSTER.idFromName("echo")).fetch(request),
};
