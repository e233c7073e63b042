/** The machines as a table: the way to each without the picture. */
import { chosen, selectMachine } from "../state/explain";
import { t } from "../ui/i18n";
import { roleOf, strainsOf, troubleOf } from "./marks";
import type { MachineModel } from "./model";

export function MachineTable({ machines }: { machines: readonly MachineModel[] }) {
  return (
    <table>
      <caption>{t("map.machines")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("map.col.machine")}</th>
          <th scope="col">{t("map.col.address")}</th>
          <th scope="col">{t("map.col.role")}</th>
          <th scope="col">{t("map.col.state")}</th>
          <th scope="col">{t("map.col.tasks")}</th>
          <th scope="col">{t("map.col.images")}</th>
        </tr>
      </thead>
      <tbody>
        {machines.map((it) => (
          <Row key={it.machine.id} model={it} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ model: { machine, node, tokens, images } }: { model: MachineModel }) {
  const marks = [troubleOf(machine, node), ...strainsOf(machine, node)].filter((it) => it !== "");
  const id = `machine:${machine.name}`;
  return (
    <tr>
      <th scope="row">
        <button
          type="button"
          class="table-pick"
          data-pick={id}
          aria-pressed={chosen.value === id}
          title={t("machine.choose", { name: machine.name })}
          onClick={() => selectMachine(machine.name)}
        >
          {machine.name}
        </button>
      </th>
      <td>{machine.address}</td>
      <td>{roleOf(node)}</td>
      <td>{marks.join(", ") || t("machine.power.on")}</td>
      <td>{tokens.length}</td>
      <td>{images}</td>
    </tr>
  );
}
