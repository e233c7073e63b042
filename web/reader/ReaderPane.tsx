/** The lesson: one step at a time, what is still missing for it, hints when asked for, and the way to the others. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { LessonDocument, LessonStepDocument } from "../../src/api/lesson";
import { say } from "../state/announce";
import { doneCount, lesson, lessonError, local, shownStep, showStep, stepProgress } from "../state/lesson";
import { Icon } from "../ui/Icon";
import { t } from "../ui/i18n";
import { PaneFrame } from "../ui/PaneFrame";
import { BlockView } from "./Blocks";
import { blocksOf, inlineHtml } from "./markdown";

export function ReaderPane() {
  const open = lesson.value;
  return (
    <PaneFrame pane="lesson">
      {open ? (
        <LessonView lesson={open} />
      ) : (
        <p class="empty">
          {lessonError.value ? t("lesson.missing", { reason: lessonError.value }) : t("lesson.loading")}
        </p>
      )}
    </PaneFrame>
  );
}

function LessonView({ lesson: open }: { lesson: LessonDocument }) {
  const scroller = useRef<HTMLDivElement>(null);
  const index = Math.min(shownStep.value, open.steps.length - 1);
  const step = open.steps[index];
  const title = local(open.title);
  useEffect(() => {
    document.title = `${title} · Slipway`;
  }, [title]);
  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
  }, [index]);
  if (!step) return null;
  return (
    <div class="reader">
      <StepList steps={open.steps} shown={index} />
      <div class="reader-scroll" ref={scroller}>
        <article class="step">
          <p class="step-number">
            {t("lesson.step", { number: index + 1, count: open.steps.length })}
            {index === 0 && ` · ${t("lesson.minutes", { minutes: open.minutes })}`}
          </p>
          <h3>{local(step.title)}</h3>
          <StepText text={local(step.text)} />
          <Hints key={step.id} step={step} />
        </article>
      </div>
      <StepFoot step={step} index={index} count={open.steps.length} />
    </div>
  );
}

function StepText({ text }: { text: string }) {
  const blocks = useMemo(() => blocksOf(text), [text]);
  return (
    <>
      {blocks.map((block, index) => (
        <BlockView key={`${index}-${text.length}`} block={block} />
      ))}
    </>
  );
}

function StepList({ steps, shown }: { steps: LessonStepDocument[]; shown: number }) {
  return (
    <nav class="step-list" aria-label={t("lesson.steps")}>
      <ol>
        {steps.map((step, index) => {
          const done = stepProgress(step.id)?.done === true;
          const title = `${index + 1}. ${local(step.title)}${done ? ` (${t("lesson.done")})` : ""}`;
          return (
            <li key={step.id}>
              <button
                type="button"
                title={title}
                aria-label={title}
                aria-current={index === shown ? "step" : undefined}
                data-done={done}
                onClick={() => showStep(index)}
              >
                {done ? <Icon name="check" /> : index + 1}
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

function Hints({ step }: { step: LessonStepDocument }) {
  const shown = useSignal(0);
  const count = step.hints.length;
  return (
    <section class="hints">
      {step.hints.slice(0, shown.value).map((hint, index) => (
        <div key={hint.en} class="hint">
          <span class="hint-number">{t("lesson.hint", { number: index + 1, count })}</span>
          <p dangerouslySetInnerHTML={{ __html: inlineHtml(local(hint)) }} />
        </div>
      ))}
      {shown.value < count && (
        <button type="button" class="link-button" onClick={() => shown.value++}>
          {t(shown.value === 0 ? "lesson.showHint" : "lesson.nextHint")}
        </button>
      )}
    </section>
  );
}

function StepFoot({ step, index, count }: { step: LessonStepDocument; index: number; count: number }) {
  const state = stepProgress(step.id);
  const done = state?.done === true;
  const wasDone = useRef(done);
  useEffect(() => {
    if (done && !wasDone.current) say(t(doneCount.value === count ? "lesson.allDone" : "lesson.stepDone"));
    wasDone.current = done;
  }, [done, step.id]);
  return (
    <footer class="step-foot" data-done={done}>
      {done ? (
        <p class="step-done">
          <Icon name="check" />
          {t(doneCount.value === count ? "lesson.allDone" : "lesson.stepDone")}
        </p>
      ) : (
        state && (
          <div class="step-todo">
            <strong>{t("lesson.todo")}</strong>
            <ul>
              {state.missing.map((missing) => (
                <li key={missing.en}>{local(missing)}</li>
              ))}
            </ul>
          </div>
        )
      )}
      <div class="step-moves">
        <button type="button" class="button" disabled={index === 0} onClick={() => showStep(index - 1)}>
          <Icon name="chevronLeft" />
          {t("lesson.previous")}
        </button>
        <button
          type="button"
          class={`button ${done ? "primary" : ""}`}
          disabled={index === count - 1}
          onClick={() => showStep(index + 1)}
        >
          {t("lesson.next")}
          <Icon name="chevronRight" />
        </button>
      </div>
    </footer>
  );
}
