/** What of the map is shown, and by what it is grouped: for clusters of many machines and tasks. */
import { signal } from "@preact/signals";
import type { MachineModel, MapModel, ServiceModel, Token } from "./model";
import { allTokens, sameList, sameOr } from "./model";

/** Empty strings choose all. A `service` of `alone` means containers that belong to no service. */
export interface MapFilter {
  service: string; // id
  state: string;
  node: string; // name of the machine; `waiting` for tasks without one
}

export type Grouping = "node" | "service" | "state";

export const nothingFiltered: MapFilter = { service: "", state: "", node: "" };
export const alone = "alone";
export const waiting = "waiting";

export const filter = signal<MapFilter>(nothingFiltered);
export const grouping = signal<Grouping>("node");

export const isFiltered = ({ service, state, node }: MapFilter): boolean => service + state + node !== "";

/** The model with what the filter lets through. Machines on which nothing is left go too, unless only a node is chosen. */
export function filtered(model: MapModel, by: MapFilter, before?: MapModel): MapModel {
  if (!isFiltered(by)) return model;
  const old = new Map(before?.machines.map((it) => [it.machine.id, it]));
  const lets = (token: Token) =>
    (by.service === "" || (token.serviceId ?? alone) === by.service) && (by.state === "" || token.state === by.state);
  const machines: MachineModel[] = [];
  for (const it of model.machines) {
    if (by.node !== "" && it.machine.name !== by.node) continue;
    const known = old.get(it.machine.id);
    const tokens = sameList(known?.tokens, it.tokens.filter(lets));
    if (tokens.length > 0 || by.service + by.state === "") machines.push(sameOr(known, { ...it, tokens }));
  }
  const left = by.node === "" || by.node === waiting ? model.waiting.filter(lets) : [];
  return {
    services: by.service === "" ? model.services : model.services.filter((it) => it.service.id === by.service),
    machines,
    waiting: sameList(before?.waiting, left),
  };
}

export interface TokenGroup {
  key: string;
  service?: ServiceModel;
  state?: string;
  tokens: Token[];
}

/** All tokens by service or by state, each group in the order of names, larger troubles first among states. */
export function groups(model: MapModel, by: "service" | "state"): TokenGroup[] {
  const found = new Map<string, TokenGroup>();
  const services = new Map(model.services.map((it) => [it.service.id, it]));
  for (const token of allTokens(model)) {
    const key = by === "service" ? (token.serviceId ?? alone) : token.state;
    const group = found.get(key) ?? { key, tokens: [] };
    if (!found.has(key)) {
      const service = services.get(key);
      found.set(key, { ...group, ...(by === "state" ? { state: key } : service ? { service } : {}) });
    }
    found.get(key)?.tokens.push(token);
  }
  const rank = (group: TokenGroup) =>
    by === "state" ? String(order(group.state ?? "")) : (group.service?.service.name ?? "￿");
  return [...found.values()].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

const troubles = ["failed", "rejected", "orphaned", "dead", "pending"];
const order = (state: string): number =>
  troubles.includes(state) ? troubles.indexOf(state) : state === "running" ? 9 : 7;

export interface Choice {
  value: string;
  text: string;
  count: number;
}

/** What there is to choose from, with how many tokens each has. States are named by `word`. */
export function choices(model: MapModel, words: { state(state: string): string; alone: string; waiting: string }) {
  const count = (key: (token: Token) => string) => {
    const counts = new Map<string, number>();
    for (const token of allTokens(model)) counts.set(key(token), (counts.get(key(token)) ?? 0) + 1);
    return counts;
  };
  const byService = count((it) => it.serviceId ?? alone);
  const byState = count((it) => it.state);
  const services: Choice[] = model.services.map(({ service }) => ({
    value: service.id,
    text: service.name,
    count: byService.get(service.id) ?? 0,
  }));
  const lone = byService.get(alone) ?? 0;
  const nodes: Choice[] = model.machines.map(({ machine, tokens }) => ({
    value: machine.name,
    text: machine.name,
    count: tokens.length,
  }));
  return {
    service: lone > 0 ? [...services, { value: alone, text: words.alone, count: lone }] : services,
    state: [...byState]
      .map(([value, amount]): Choice => ({ value, text: words.state(value), count: amount }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)),
    node:
      model.waiting.length > 0
        ? [{ value: waiting, text: words.waiting, count: model.waiting.length }, ...nodes]
        : nodes,
  };
}
