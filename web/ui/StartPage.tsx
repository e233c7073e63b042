/** `/`: a first visitor gets a cluster at once; one who has clusters chooses. And the page for a link that leads nowhere. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { createCluster } from "../state/api";
import { forgetCluster, remembered } from "../state/clusters";
import { language } from "../state/settings";
import { Icon } from "./Icon";
import { t } from "./i18n";
import { KeyHelp } from "./KeyHelp";
import { Logo } from "./Logo";
import { PageSettings } from "./TopBar";

type Enter = (id: string) => void;

export function StartPage({ onEnter }: { onEnter: Enter }) {
  const error = useSignal("");
  const creating = useSignal(false);
  const create = async () => {
    creating.value = true;
    try {
      onEnter((await createCluster()).id);
    } catch (cause) {
      creating.value = false;
      error.value = cause instanceof Error ? cause.message : String(cause);
    }
  };
  const first = remembered.value.length === 0 && !location.search.includes("list");
  useEffect(() => {
    if (first) void create();
  }, []);
  return (
    <Cover>
      {creating.value ? (
        <p class="cover-note" role="status">
          {t("start.creating")}
        </p>
      ) : (
        <>
          <button type="button" class="button primary" onClick={() => void create()}>
            <Icon name="plus" />
            {t("start.new")}
          </button>
          <ClusterList onEnter={onEnter} />
        </>
      )}
      {error.value && <p role="alert">{t("start.failed", { reason: error.value })}</p>}
    </Cover>
  );
}

function ClusterList({ onEnter }: { onEnter: Enter }) {
  if (remembered.value.length === 0) return null;
  const when = new Intl.DateTimeFormat(language.value === "zh" ? "zh-CN" : "en", {
    dateStyle: "medium",
    timeStyle: "short",
  });
  return (
    <section class="cluster-list" aria-labelledby="remembered">
      <h2 id="remembered">{t("start.remembered")}</h2>
      <ul>
        {remembered.value.map(({ id, lastUsed }) => (
          <li key={id}>
            <a
              href={`/s/${id}`}
              onClick={(event) => {
                event.preventDefault();
                onEnter(id);
              }}
            >
              <code>{id.slice(0, 8)}</code>
              <span>{t("start.last", { when: when.format(lastUsed) })}</span>
              <strong>{t("start.continue")}</strong>
            </a>
            <button
              type="button"
              class="icon-button"
              aria-label={t("start.forget", { id: id.slice(0, 8) })}
              onClick={() => forgetCluster(id)}
            >
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ul>
      <p class="cover-note">{t("start.link")}</p>
    </section>
  );
}

export function UnknownPage() {
  return (
    <Cover>
      <h2>{t("unknown.heading")}</h2>
      <p>{t("unknown.text")}</p>
      <a class="button primary" href="/?list">
        {t("unknown.out")}
      </a>
    </Cover>
  );
}

function Cover({ children }: { children: preact.ComponentChildren }) {
  return (
    <main class="cover">
      <nav class="cover-settings bar-actions">
        <PageSettings />
      </nav>
      <Logo />
      <h1>{t("app.name")}</h1>
      <p class="cover-tagline">{t("app.tagline")}</p>
      {children}
      <KeyHelp />
    </main>
  );
}
