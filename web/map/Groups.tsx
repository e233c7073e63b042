/** The map's tokens by service or by state instead of by machine. */
import { stateWord, t } from "../ui/i18n";
import { groups, type TokenGroup } from "./filter";
import { TokenList } from "./MachineCard";
import type { MapModel } from "./model";
import { StateMark } from "./StateMark";

export function Groups({ model, by, dense }: { model: MapModel; by: "service" | "state"; dense: boolean }) {
  return (
    <section class="map-groups" aria-label={t(`map.group.${by}`)}>
      {groups(model, by).map((group) => (
        <Group key={group.key} group={group} dense={dense} />
      ))}
    </section>
  );
}

function Group({ group: { service, state, tokens }, dense }: { group: TokenGroup; dense: boolean }) {
  const name = state ? stateWord(state) : (service?.service.name ?? t("map.filter.alone"));
  return (
    <article class="token-group" style={{ "--hue": service?.hue ?? 215 }} data-state={state}>
      <h3>
        {state && <StateMark state={state} />}
        <span class="group-name">{name}</span>
        <span class="group-count">{t("map.group.count", { count: tokens.length })}</span>
      </h3>
      <TokenList tokens={tokens} dense={dense} />
    </article>
  );
}
