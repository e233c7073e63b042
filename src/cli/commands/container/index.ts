/** The `docker container` commands. */
import type { Group } from "../../command";
import { attach, start } from "./attach";
import { cp } from "./cp";
import { create } from "./create";
import { exec } from "./exec";
import { diff, inspect, logs, port, top } from "./info";
import { kill, pause, rename, restart, rm, stop, unpause, wait } from "./lifecycle";
import { ls } from "./ls";
import { commit, exportContainer, stats, update } from "./misc";
import { prune } from "./prune";
import { run } from "./run";

export const container: Group = {
  name: "container",
  short: "Manage containers",
  commands: [
    attach,
    commit,
    cp,
    create,
    diff,
    exec,
    exportContainer,
    inspect,
    kill,
    logs,
    ls,
    pause,
    port,
    prune,
    rename,
    restart,
    rm,
    run,
    start,
    stats,
    stop,
    top,
    unpause,
    update,
    wait,
  ],
};
