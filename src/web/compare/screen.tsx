/** The Compare screen: two images beside each other, how they relate, and what becomes of parts that the user names. */

import { useEffect, useMemo, useState } from "preact/hooks";
import type { ComparisonTask } from "../../server/compare/comparison.ts";
import { showsAbout } from "../about.ts";
import { faultWords } from "../faults.ts";
import { t } from "../language.ts";
import { Icon } from "../parts/icon.tsx";
import { Menu } from "../parts/menu.tsx";
import { takesFiles } from "../read/open.ts";
import { query } from "../route.ts";
import { ask, link } from "../server.ts";
import { run } from "../toast.ts";
import { Ask } from "./ask.tsx";
import type { Drawing } from "./drawing.tsx";
import { PictureLabel } from "./label.tsx";
import type { ShownBox } from "./overlay.tsx";
import { Stage } from "./stage.tsx";
import { Start } from "./start.tsx";
import {
  close,
  compare,
  current,
  type DrawKind,
  draft,
  drawing,
  listen,
  nextSlot,
  picturesOf,
  put,
  putFile,
  type SlotName,
  slots,
  stop,
  swapped,
  takeBox,
} from "./state.ts";
import { Tables } from "./tables.tsx";
import { COMPARE } from "./texts.ts";
import { ToCase } from "./to-case.tsx";
import { Verdict } from "./verdict.tsx";
import "../styles/compare.css";

/** The screen. */
export function CompareScreen() {
  useEffect(listen, []);
  useEffect(() => takesFiles({ words: COMPARE.drop, take: takeFiles }), []);
  useEffect(takeAddress, [query.value]);
  const one = current.value;
  // What is shown begins at its top, wherever the list was left.
  useEffect(() => document.getElementById("stage")?.scrollTo(0, 0), [one?.id]);
  useEffect(() => (one ? showsAbout(`${one.a.name} – ${one.b.name}`) : undefined), [one?.id]);
  if (!one) return <Start />;
  return one.state === "done" && one.report ? (
    <Done key={one.id} one={one} report={one.report} />
  ) : (
    <Waiting one={one} />
  );
}

/** Files go to the slot that they were dropped on, else to the next ones. */
function takeFiles(files: readonly File[], at: EventTarget | null): void {
  const slot = at instanceof Element ? at.closest<HTMLElement>("[data-slot]")?.dataset.slot : undefined;
  if (current.value) {
    close();
    slots.value = {};
  }
  run(async () => {
    const [first, second] = files;
    if (first) await putFile((slot as SlotName | undefined) ?? nextSlot(), first);
    if (second) await putFile(nextSlot(), second);
  });
}

/** Images that the address names: other screens send them here. */
function takeAddress(): void {
  const hash = /^[0-9a-f]{64}$/;
  for (const side of ["a", "b"] as const) {
    const image = query.value.get(side);
    if (!image || !hash.test(image) || slots.value[side]?.image === image) continue;
    if (current.value) close();
    put(side, { image, name: `${image.slice(0, 8)}…` });
    void nameOf(image).then((name) => {
      if (name && slots.value[side]?.image === image) put(side, { image, name });
    });
  }
}

/** What the library calls an image. */
async function nameOf(image: string): Promise<string | undefined> {
  const found = await ask<{ name?: string }>(`/library/images/${image}`).catch(() => undefined);
  return found?.name;
}

function Done({
  one,
  report,
}: {
  readonly one: ComparisonTask;
  readonly report: NonNullable<ComparisonTask["report"]>;
}) {
  const pictures = picturesOf(one);
  const kind = drawing.value;
  // One request as long as the same is drawn: a new one begins the box anew.
  const request = useMemo(() => kind && requestFor(kind), [kind]);
  return (
    <div class="compare">
      <div class="cmp-main">
        <Stage view={report} pictures={pictures} boxes={boxesOfDraft(one)} drawing={request}>
          <button type="button" class="button" onClick={() => turn()}>
            <Icon name="swap" /> {t(COMPARE.swap)}
          </button>
          <Menu
            label={t(COMPARE.export)}
            items={(
              [
                ["page.html", COMPARE.exportPage],
                ["figure.png", COMPARE.exportPng],
                ["figure.svg", COMPARE.exportSvg],
                ["report.json", COMPARE.exportJson],
              ] as const
            ).map(([file, words]) => ({
              label: t(words),
              act: () => save(`/api/v1/comparisons/${one.id}/files/${file}`),
            }))}
          />
        </Stage>
        <div class="cmp-labels">
          <PictureLabel side="A" facts={report.a} />
          <PictureLabel side="B" facts={report.b} />
        </div>
        <Ask />
        <Tables view={report} />
      </div>
      <div class="cmp-side">
        <Verdict view={report} pictures={pictures} />
        <ToCase comparison={one.id} />
        <p class="cmp-actions">
          <button type="button" class="button" onClick={other}>
            {t(COMPARE.two)}
          </button>
        </p>
      </div>
    </div>
  );
}

function requestFor(kind: DrawKind): Drawing {
  return {
    done: (box) => takeBox(kind, box, nameOfNext(kind)),
    cancel: () => {
      drawing.value = undefined;
    },
  };
}

/** What a drawn box is called until the user gives it a name. */
function nameOfNext(kind: DrawKind): string {
  const { regions, elements } = draft.value;
  return kind === "region"
    ? t(COMPARE.newRegion, { n: regions.length + 1 })
    : t(COMPARE.newElement, { n: elements.length + 1 });
}

function other(): void {
  close();
  slots.value = {};
}

/** The other way round: what A has that B lacks is not what B has that A lacks. */
function turn(): void {
  swapped();
  run(() => compare());
}

/** What is answered and what is asked now, over the first picture. */
function boxesOfDraft({ report }: ComparisonTask): ShownBox[] {
  const { regions, elements, mark } = draft.value;
  const answered = report?.watermark;
  const box = mark?.by === "box" ? mark.box : mark && answered ? answered.box : undefined;
  return [
    ...regions.map((one): ShownBox => ({ kind: "region", ...one })),
    ...elements.map(({ generic, ...one }): ShownBox => ({ kind: generic ? "generic" : "element", ...one })),
    ...(box ? [{ kind: "mark", name: "", box } as const] : []),
  ];
}

/** Saves a file of the server under the name that it gives. */
function save(address: string): void {
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = "";
  anchor.click();
}

const STAGES = [
  ["text", COMPARE.stageText],
  ["posts", COMPARE.stagePosts],
  ["comparing", COMPARE.stageComparing],
  ["drawing", COMPARE.stageDrawing],
  ["writing", COMPARE.stageWriting],
] as const;

function Waiting({ one }: { readonly one: ComparisonTask }) {
  const { id, state, stage, error, mark } = one;
  const isOver = state !== "queued" && state !== "running";
  const seconds = useSeconds(state === "running");
  const shown = STAGES.filter(([name]) => (name !== "text" && name !== "posts") || name === mark?.by);
  const at = shown.findIndex(([name]) => name === stage);
  return (
    <div class="compare">
      <div class="cmp-main">
        <div class="cmp-look">
          <div class="cmp-stage waiting">
            {([one.a, one.b] as const).map(({ image, name }) => (
              <img key={image} src={picturesOf(one)[image === one.a.image ? "a" : "b"]} alt={name} />
            ))}
          </div>
        </div>
      </div>
      <div class="cmp-side">
        <div class="cmp-working">
          {isOver ? null : (
            <div role="status" class="cmp-working">
              <h2 class="serif">{t(state === "queued" ? COMPARE.queued : COMPARE.running)}</h2>
              <progress aria-label={t(COMPARE.running)} {...(at >= 0 && { max: shown.length, value: at })} />
              <ol>
                {shown.map(([name, words], i) => (
                  <li key={name} class={i === at ? "now" : i < at ? "past" : ""}>
                    {t(words)}
                  </li>
                ))}
              </ol>
            </div>
          )}
          {state === "running" ? <p class="note">{t(COMPARE.elapsed, { s: seconds })}</p> : null}
          {link.value === "gone" && !isOver ? <p role="status">{t(COMPARE.gone)}</p> : null}
          {state === "stopped" ? <p>{t(COMPARE.stopped)}</p> : null}
          {error ? (
            <p role="alert">
              <b>{t(COMPARE.failed)}</b> {faultWords(error)} <span class="mono quiet">{error.code}</span>
            </p>
          ) : null}
          <p class="cmp-actions">
            {isOver ? (
              <button type="button" class="button primary" onClick={() => run(() => compare())}>
                <Icon name="again" /> {t(COMPARE.again)}
              </button>
            ) : (
              <button type="button" class="button" onClick={() => run(() => stop(id))}>
                {t(COMPARE.stop)}
              </button>
            )}
            {isOver ? (
              <button type="button" class="button" onClick={close}>
                {t(COMPARE.two)}
              </button>
            ) : null}
          </p>
        </div>
      </div>
      {isOver ? <Ask /> : null}
    </div>
  );
}

/** Whole seconds since something began to run. */
function useSeconds(isRunning: boolean): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (!isRunning) return;
    setSeconds(0);
    const timer = setInterval(() => setSeconds((n) => n + 1), 1_000);
    return () => clearInterval(timer);
  }, [isRunning]);
  return seconds;
}
