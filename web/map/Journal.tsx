/** What happened since the page was opened, in words, newest first: machines, nodes, services, tasks, and where requests went. */
import { selectedTask, selectTask } from "../state/explain";
import { type JournalEntry, journal } from "../state/journal";
import { language } from "../state/settings";
import { stateWord, t } from "../ui/i18n";

/** The newest entries about one machine. */
const mostHere = 8;

export const entriesAt = (name: string): readonly JournalEntry[] =>
  journal.value.filter((it) => it.machine === name).slice(0, mostHere);

export function JournalView() {
  const entries = journal.value;
  return (
    <div class="map-tables">
      {entries.length === 0 ? <p class="empty">{t("journal.empty")}</p> : <Entries entries={entries} />}
    </div>
  );
}

export function Entries({ entries }: { entries: readonly JournalEntry[] }) {
  const clock = new Intl.DateTimeFormat(language.value === "zh" ? "zh-CN" : "en-GB", { timeStyle: "medium" });
  return (
    <div role="log" aria-live="off" aria-label={t("map.events")}>
      <ol class="journal">
        {entries.map((it) => (
          <Entry key={it.number} entry={it} time={clock.format(it.at)} words={wordsOf(it)} />
        ))}
      </ol>
    </div>
  );
}

function wordsOf({ code, values }: JournalEntry): string {
  const { state = "" } = values;
  return t(`happened.${code}`, { ...values, state: stateWord(String(state)) });
}

function Entry({ entry: { code, taskId }, time, words }: { entry: JournalEntry; time: string; words: string }) {
  return (
    <li data-happened={code}>
      <time>{time}</time>
      <span>
        {words}{" "}
        {taskId && (
          <button
            type="button"
            class="link-button"
            data-pick={taskId}
            aria-label={`${t("journal.why")}: ${words}`}
            aria-pressed={selectedTask.value === taskId}
            onClick={() => selectTask(taskId)}
          >
            {t("journal.why")}
          </button>
        )}
      </span>
    </li>
  );
}
