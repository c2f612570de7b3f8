/** Images of the workspace to choose from: made in the Studio, or compared before. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Job } from "../../server/jobs/job.ts";
import { t } from "../language.ts";
import { ask } from "../server.ts";
import { imageUrl } from "../studio/state.ts";
import { comparisons, type Slot } from "./state.ts";
import { COMPARE } from "./texts.ts";

/** A dialogue; Escape leaves it. */
export function Picker({ onPick, onLeave }: { readonly onPick: (slot: Slot) => void; readonly onLeave: () => void }) {
  const [made, setMade] = useState<readonly Slot[]>([]);
  const root = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    root.current?.showModal();
    ask<{ jobs: readonly Job[] }>("/jobs?limit=200").then(
      ({ jobs }) =>
        setMade(
          jobs.flatMap(({ images }) =>
            images.map(({ sha256, file }) => ({ image: sha256, name: file.split("/").at(-1)! })).reverse(),
          ),
        ),
      () => {},
    );
  }, []);
  const all = [...made, ...comparisons.value.flatMap(({ a, b }) => [a, b])];
  const slots = [...new Map(all.map((slot) => [slot.image, slot])).values()];
  return (
    <dialog class="cmp-dialog" ref={root} aria-labelledby="cmp-pick" onClose={onLeave}>
      <h2 id="cmp-pick">{t(COMPARE.pick)}</h2>
      {slots.length === 0 ? <p class="quiet">{t(COMPARE.pickNone)}</p> : null}
      <ul>
        {slots.map((slot) => (
          <li key={slot.image}>
            <button type="button" onClick={() => onPick(slot)}>
              <img src={imageUrl(slot.image, 256)} alt="" loading="lazy" />
              <span class="name">{slot.name}</span>
            </button>
          </li>
        ))}
      </ul>
      <p>
        <button type="button" class="button" onClick={() => root.current?.close()}>
          {t(COMPARE.cancel)}
        </button>
      </p>
    </dialog>
  );
}
