/** Rows of the swarm's manager. */
export const managerTables = {};
