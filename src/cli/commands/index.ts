/** All commands: the groups, and those that `docker` has directly. */
import type { Command, Group } from "../command";
import { network } from "./network";
import { volume } from "./volume";

export const GROUPS: readonly Group[] = [network, volume];

export const TOP_COMMANDS: readonly Command[] = [];
