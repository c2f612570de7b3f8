/** What is asked beside the verdict: regions and elements of the first picture, and its mark. */

import type { Box } from "../../compare/pair/geometry.ts";
import { t } from "../language.ts";
import { Icon } from "../parts/icon.tsx";
import { pickFiles } from "../parts/pick-files.ts";
import { upload } from "../studio/state.ts";
import { run, say } from "../toast.ts";
import { STAGE } from "./stage-texts.ts";
import { compare, current, type Draft, type DrawKind, draft, drawing, isChanged, show } from "./state.ts";
import { COMPARE } from "./texts.ts";

const KINDS = [
  ["region", COMPARE.addRegion],
  ["element", COMPARE.addElement],
  ["mark", COMPARE.drawMark],
] as const satisfies readonly (readonly [DrawKind, (typeof COMPARE)[keyof typeof COMPARE]])[];

/** The bar with its list. */
export function Ask() {
  const { regions, elements, mark } = draft.value;
  return (
    <section class="cmp-ask" aria-labelledby="cmp-ask">
      <h2 id="cmp-ask">
        {t(COMPARE.ask)} <span class="note">{t(COMPARE.askNote)}</span>
      </h2>
      <div class="cmp-actions">
        {KINDS.map(([kind, words]) => (
          <button
            key={kind}
            type="button"
            class="button"
            aria-pressed={drawing.value === kind}
            onClick={() => begin(drawing.value === kind ? undefined : kind)}
          >
            <Icon name={drawing.value === kind ? "close" : "plus"} />
            {t(drawing.value === kind ? COMPARE.leaveDrawing : words)}
          </button>
        ))}
        <button type="button" class="button" onClick={() => set({ mark: { by: "text" } })}>
          {t(COMPARE.readMark)}
        </button>
        <button type="button" class="button" onClick={posts}>
          {t(COMPARE.postsMark)}
        </button>
      </div>
      {drawing.value ? (
        <p class="note" id="cmp-draw-help" role="status">
          {t(STAGE.drawHelp)}
        </p>
      ) : null}
      {regions.length + elements.length > 0 || mark ? (
        <details open={isChanged.value}>
          <summary>{t(COMPARE.asked, { n: regions.length + elements.length + (mark ? 1 : 0) })}</summary>
          <ul>
            {regions.map(({ name, box }, i) => (
              <li key={`region${i}`}>
                <Named
                  kind="region"
                  name={name}
                  onName={(text) => set({ regions: replaced(regions, i, { name: text, box }) })}
                />
                <Numbers
                  box={box}
                  name={name}
                  onBox={(own) => set({ regions: replaced(regions, i, { name, box: own }) })}
                />
                <Away name={name} act={() => set({ regions: regions.filter((_, j) => j !== i) })} />
              </li>
            ))}
            {elements.map(({ name, box, generic }, i) => (
              <li key={`element${i}`}>
                <Named
                  kind={generic ? "generic" : "element"}
                  name={name}
                  onName={(text) => set({ elements: replaced(elements, i, { name: text, box, generic }) })}
                />
                <Numbers
                  box={box}
                  name={name}
                  onBox={(own) => set({ elements: replaced(elements, i, { name, box: own, generic }) })}
                />
                <label class="check">
                  <input
                    type="checkbox"
                    checked={generic}
                    onChange={({ currentTarget: { checked } }) =>
                      set({ elements: replaced(elements, i, { name, box, generic: checked }) })
                    }
                  />
                  {t(COMPARE.generic)}
                </label>
                <Away name={name} act={() => set({ elements: elements.filter((_, j) => j !== i) })} />
              </li>
            ))}
            {mark ? <MarkLine mark={mark} /> : null}
          </ul>
        </details>
      ) : null}
      {isChanged.value ? (
        <p class="cmp-actions">
          <button type="button" class="button primary" onClick={() => run(() => compare())}>
            {t(COMPARE.runAgain)}
          </button>
          <button type="button" class="button" onClick={() => current.value && show(current.value)}>
            {t(COMPARE.undo)}
          </button>
        </p>
      ) : null}
    </section>
  );
}

function begin(kind: DrawKind | undefined): void {
  drawing.value = kind;
  // The keys go to the picture that is drawn on.
  if (kind) setTimeout(() => document.querySelector<HTMLElement>(".cmp-pane.drawing")?.focus(), 60);
}

function set(part: Partial<Draft>): void {
  draft.value = { ...draft.value, ...part };
}

function replaced<T>(all: readonly T[], at: number, one: T): T[] {
  return all.map((old, i) => (i === at ? one : old));
}

function Named({
  kind,
  name,
  onName,
}: {
  readonly kind: string;
  readonly name: string;
  readonly onName: (text: string) => void;
}) {
  return (
    <>
      <i class={`swatch ${kind}`} />
      <input
        type="text"
        aria-label={`${t(COMPARE.nameOf)}: ${t(kind === "region" ? COMPARE.region : COMPARE.element)}`}
        value={name}
        maxLength={200}
        onInput={({ currentTarget: { value } }) => value !== "" && onName(value)}
      />
    </>
  );
}

const SIDES = [COMPARE.left, COMPARE.top, COMPARE.width, COMPARE.height] as const;

function Numbers({
  box,
  name,
  onBox,
}: {
  readonly box: Box;
  readonly name: string;
  readonly onBox: (box: [number, number, number, number]) => void;
}) {
  return (
    <>
      {SIDES.map((side, i) => (
        <input
          key={side.en}
          type="number"
          min={i < 2 ? 0 : 4}
          aria-label={`${name}: ${t(side)}`}
          title={t(side)}
          value={Math.round(box[i]!)}
          onChange={({ currentTarget: { valueAsNumber } }) => {
            if (Number.isFinite(valueAsNumber))
              onBox(replaced(box, i, Math.max(i < 2 ? 0 : 4, valueAsNumber)) as never);
          }}
        />
      ))}
    </>
  );
}

function Away({ name, act }: { readonly name: string; readonly act: () => void }) {
  const words = `${t(COMPARE.remove)}: ${name}`;
  return (
    <button type="button" class="icon-button" aria-label={words} title={words} onClick={act}>
      <Icon name="close" />
    </button>
  );
}

function MarkLine({ mark }: { readonly mark: NonNullable<Draft["mark"]> }) {
  return (
    <li>
      <i class="swatch mark" />
      {mark.by === "box" ? (
        <>
          <span>{t(COMPARE.mark)}</span>
          <Numbers box={mark.box} name={t(COMPARE.mark)} onBox={(box) => set({ mark: { by: "box", box } })} />
        </>
      ) : null}
      {mark.by === "text" ? (
        <>
          <span>{t(COMPARE.markByText)}</span>
          <input
            type="text"
            aria-label={t(COMPARE.markText)}
            placeholder={t(COMPARE.markText)}
            maxLength={200}
            value={mark.text ?? ""}
            onInput={({ currentTarget: { value } }) =>
              set({ mark: value === "" ? { by: "text" } : { by: "text", text: value } })
            }
          />
        </>
      ) : null}
      {mark.by === "posts" ? <span>{t(COMPARE.markByPosts, { n: mark.posts.length })}</span> : null}
      <Away
        name={t(COMPARE.mark)}
        act={() => {
          const { mark: _, ...rest } = draft.value;
          draft.value = rest;
        }}
      />
    </li>
  );
}

/** Lets the user choose other posts of the account. */
function posts(): void {
  const take = (files: readonly File[]): void => {
    if (files.length < 2) say(t(COMPARE.tooFewPosts));
    else run(async () => set({ mark: { by: "posts", posts: await Promise.all(files.slice(0, 24).map(upload)) } }));
  };
  pickFiles(take, { accept: "image/*" });
}
