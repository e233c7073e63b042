/** Names of nodes and services by id, each asked for once. */
import type { Node, Service } from "../../api";
import { segment } from "../../client";
import type { Context } from "../../command";
import { CliError } from "../../errors";

export class Resolver {
  private readonly known = new Map<string, string>();

  constructor(
    private readonly ctx: Context,
    private readonly noResolve: boolean,
  ) {}

  node(id: string): Promise<string> {
    return this.resolve(id, async () => {
      const node = await this.ctx.client.get<Node>(`/nodes/${segment(id)}`);
      return node.Spec.Name || node.Description.Hostname;
    });
  }

  service(id: string): Promise<string> {
    return this.resolve(id, async () => {
      const path = `/services/${segment(id)}`;
      return (await this.ctx.client.get<Service>(path, { insertDefaults: "false" })).Spec.Name;
    });
  }

  /** What cannot be found keeps its id. */
  private async resolve(id: string, ask: () => Promise<string>): Promise<string> {
    if (this.noResolve || id === "") return id;
    let name = this.known.get(id);
    if (name === undefined) {
      name = await ask().catch((error: unknown) => {
        if (error instanceof CliError) return id;
        throw error;
      });
      this.known.set(id, name);
    }
    return name;
  }
}
