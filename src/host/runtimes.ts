/** The languages and servers that run in containers, bound to this platform. */
import type { Program } from "../api/process";

export const platformRuntimes = (): Readonly<Record<string, Program>> => ({});
