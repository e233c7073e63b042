/** Under the map: why the selected task is in its state, in the page's language, with the scheduler's verdict about each node. */
import { useEffect, useRef } from "preact/hooks";
import type { Placement, TaskExplanation } from "../../src/api/explain";
import { say } from "../state/announce";
import { explainTrouble, explanation, selectedTask } from "../state/explain";
import { IconButton } from "../ui/Icon";
import { stateWord, t } from "../ui/i18n";
import { letGo } from "./picking";
import { type NodeGroup, nodeGroups, whyText } from "./why";

const mostNames = 4;

export function WhyPanel() {
  if (selectedTask.value === undefined) return null;
  return <Panel key={selectedTask.value} />;
}

function Panel() {
  const found = explanation.value;
  const trouble = explainTrouble.value;
  const heading = found
    ? t("explain.heading", { name: found.task.name, state: stateWord(found.task.state) })
    : t("explain.loading");
  useSpoken(found, heading);
  return (
    <section class="why" aria-label={heading} aria-busy={!found && !trouble} data-state={found?.task.state}>
      <header class="why-head">
        <h3 class="why-title">{heading}</h3>
        <IconButton icon="close" label={t("explain.close")} onClick={letGo} />
      </header>
      {trouble === "gone" && <p class="why-trouble">{t("explain.gone")}</p>}
      {trouble && trouble !== "gone" && <p class="why-trouble">{t("explain.failed", { reason: trouble })}</p>}
      {found && <Found found={found} />}
    </section>
  );
}

function Found({ found: { task, reasons, placement } }: { found: TaskExplanation }) {
  return (
    <>
      <ul class="why-reasons">
        {reasons.map((it) => (
          <li key={it.code + JSON.stringify(it.values.task ?? "")} data-reason={it.code}>
            {whyText(it)}
          </li>
        ))}
      </ul>
      {task.error && (
        <p class="why-docker">
          {t("explain.docker")} <q lang="en">{task.error}</q>
        </p>
      )}
      {placement && placement.nodes.length > 0 && <Nodes placement={placement} hereId={task.nodeId} />}
    </>
  );
}

function Nodes({ placement, hereId }: { placement: Placement; hereId: string | undefined }) {
  return (
    <>
      <h4>{t("explain.nodes")}</h4>
      <ul class="why-nodes">
        {nodeGroups(placement.nodes, hereId).map((group) => (
          <NodeEntry key={group.names[0]} group={group} />
        ))}
      </ul>
      <details class="why-legend">
        <summary>{t("explain.legend")}</summary>
        <dl>
          {placement.filters.map((filter) => (
            <div key={filter}>
              <dt>{filter}</dt>
              <dd>{t(`filter.${filter}`)}</dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  );
}

function NodeEntry({ group: { names, node, here } }: { group: NodeGroup }) {
  const { ranking } = node;
  const facts = node.checks.flatMap(({ facts, passes }) => facts.map((fact) => ({ fact, passes })));
  const left = names.length - mostNames;
  return (
    <li data-fits={node.fits}>
      <span class="why-names" title={names.join(", ")}>
        {names.slice(0, mostNames).join(", ")} {left > 0 && t("explain.more", { count: left })}
      </span>
      <span class="why-verdict">
        {here ? t("explain.here") : t(node.chosen ? "explain.chosen" : node.fits ? "explain.fits" : "explain.fitsNot")}
      </span>
      <span class="why-checks">
        {node.checks.map(({ filter, passes }) => (
          <span key={filter} data-passes={passes} data-first={filter === node.rejectedBy} title={t(`filter.${filter}`)}>
            <span aria-hidden="true">
              {passes ? "✓" : "✗"} {filter}
            </span>
            <span class="visually-hidden">{t(passes ? "explain.passed" : "explain.stopped", { filter })}</span>
          </span>
        ))}
      </span>
      {facts.map(({ fact, passes }) => (
        <span key={fact.text} class="why-fact" data-passes={passes}>
          {whyText(fact)}
        </span>
      ))}
      {node.fits && (
        <span class="why-rank">
          {ranking.branch.map((part) => `${part.label}=${part.value || '""'} (${part.serviceTasks}) `)}
          {t("explain.ranking", {
            service: ranking.serviceTasks,
            total: ranking.totalTasks,
            failures: ranking.recentFailures,
          })}
        </span>
      )}
    </li>
  );
}

/** Reads the explanation aloud when it comes, and when its reasons become others; not at every tick of a delay. */
function useSpoken(found: TaskExplanation | undefined, heading: string): void {
  const before = useRef("");
  const codes = found ? `${found.task.state} ${found.reasons.map((it) => it.code).join()}` : "";
  useEffect(() => {
    if (!found || codes === before.current) return;
    before.current = codes;
    say(`${heading}. ${found.reasons.map(whyText).join(" ")}`);
  }, [codes]);
}
