/** The map in words: the same services, machines, tasks and containers as tables. */
import { useComputed } from "@preact/signals";
import { answers } from "../state/cluster";
import { selectedTask, selectTask } from "../state/explain";
import { stateWord, t } from "../ui/i18n";
import { MachineTable } from "./MachineTable";
import { type MapModel, type Token, withoutDigest } from "./model";

interface Row {
  machine: string;
  token: Token;
}

export function MapTable({ model }: { model: MapModel }) {
  const rows: Row[] = [
    ...model.waiting.map((token) => ({ machine: "–", token })),
    ...model.machines.flatMap(({ machine, tokens }) => tokens.map((token) => ({ machine: machine.name, token }))),
  ];
  return (
    <div class="map-tables">
      {model.services.length > 0 ? <Services model={model} /> : <p class="empty">{t("map.noServices")}</p>}
      <MachineTable machines={model.machines} />
      {rows.length > 0 ? <Tasks rows={rows} /> : <p class="empty">{t("map.noContainers")}</p>}
    </div>
  );
}

function Services({ model }: { model: MapModel }) {
  return (
    <table>
      <caption>{t("map.services")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("map.col.service")}</th>
          <th scope="col">{t("map.col.replicas")}</th>
          <th scope="col">{t("map.col.image")}</th>
          <th scope="col">{t("map.col.ports")}</th>
        </tr>
      </thead>
      <tbody>
        {model.services.map(({ service }) => (
          <tr key={service.id}>
            <th scope="row">{service.name}</th>
            <td>{t("map.tasks", { running: service.running, replicas: service.replicas })}</td>
            <td>{withoutDigest(service.image)}</td>
            <td>{service.ports.map((port) => `${port.published}→${port.target}`).join(", ")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Tasks({ rows }: { rows: Row[] }) {
  return (
    <table>
      <caption>{t("map.containers")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("map.col.task")}</th>
          <th scope="col">{t("map.col.machine")}</th>
          <th scope="col">{t("map.col.state")}</th>
          <th scope="col">{t("map.col.host")}</th>
          <th scope="col">{t("map.col.image")}</th>
          <th scope="col">{t("map.col.answers")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ machine, token }) => (
          <Task key={token.id} machine={machine} token={token} />
        ))}
      </tbody>
    </table>
  );
}

function Task({ machine, token }: Row) {
  const count = useComputed(() => answers.value[token.id] ?? 0).value;
  return (
    <tr>
      <th scope="row">
        {token.task ? (
          <button
            type="button"
            class="table-pick"
            data-pick={token.id}
            aria-pressed={selectedTask.value === token.id}
            title={t("map.why", { name: token.shortName, state: stateWord(token.state) })}
            onClick={() => selectTask(token.id)}
          >
            {token.name}
          </button>
        ) : (
          token.name
        )}
      </th>
      <td>{machine}</td>
      <td>
        {stateWord(token.state)}
        {token.error && ` (${token.error})`}
      </td>
      <td>{token.hostname}</td>
      <td>{withoutDigest(token.image)}</td>
      <td>{count}</td>
    </tr>
  );
}
