/** The bar above all panes: the name, the lesson's progress, and what concerns the whole page. */
import { useSignal } from "@preact/signals";
import { show } from "../state/announce";
import { resetCluster } from "../state/api";
import { doneCount, lesson, local } from "../state/lesson";
import { clusterId } from "../state/session";
import { language, type Theme, theme } from "../state/settings";
import { Dialog } from "./Dialog";
import { Icon } from "./Icon";
import { t } from "./i18n";
import { keysShown } from "./KeyHelp";
import { Logo } from "./Logo";

const themes: Theme[] = ["system", "light", "dark", "contrast"];

export function TopBar() {
  const asking = useSignal(false);
  return (
    <header class="top-bar">
      <a class="brand" href="/?list" title={t("bar.clusters")}>
        <Logo />
        <span>{t("app.name")}</span>
      </a>
      <LessonProgress />
      <nav class="bar-actions">
        <button type="button" class="bar-button" title={t("bar.reset.title")} onClick={() => (asking.value = true)}>
          <Icon name="reset" />
          {t("bar.reset")}
        </button>
        <PageSettings />
      </nav>
      {asking.value && <ResetDialog onClose={() => (asking.value = false)} />}
    </header>
  );
}

/** Language, appearance and keys: on every page. */
export function PageSettings() {
  const themeWord = t(`theme.${theme.value}`);
  const nextTheme = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? "system";
  const other = language.value === "en" ? "zh" : "en";
  return (
    <>
      <button
        type="button"
        class="bar-button icon-only"
        title={t("bar.theme", { theme: themeWord })}
        aria-label={t("bar.theme", { theme: themeWord })}
        onClick={() => {
          theme.value = nextTheme;
          show(t("bar.theme", { theme: t(`theme.${nextTheme}`) }));
        }}
      >
        <Icon name="sun" />
      </button>
      <button
        type="button"
        class="bar-button icon-only"
        title={t("bar.keys")}
        aria-label={t("bar.keys")}
        onClick={() => (keysShown.value = true)}
      >
        <Icon name="keyboard" />
      </button>
      <button
        type="button"
        class="bar-button"
        lang={other === "zh" ? "zh-CN" : "en"}
        title={t("bar.language.title")}
        onClick={() => (language.value = other)}
      >
        {t("bar.language")}
      </button>
    </>
  );
}

function LessonProgress() {
  const open = lesson.value;
  if (!open) return <span class="bar-lesson" />;
  const count = open.steps.length;
  return (
    <span class="bar-lesson">
      <span class="bar-title">{local(open.title)}</span>
      <progress
        max={count}
        value={doneCount.value}
        aria-label={t("lesson.progress", { done: doneCount.value, count })}
      />
      <span class="bar-count" aria-hidden="true">
        {doneCount.value}/{count}
      </span>
    </span>
  );
}

function ResetDialog({ onClose }: { onClose(): void }) {
  const reset = async () => {
    onClose();
    try {
      await resetCluster(clusterId());
    } catch (error) {
      show(t("reset.failed", { reason: error instanceof Error ? error.message : String(error) }));
    }
  };
  return (
    <Dialog heading={t("reset.heading")} onClose={onClose}>
      <p>{t("reset.text")}</p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          {t("dialog.cancel")}
        </button>
        <button type="button" class="button danger" onClick={() => void reset()}>
          {t("reset.confirm")}
        </button>
      </div>
    </Dialog>
  );
}
