/** A machine with its tokens: tasks in the colour of their service, lone containers in grey. */
import { useComputed } from "@preact/signals";
import { answers } from "../state/cluster";
import { selectMachine, selectTask } from "../state/explain";
import { add, machineBusy } from "../state/machines";
import { Icon } from "../ui/Icon";
import { stateWord, t } from "../ui/i18n";
import { roleOf, strainsOf, troubleOf } from "./marks";
import { type MachineModel, type Token, tagOf } from "./model";
import { StateMark } from "./StateMark";

interface MachineCardProps {
  model: MachineModel;
  dense: boolean;
}

export function MachineCard({ model: { machine, node, tokens, images }, dense }: MachineCardProps) {
  const trouble = troubleOf(machine, node);
  const strains = strainsOf(machine, node);
  const availability = node?.availability === "drain" || node?.availability === "pause" ? node.availability : undefined;
  return (
    <article
      class="machine"
      data-trouble={trouble !== ""}
      data-availability={availability}
      aria-label={t("map.machineTasks", { name: machine.name, count: tokens.length })}
    >
      <header class="machine-head">
        <button
          type="button"
          class="machine-pick"
          data-pick={`machine:${machine.name}`}
          tabIndex={-1}
          aria-label={t("machine.choose", { name: machine.name })}
          onClick={() => selectMachine(machine.name)}
        />
        <Icon name="machine" />
        <h3>{machine.name}</h3>
        <span class="machine-address">{machine.address}</span>
        <span class="machine-role" data-leader={node?.leader === true}>
          {roleOf(node)}
        </span>
        {trouble && <span class="machine-trouble">{trouble}</span>}
        {strains.map((strain) => (
          <span key={strain} class="machine-strain">
            {strain}
          </span>
        ))}
        <span class="machine-images">{images === 0 ? t("map.images.none") : t("map.images", { count: images })}</span>
      </header>
      <TokenList tokens={tokens} dense={dense} />
    </article>
  );
}

export function AddMachine() {
  return (
    <button type="button" class="machine-add" disabled={machineBusy.value} onClick={() => void add()}>
      <Icon name="plus" />
      {t("machine.add")}
    </button>
  );
}

export function TokenList({ tokens, dense }: { tokens: Token[]; dense: boolean }) {
  if (tokens.length === 0) return null;
  return (
    <ul class="tokens">
      {tokens.map((token) =>
        dense ? <TokenSign key={token.id} token={token} /> : <TokenView key={token.id} token={token} />,
      )}
    </ul>
  );
}

function TokenView({ token }: { token: Token }) {
  const count = useComputed(() => answers.value[token.id] ?? 0).value; // drawn anew when its own count changes
  return (
    <li
      class="token"
      data-token={token.id}
      data-state={token.state}
      data-outdated={token.outdated}
      data-lone={token.hue === undefined}
      style={{ "--hue": token.hue ?? 215 }}
      title={token.error || `${token.name} · ${token.image}`}
    >
      {token.task && <Pick token={token} />}
      <StateMark state={token.state} />
      <span class="token-name">{token.shortName}</span>
      <span class="token-state">{stateWord(token.state)}</span>
      <span class="token-host">{token.hostname}</span>
      <span
        class="token-tag"
        title={token.version === undefined ? token.image : t("map.version", { version: token.version })}
      >
        {tagOf(token.image)}
      </span>
      {token.error && <span class="token-error">{token.error}</span>}
      {(count > 0 || token.earlier.length > 0) && (
        <span class="token-foot">
          {count > 0 && <span class="token-count">{t("map.answered", { count })}</span>}
          {token.earlier.length > 0 && <Earlier token={token} />}
        </span>
      )}
    </li>
  );
}

/** Covers its token: one click or Enter explains the task. The map keeps one of these in the order of Tab. */
function Pick({ token }: { token: Token }) {
  return (
    <button
      type="button"
      class="token-pick"
      data-pick={token.id}
      tabIndex={-1}
      aria-label={t("map.why", { name: token.shortName, state: stateWord(token.state) })}
      onClick={() => selectTask(token.id)}
    />
  );
}

function Earlier({ token }: { token: Token }) {
  const newest = token.earlier.slice(0, 4);
  const title = token.earlier
    .map((it) => `${stateWord(it.state)} · ${tagOf(it.image)}${it.error ? ` · ${it.error}` : ""}`)
    .join("\n");
  return (
    <span class="token-earlier" title={title}>
      {newest.map((it) => (
        <button
          key={it.id}
          type="button"
          data-pick={it.id}
          data-state={it.state}
          tabIndex={-1}
          aria-label={t("map.whyEarlier", { name: token.shortName, state: stateWord(it.state) })}
          onClick={() => selectTask(it.id)}
        >
          <StateMark state={it.state} />
        </button>
      ))}
      {t("map.earlier", { count: token.earlier.length })}
    </span>
  );
}

function TokenSign({ token }: { token: Token }) {
  const words = [token.shortName, stateWord(token.state), token.machine, token.error].filter(Boolean).join(" · ");
  return (
    <li
      class="token-sign"
      data-token={token.id}
      data-state={token.state}
      style={{ "--hue": token.hue ?? 215 }}
      title={words}
    >
      <StateMark state={token.state} />
      {token.task ? <Pick token={token} /> : <span class="visually-hidden">{words}</span>}
    </li>
  );
}
