/** Rows of the swarm's agent. */
export const agentTables = {};
