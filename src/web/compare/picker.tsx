/** Images of the workspace to choose from: those of the library, newest first, and those that were compared before. */

import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../language.ts";
import { ask } from "../server.ts";
import { imageUrl } from "../studio/state.ts";
import { comparisons, type Slot } from "./state.ts";
import { COMPARE } from "./texts.ts";

interface Found {
  readonly images: readonly ({ readonly sha256: string; readonly name: string } | null)[];
}

/** How long typing may pause before the library is asked. */
const PAUSE_MS = 250;

/** A dialogue; Escape leaves it. */
export function Picker({ onPick, onLeave }: { readonly onPick: (slot: Slot) => void; readonly onLeave: () => void }) {
  const [text, setText] = useState("");
  const [found, setFound] = useState<readonly Slot[]>();
  const root = useRef<HTMLDialogElement>(null);
  useEffect(() => root.current?.showModal(), []);
  useEffect(() => {
    const timer = setTimeout(
      () =>
        ask<Found>("/library/search", { json: { text } }).then(
          ({ images }) => setFound(images.flatMap((one) => (one ? [{ image: one.sha256, name: one.name }] : []))),
          () => setFound([]),
        ),
      text === "" ? 0 : PAUSE_MS,
    );
    return () => clearTimeout(timer);
  }, [text]);
  const compared = text === "" ? comparisons.value.flatMap(({ a, b }) => [a, b]) : [];
  const slots = [...new Map([...(found ?? []), ...compared].map((slot) => [slot.image, slot])).values()];
  return (
    <dialog class="cmp-dialog" ref={root} aria-labelledby="cmp-pick" onClose={onLeave}>
      <h2 id="cmp-pick">{t(COMPARE.pick)}</h2>
      <input
        type="search"
        aria-label={t(COMPARE.search)}
        placeholder={t(COMPARE.search)}
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      {slots.length === 0 ? (
        <p class="quiet" role="status">
          {t(found === undefined ? COMPARE.looking : text === "" ? COMPARE.pickNone : COMPARE.noneFits)}
        </p>
      ) : null}
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
