/** Above a large map: which service, state and node to show, and by what to group. */
import { stateWord, t } from "../ui/i18n";
import {
  type Choice,
  choices,
  filter,
  type Grouping,
  grouping,
  isFiltered,
  type MapFilter,
  nothingFiltered,
} from "./filter";
import { allTokens, type MapModel } from "./model";

/** A map with no more than this needs no choosing. */
const few = { tokens: 12, machines: 6 };

interface FilterBarProps {
  whole: MapModel;
  shown: MapModel;
  table: boolean;
}

export function FilterBar({ whole, shown, table }: FilterBarProps) {
  const all = allTokens(whole).length;
  const active = isFiltered(filter.value);
  if (!active && grouping.value === "node" && all <= few.tokens && whole.machines.length <= few.machines) return null;
  const found = choices(whole, { state: stateWord, alone: t("map.filter.alone"), waiting: t("map.waiting") });
  return (
    <search class="map-filter" aria-label={t("map.filter")}>
      {(["service", "state", "node"] as const).map((field) => (
        <Select key={field} field={field} choices={found[field]} />
      ))}
      {!table && <GroupSelect />}
      <p class="map-shown" role="status">
        {active && t("map.filter.shown", { shown: allTokens(shown).length, all })}
      </p>
      {active && (
        <button type="button" class="link-button" onClick={() => (filter.value = nothingFiltered)}>
          {t("map.filter.clear")}
        </button>
      )}
    </search>
  );
}

function Select({ field, choices }: { field: keyof MapFilter; choices: Choice[] }) {
  const value = filter.value[field];
  // What was chosen may be gone by now; it stays chosen, and says that there is none.
  const gone = value !== "" && !choices.some((it) => it.value === value);
  const label = t(`map.filter.${field}`);
  return (
    <select
      class="small-select"
      aria-label={label}
      title={label}
      data-active={value !== ""}
      value={value}
      onChange={(event) => {
        filter.value = { ...filter.value, [field]: event.currentTarget.value };
      }}
    >
      <option value="">{t(`map.filter.${field}.all`)}</option>
      {gone && <option value={value}>{`${field === "state" ? stateWord(value) : value} (0)`}</option>}
      {choices.map((it) => (
        <option key={it.value} value={it.value}>
          {`${it.text} (${it.count})`}
        </option>
      ))}
    </select>
  );
}

function GroupSelect() {
  return (
    <select
      class="small-select"
      aria-label={t("map.group")}
      title={t("map.group")}
      value={grouping.value}
      onChange={(event) => {
        grouping.value = event.currentTarget.value as Grouping;
      }}
    >
      {(["node", "service", "state"] as const).map((by) => (
        <option key={by} value={by}>
          {t(`map.group.${by}`)}
        </option>
      ))}
    </select>
  );
}
