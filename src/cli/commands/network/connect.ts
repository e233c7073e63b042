/** `docker network connect` and `disconnect`. */
import { segment } from "../../client";
import type { Command } from "../../command";
import { networkConnect, networkDisconnect } from "../../options/network";
import { keyValues } from "../each";

export const connect: Command = {
  ...networkConnect,
  completes: ["network", "container"],
  run: async ({ client, args, flags }) => {
    const list = (name: string) => (flags.changed(name) ? flags.list(name) : null);
    await client.post(`/networks/${segment(args[0] ?? "")}/connect`, {
      json: {
        Container: args[1],
        EndpointConfig: {
          IPAMConfig: {
            IPv4Address: flags.string("ip"),
            IPv6Address: flags.string("ip6"),
            LinkLocalIPs: list("link-local-ip") ?? [],
          },
          Links: list("link") ?? [],
          Aliases: list("alias") ?? [],
          DriverOpts: flags.changed("driver-opt") ? keyValues(flags.list("driver-opt")) : null,
          GwPriority: flags.int("gw-priority"),
        },
      },
    });
  },
};

export const disconnect: Command = {
  ...networkDisconnect,
  completes: ["network", "container"],
  run: async ({ client, args, flags }) => {
    await client.post(`/networks/${segment(args[0] ?? "")}/disconnect`, {
      json: { Container: args[1], Force: flags.bool("force") },
    });
  },
};
