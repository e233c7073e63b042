/** The `docker swarm` commands. */
import type { Group } from "../../command";
import { ca } from "./ca";
import { init, join, leave } from "./init";
import { joinToken } from "./join-token";
import { unlock, unlockKey, update } from "./update";

export const swarm: Group = {
  name: "swarm",
  short: "Manage Swarm",
  commands: [ca, init, join, joinToken, leave, unlock, unlockKey, update],
  shows: (name, state) => {
    if (state === "" || state === "active/manager" || name === "init" || name === "join") return true;
    return name === "leave" && state.startsWith("active");
  },
};
