/** The clusters this browser has been in: the start page lists them. The list is only a memory; the links are the keys. */
import { kept } from "./kept";

export interface RememberedCluster {
  id: string;
  lastUsed: number; // ms since 1970
}

export const remembered = kept<RememberedCluster[]>("clusters", [], Array.isArray);

export function rememberCluster(id: string): void {
  const others = remembered.value.filter((it) => it.id !== id);
  remembered.value = [{ id, lastUsed: Date.now() }, ...others].slice(0, 20);
}

export function forgetCluster(id: string): void {
  remembered.value = remembered.value.filter((it) => it.id !== id);
}
