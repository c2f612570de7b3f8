/** The two slots, and the comparisons that were made before. */

import example from "@samples/cex__flux_girl_in_field.png?url";
import { useState } from "preact/hooks";
import { COMPARE_TEXTS } from "../../compare/pair/texts.ts";
import { lang, t } from "../language.ts";
import { Icon } from "../parts/icon.tsx";
import { pickFile } from "../parts/pick-files.ts";
import { VerdictMark } from "../parts/verdict-mark.tsx";
import { link } from "../server.ts";
import { imageUrl } from "../studio/state.ts";
import { SHELL } from "../texts.ts";
import { run } from "../toast.ts";
import { Picker } from "./picker.tsx";
import { compare, comparisons, open, put, putFile, remove, type SlotName, slots, swapped } from "./state.ts";
import { COMPARE } from "./texts.ts";
import { shapeOf } from "./verdict.tsx";

/** What is shown while nothing is compared. */
export function Start() {
  const { a, b } = slots.value;
  const isReady = a !== undefined && b !== undefined;
  const isLinked = link.value === "linked";
  return (
    <div class="cmp-start">
      <h2 class="serif">{t(COMPARE.title)}</h2>
      <p class="quiet">{t(COMPARE.lead)}</p>
      <div class="cmp-slots">
        <OneSlot side="a" />
        <OneSlot side="b" />
      </div>
      <p class="cmp-actions">
        <button
          type="button"
          class="button primary"
          disabled={!isReady || !isLinked}
          onClick={() => run(() => compare())}
        >
          {t(COMPARE.compare)}
        </button>
        {isReady ? (
          <button type="button" class="button" onClick={swapped}>
            <Icon name="swap" /> {t(COMPARE.swap)}
          </button>
        ) : null}
        {isLinked ? (
          isReady ? null : (
            <span class="note">{t(COMPARE.needTwo)}</span>
          )
        ) : (
          <span class="note">{t(SHELL.noKeyShort)}</span>
        )}
      </p>
      {isLinked && !a && !b ? (
        <p>
          <button type="button" class="button" onClick={() => run(takeExample)}>
            {t(COMPARE.example)}
          </button>
        </p>
      ) : null}
      <Earlier />
    </div>
  );
}

function OneSlot({ side }: { readonly side: SlotName }) {
  const [isPicking, setPicking] = useState(false);
  const slot = slots.value[side];
  const words = t(side === "a" ? COMPARE.slotA : COMPARE.slotB);
  return (
    <section class={`cmp-slot${slot ? " full" : ""}`} data-slot={side} aria-label={words}>
      <h3>{words}</h3>
      <div class="well">
        {slot ? <img src={imageUrl(slot.image, 512)} alt={slot.name} /> : <p>{t(COMPARE.dropHere)}</p>}
      </div>
      <p class="actions">
        {slot ? <span class="name">{slot.name}</span> : null}
        <button type="button" class="button" onClick={() => pickFile((file) => run(() => putFile(side, file)))}>
          <Icon name="upload" /> {t(slot ? COMPARE.other : COMPARE.choose)}
        </button>
        <button type="button" class="button" onClick={() => setPicking(true)}>
          <Icon name="library" /> {t(COMPARE.library)}
        </button>
      </p>
      {isPicking ? (
        <Picker
          onPick={(picked) => {
            put(side, picked);
            setPicking(false);
          }}
          onLeave={() => setPicking(false)}
        />
      ) : null}
    </section>
  );
}

function Earlier() {
  const all = comparisons.value;
  if (all.length === 0) return null;
  return (
    <section class="cmp-earlier">
      <h3>{t(COMPARE.earlier)}</h3>
      <ul>
        {all.map(({ id, at, a, b, state, verdict }) => (
          <li key={id}>
            <VerdictMark shape={verdict ? shapeOf(verdict) : "open"} size={14} />
            <button type="button" class="link" onClick={() => run(() => open(id))}>
              {`${a.name} – ${b.name}`}
            </button>
            <span class="note">
              {verdict ? t(COMPARE_TEXTS.verdicts[verdict]) : t(STATES[state])}
              {`, ${new Date(at).toLocaleString(lang.value === "zh" ? "zh-CN" : "en-GB", { dateStyle: "short", timeStyle: "short" })}`}
            </span>
            {state === "queued" || state === "running" ? null : (
              <button
                type="button"
                class="icon-button"
                aria-label={t(COMPARE.removeOne, { a: a.name, b: b.name })}
                title={t(COMPARE.remove)}
                onClick={() => run(() => remove(id))}
              >
                <Icon name="close" />
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

const STATES = {
  queued: COMPARE.queued,
  running: COMPARE.running,
  done: COMPARE.compare,
  failed: COMPARE.failed,
  stopped: COMPARE.stopped,
} as const;

/** Share of the example's height that its copy keeps. */
const KEPT = 0.87;

/** Puts an image and a cropped, saved-again copy of it into the slots. */
async function takeExample(): Promise<void> {
  const original = await (await fetch(example)).blob();
  const bitmap = await createImageBitmap(original);
  const canvas = new OffscreenCanvas(bitmap.width, Math.round(bitmap.height * KEPT));
  canvas.getContext("2d")!.drawImage(bitmap, 0, 0);
  const copy = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.86 });
  await putFile("a", new File([original], t(COMPARE.exampleName)));
  await putFile("b", new File([copy], t(COMPARE.exampleCopy)));
  await compare();
}
