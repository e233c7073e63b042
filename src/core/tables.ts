/** All tables of the core in one value. Each room owns its part. */
import type { StreamRow } from "./chance/random";
import type { MetaRow } from "./core";
import { engineTables } from "./engine/tables";
import { machineTables } from "./machine/tables";
import { mailTables } from "./net/mail";
import { netTables } from "./net/tables";
import type { TableDefinition, TableDefinitions } from "./store/schema";
import { agentTables } from "./swarm/agent/tables";
import { managerTables } from "./swarm/manager/tables";
import type { TimerRow } from "./time/agenda";

export const tables: TableDefinitions = {
  meta: { lazy: true } satisfies TableDefinition<MetaRow>,
  streams: {} satisfies TableDefinition<StreamRow>,
  timers: {} satisfies TableDefinition<TimerRow>,
  ...machineTables,
  ...netTables,
  ...mailTables,
  ...engineTables,
  ...managerTables,
  ...agentTables,
};
