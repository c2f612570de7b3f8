/** The four images of the tour side by side; what changed from the one before is marked in its words and its seed. */

import type { DrawnStep } from "../../server/tour/steps.ts";
import { DRAWN_STEPS } from "../../server/tour/steps.ts";
import { t } from "../language.ts";
import { inGroups } from "../parts/hash.tsx";
import { VerdictMark } from "../parts/verdict-mark.tsx";
import { imageUrl } from "../studio/state.ts";
import { drawing, imageOf, images } from "./state.ts";
import { TOUR } from "./texts.ts";

/** The row. */
export function Frames({ now }: { readonly now: string }) {
  return (
    <ol class="tour-frames">
      {DRAWN_STEPS.map((step, i) => (
        <Frame key={step} step={step} n={i + 1} isNow={step === now} />
      ))}
    </ol>
  );
}

function Frame({ step, n, isNow }: { readonly step: DrawnStep; readonly n: number; readonly isNow: boolean }) {
  const image = imageOf(step);
  const before = imageOf(DRAWN_STEPS[n - 2] ?? "make");
  const work = drawing.value?.step === step ? drawing.value : undefined;
  return (
    <li class={`tour-frame${isNow ? " here" : ""}${image ? "" : " empty"}`}>
      <div class="tour-well">
        {image ? (
          <img
            src={imageUrl(image.sha256)}
            alt={t(TOUR.frame, { n, words: image.words, seed: image.seed })}
            width={image.width}
            height={image.height}
          />
        ) : work?.preview ? (
          <img src={work.preview} alt="" />
        ) : (
          <span class="note">{work ? null : t(TOUR[step])}</span>
        )}
        {work && !image ? (
          <progress
            {...(work.steps > 0 && { max: work.steps, value: work.done })}
            aria-label={t(TOUR.drawing, { done: work.done, steps: work.steps })}
          />
        ) : null}
      </div>
      {image ? (
        <>
          <p class="mono words">
            <Words text={image.words} before={n > 1 ? before?.words : undefined} />
          </p>
          <p class="quiet">
            {t(TOUR.seedIs)} {n > 1 && before && before.seed !== image.seed ? <mark>{image.seed}</mark> : image.seed}
          </p>
          <p class="note">{t(TOUR.took, { n: image.seconds.toFixed(1) })}</p>
        </>
      ) : (
        <p class="note">{work ? "" : t(TOUR.notYet)}</p>
      )}
    </li>
  );
}

/** A prompt; words that the one before did not have in their place are marked. */
function Words({ text, before }: { readonly text: string; readonly before: string | undefined }) {
  const old = before?.split(" ");
  return (
    <>
      {text.split(" ").map((word, i) => (
        <span key={`${i}${word}`}>
          {old && old[i] !== word ? <mark>{word}</mark> : word}
          {i < text.split(" ").length - 1 ? " " : ""}
        </span>
      ))}
    </>
  );
}

/** The hashes of the first and the fourth file, one below the other, so that the eye can compare them. */
export function Equality() {
  const [first, , , fourth] = images.value;
  if (!first || !fourth) return null;
  const isSame = first.sha256 === fourth.sha256;
  return (
    <section class="equality" aria-live="polite">
      <h3 class="serif">
        <VerdictMark shape={isSame ? "identical" : "different"} size={26} />{" "}
        {t(isSame ? TOUR.identical : TOUR.notIdentical)}
      </h3>
      <dl>
        <dt>{t(TOUR.firstHash)}</dt>
        <dd class="mono">{inGroups(first.sha256)}</dd>
        <dt>{t(TOUR.fourthHash)}</dt>
        <dd class="mono">{inGroups(fourth.sha256)}</dd>
      </dl>
      <p class="note">SHA-256</p>
    </section>
  );
}
