/** The tour: eight short steps over one row of images, each with one thing to do. */

import { useEffect, useRef } from "preact/hooks";
import type { Text } from "../../base/texts.ts";
import { t } from "../language.ts";
import { Icon } from "../parts/icon.tsx";
import { takeToReproduce } from "../reproduce/state.ts";
import { go } from "../route.ts";
import { imageUrl } from "../studio/state.ts";
import { say } from "../toast.ts";
import { Entries } from "./entries.tsx";
import { Equality, Frames } from "./frames.tsx";
import { Simulation } from "./simulation.tsx";
import { at, draw, drawing, fault, halt, imageOf, isDrawn, listen, reach, remove, stand, tour } from "./state.ts";
import { STEPS, type Step } from "./steps.ts";
import { TOUR } from "./texts.ts";
import "../styles/tour.css";

/** What a step says. */
const SAID: Readonly<Record<Step, readonly Text[]>> = {
  intro: [TOUR.introText, TOUR.introPromise],
  make: [TOUR.makeText],
  word: [TOUR.wordText],
  seed: [TOUR.seedText],
  return: [TOUR.returnText],
  record: [TOUR.recordText],
  later: [],
  end: [TOUR.endText],
};

/** The one thing to do at a step: what leads to the next. */
const ONWARD: Readonly<Record<Step, Text | undefined>> = {
  intro: TOUR.begin,
  make: TOUR.word,
  word: TOUR.seed,
  seed: TOUR.return,
  return: TOUR.seeRecord,
  record: TOUR.makeUp,
  later: TOUR.finish,
  end: undefined,
};

/** The screen. */
export function TourScreen() {
  useEffect(listen, []);
  const step = at.value;
  const head = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    // The step's own heading is read out when it changes; on arrival the page's is.
    if (isFirst.current) isFirst.current = false;
    else head.current?.focus();
  }, [step]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isField = /^(INPUT|TEXTAREA|SELECT)$/.test((event.target as HTMLElement).tagName);
      if (event.ctrlKey || event.metaKey || event.altKey || isField) return;
      if (event.key === "ArrowRight") onward();
      else if (event.key === "ArrowLeft") back();
      else if (event.key === "Escape") leave();
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  if (!tour.value) return <div class="tour" />;
  return (
    <div class="tour">
      <header class="tour-top">
        <div>
          <p class="tag plain">{t(TOUR.apart)}</p>
          <h2 class="serif">{t(TOUR.title)}</h2>
        </div>
        <button type="button" class="button" title={t(TOUR.leaveText)} onClick={leave}>
          {t(TOUR.leave)}
        </button>
      </header>
      <Steps />
      <Frames now={step} />
      <section class="tour-say" aria-labelledby="tour-step">
        <h3 class="serif" id="tour-step" ref={head} tabIndex={-1}>
          {t(TOUR[step])}
        </h3>
        {SAID[step].map((text) => (
          <p key={text.en}>{t(text)}</p>
        ))}
        {step === "return" ? (
          <>
            <Equality />
            {imageOf("return") ? <p>{t(TOUR.both)}</p> : null}
          </>
        ) : null}
        {step === "record" ? <Entries /> : null}
        {step === "later" ? <Simulation /> : null}
        {step === "end" ? <Ways /> : null}
        <p class="tour-fault" role="alert">
          {fault.value}
        </p>
        <Buttons />
      </section>
    </div>
  );
}

/** Where one is, and what was done; steps that can be reached are buttons. */
function Steps() {
  return (
    <ol class="tour-steps" aria-label={t(TOUR.steps)}>
      {STEPS.map((step, i) => (
        <li key={step} class={i < STEPS.indexOf(at.value) ? "past" : ""}>
          <button
            type="button"
            aria-current={at.value === step ? "step" : undefined}
            disabled={i > reach.value || drawing.value !== undefined}
            onClick={() => stand(step)}
          >
            {t(TOUR[step])}
          </button>
        </li>
      ))}
    </ol>
  );
}

function Buttons() {
  const step = at.value;
  const work = drawing.value;
  const isOpen = isDrawn(step) && !imageOf(step);
  const words = isOpen ? TOUR.drawIt : ONWARD[step];
  return (
    <div class="tour-buttons">
      <button type="button" class="button" disabled={STEPS.indexOf(step) === 0 || work !== undefined} onClick={back}>
        {t(TOUR.back)}
      </button>
      {words ? (
        <button type="button" class="button primary big" disabled={work !== undefined} onClick={onward}>
          {t(words)}
        </button>
      ) : null}
      {work ? (
        <button type="button" class="button" onClick={halt}>
          {t(TOUR.stop)}
        </button>
      ) : null}
      <p class="note" role="status">
        {work ? (work.steps === 0 ? t(TOUR.starting) : t(TOUR.drawing, { done: work.done, steps: work.steps })) : ""}
      </p>
    </div>
  );
}

/** The next thing: to draw the step one stands at, or to go to the next and draw that. */
function onward(): void {
  const step = at.value;
  if (drawing.value) return;
  if (isDrawn(step) && !imageOf(step)) return void draw(step);
  const next = STEPS[STEPS.indexOf(step) + 1];
  if (next === undefined) return;
  stand(next);
  if (isDrawn(next) && !imageOf(next)) void draw(next);
}

function back(): void {
  const before = STEPS[STEPS.indexOf(at.value) - 1];
  if (before !== undefined && !drawing.value) stand(before);
}

function leave(): void {
  go("read");
}

/** Where to go from the end, and how to leave no trace. */
function Ways() {
  const last = imageOf("return");
  const removeAll = async (): Promise<void> => {
    if (!(await remove())) return;
    say(t(TOUR.removed));
    go("read");
  };
  const toReproduce = async (sha256: string): Promise<void> => {
    const bytes = await (await fetch(imageUrl(sha256))).blob();
    await takeToReproduce("return.png", bytes);
  };
  return (
    <div class="tour-ways">
      <p class="actions">
        <button type="button" class="button" onClick={() => go("record")}>
          <Icon name="record" /> {t(TOUR.toRecord)}
        </button>
        <button type="button" class="button" onClick={() => go("studio")}>
          <Icon name="studio" /> {t(TOUR.toStudio)}
        </button>
        {last ? (
          <button type="button" class="button" onClick={() => toReproduce(last.sha256)}>
            <Icon name="reproduce" /> {t(TOUR.toReproduce)}
          </button>
        ) : null}
      </p>
      <p class="quiet">
        <button type="button" class="link" onClick={removeAll}>
          {t(TOUR.remove)}
        </button>{" "}
        {t(TOUR.removeText)}
      </p>
    </div>
  );
}
