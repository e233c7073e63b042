/** The map: services above, machines with what runs on them below; the same as tables; or what happened. */
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { say } from "../state/announce";
import { lastRequest, picture } from "../state/cluster";
import { chosen, explanation } from "../state/explain";
import { kept } from "../state/kept";
import { stateWord, t } from "../ui/i18n";
import { PaneFrame } from "../ui/PaneFrame";
import { FilterBar } from "./FilterBar";
import { filter, filtered, grouping, isFiltered } from "./filter";
import { Groups } from "./Groups";
import { JournalView } from "./Journal";
import { AddMachine, MachineCard, TokenList } from "./MachineCard";
import { MachinePanel } from "./MachinePanel";
import { MapTable } from "./MapTable";
import { allTokens, type MapModel, mapModel, type Token } from "./model";
import { flash, useGliding } from "./motion";
import { letGo, moveBetweenTasks, usePicking } from "./picking";
import { ServiceRow } from "./ServiceRow";
import { WhyPanel } from "./WhyPanel";

/** With more tokens than this, each is drawn as its sign alone, and none glides. */
const mostWords = 120;

/** With more machines than this, each card says only its name and what is wrong with it. */
const fewMachines = 12;

/** With more services than this, each is drawn without its image. */
const fewServices = 3;

const views = ["picture", "table", "events"] as const;
const view = kept<(typeof views)[number]>("map.view", "picture", (value) => views.includes(value));

export function MapPane() {
  const before = useRef<MapModel | undefined>(undefined);
  const model = mapModel(picture.value, before.current);
  before.current = model;
  useSpoken(model);
  const shownBefore = useRef<MapModel | undefined>(undefined);
  const shown = filtered(model, filter.value, shownBefore.current);
  shownBefore.current = shown;
  return (
    <PaneFrame pane="map" tools={<ViewSwitch />}>
      {view.value !== "events" && <FilterBar whole={model} shown={shown} table={view.value === "table"} />}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Escape lets go of what a button inside has chosen */}
      <div class="map-split" onKeyDown={(event) => event.key === "Escape" && letGo()}>
        {view.value === "picture" && <MapPicture model={shown} />}
        {view.value === "table" && <MapTable model={shown} />}
        {view.value === "events" && <JournalView />}
        <WhyPanel />
        <MachinePanel />
      </div>
    </PaneFrame>
  );
}

function ViewSwitch() {
  return (
    <fieldset class="switch" aria-label={t("map.view")}>
      {views.map((choice) => (
        <button key={choice} type="button" aria-pressed={view.value === choice} onClick={() => (view.value = choice)}>
          {t(`map.${choice}`)}
        </button>
      ))}
    </fieldset>
  );
}

function MapPicture({ model }: { model: MapModel }) {
  const root = useRef<HTMLDivElement>(null);
  const places = useRef(new Map<string, DOMRect>());
  const flashed = useSignal(lastRequest.peek()?.number ?? 0);
  const count = allTokens(model).length;
  const dense = count > mostWords;
  useGliding(root, places.current, !dense);
  usePicking(root, chosen.value);
  const explained = useComputed(() => explanation.value?.task.id);
  useEffect(() => {
    const token = root.current?.querySelector('[data-selected="true"]'); // the panel took half of its room
    token?.scrollIntoView({ block: "nearest" });
  }, [chosen.value, explained.value]);
  const latest = lastRequest.value;
  useEffect(() => {
    if (!latest || latest.number === flashed.peek() || !root.current) return;
    flashed.value = latest.number;
    const { taskId, containerId, port } = latest.request;
    const id = taskId ?? containerId ?? "";
    flash(root.current, id, port);
    const token = allTokens(model).find((it) => it.id === id);
    if (token) say(t("map.said.answered", { name: token.name }));
  }, [latest?.number]);
  const by = grouping.value;
  const known = model.machines.length > 0 || isFiltered(filter.value); // before the first picture nothing is said
  const bare = model.services.length === 0 && count === 0;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move between the buttons inside
    <div
      class="map"
      data-dense={dense}
      data-many={model.machines.length > fewMachines}
      ref={root}
      onKeyDown={(event) => root.current && moveBetweenTasks(root.current, event)}
    >
      {model.services.length > 0 && (
        <section class="map-services" data-compact={model.services.length > fewServices} aria-label={t("map.services")}>
          {model.services.map((it) => (
            <ServiceRow key={it.service.id} model={it} />
          ))}
        </section>
      )}
      {by !== "node" && <Groups model={model} by={by} dense={dense} />}
      {by === "node" && model.waiting.length > 0 && (
        <section class="map-waiting" aria-label={t("map.waiting")}>
          <h3>{t("map.waiting")}</h3>
          <TokenList tokens={model.waiting} dense={dense} />
        </section>
      )}
      {by === "node" && (
        <section class="map-machines" aria-label={t("map.machines")}>
          {model.machines.map((it) => (
            <MachineCard key={it.machine.id} model={it} dense={dense} />
          ))}
          {known && !isFiltered(filter.value) && <AddMachine />}
        </section>
      )}
      {bare && known && !isFiltered(filter.value) && <p class="empty map-empty">{t("map.noContainers")}</p>}
      {count === 0 && isFiltered(filter.value) && <p class="empty map-empty">{t("map.filter.none")}</p>}
    </div>
  );
}

/** More changes than this at once are said as numbers. */
const mostSaid = 6;

const saidState = (name: string, state: string): string => t("map.said.state", { name, state: stateWord(state) });

/** `30 tasks running; 7 tasks preparing`. */
function summary(changed: Token[]): string {
  const counts = new Map<string, number>();
  for (const { state } of changed) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => t("map.said.many", { count, state: stateWord(state) })).join("; ");
}

/** Says changes of state to a screen reader, once per picture. */
function useSpoken(model: MapModel): void {
  const before = useRef<Map<string, string> | undefined>(undefined);
  useEffect(() => {
    const now = new Map(allTokens(model).map((it) => [it.id, it] as const));
    const old = before.current;
    if (old) {
      const changed = [...now.values()].filter((it) => old.get(it.id) !== it.state);
      if (changed.length > 0) {
        say(
          changed.length > mostSaid ? summary(changed) : changed.map((it) => saidState(it.name, it.state)).join("; "),
        );
      }
    }
    before.current = new Map([...now].map(([id, it]) => [id, it.state]));
  }, [picture.value]);
}
