/** Every bound of the core in one place, with unit and reason. */

/** Rounds of the loops in one step before it counts as a livelock and is undone. */
export const LIVELOCK_ROUNDS = 1000;
