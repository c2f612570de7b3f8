/** Target and run with one zoom and one pan: side by side, under a slider, flickering, as difference, or beside the control. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { ReproductionJob } from "../../server/reproduce/desk.ts";
import { t } from "../language.ts";
import { Hash } from "../parts/hash.tsx";
import { imageUrl } from "../studio/state.ts";
import { REPRODUCE } from "./texts.ts";

type Way = "sideBySide" | "slider" | "flicker" | "difference" | "controlPicture";

const WAYS: readonly Way[] = ["sideBySide", "slider", "flicker", "difference", "controlPicture"];

/** The pair. */
export function Pair({ one }: { readonly one: ReproductionJob }) {
  const [way, setWay] = useState<Way>("sideBySide");
  const [zoom, setZoom] = useState<"fit" | 1 | 8>("fit");
  const { drawn, difference, control } = one.pictures ?? {};
  const shown = WAYS.filter((name) =>
    name === "difference" ? difference : name === "controlPicture" ? control : name === "sideBySide" || drawn,
  );
  const target = imageUrl(one.image);
  const run = drawn && imageUrl(drawn);
  return (
    <section class="pair">
      <div class={`boards ${way}`}>
        {way === "slider" && run ? <Slider target={target} run={run} zoom={zoom} /> : null}
        {way === "flicker" && run ? <Flicker target={target} run={run} zoom={zoom} /> : null}
        {way === "sideBySide" ? <Boards left={target} right={run} zoom={zoom} one={one} /> : null}
        {way === "difference" && difference ? (
          <Boards left={target} right={imageUrl(difference)} zoom={zoom} one={one} />
        ) : null}
        {way === "controlPicture" && control ? (
          <Boards left={target} right={imageUrl(control)} zoom={zoom} one={one} />
        ) : null}
      </div>
      <div class="captions">
        <p>
          <b class="serif">{t(REPRODUCE.target)}</b> {one.name} <Hash hex={one.image} />
        </p>
        <p>
          <b class="serif">
            {t(
              way === "difference"
                ? REPRODUCE.difference
                : way === "controlPicture"
                  ? REPRODUCE.controlPicture
                  : REPRODUCE.run,
            )}
          </b>{" "}
          {one.report?.engine ? `${one.report.engine.name}, ${one.report.seconds.toFixed(1)} s` : ""}{" "}
          {drawn ? <Hash hex={drawn} /> : null}
        </p>
      </div>
      <div class="pair-tools">
        <span class="joined" role="group" aria-label={t(REPRODUCE.ways)}>
          {shown.map((name) => (
            <button key={name} type="button" aria-pressed={way === name} onClick={() => setWay(name)}>
              {t(REPRODUCE[name])}
            </button>
          ))}
        </span>
        <span class="joined" role="group" aria-label={t(REPRODUCE.zoom)}>
          {(["fit", 1, 8] as const).map((scale) => (
            <button key={scale} type="button" aria-pressed={zoom === scale} onClick={() => setZoom(scale)}>
              {scale === "fit" ? t(REPRODUCE.fit) : `${scale}:1`}
            </button>
          ))}
        </span>
        <span class="note together">{t(REPRODUCE.same)}</span>
      </div>
    </section>
  );
}

type Zoom = "fit" | 1 | 8;

/** A picture at a zoom: whole numbers where it is small enough to be enlarged. */
function Board(props: { readonly src: string; readonly alt: string; readonly zoom: Zoom; readonly over?: string }) {
  const { src, alt, zoom, over } = props;
  const [size, setSize] = useState({ width: 1, height: 1 });
  const [box, setBox] = useState({ width: 1, height: 1 });
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const view = root.current?.parentElement;
    if (!view) return;
    const watch = new ResizeObserver(() => setBox({ width: view.clientWidth, height: view.clientHeight }));
    watch.observe(view);
    return () => watch.disconnect();
  }, []);
  const fitted = Math.min(box.width / size.width, box.height / size.height);
  const scale = zoom === "fit" ? (fitted >= 2 ? Math.floor(fitted) : Math.min(1, fitted)) : zoom;
  const style = { width: `${size.width * scale}px`, height: `${size.height * scale}px` };
  return (
    <div class="board" ref={root} style={style}>
      <img
        src={src}
        alt={alt}
        class={scale >= 2 ? "pixelated" : ""}
        draggable={false}
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
          setSize({ width: naturalWidth, height: naturalHeight })
        }
      />
      {over === undefined ? null : (
        <img src={over} alt="" class={`over${scale >= 2 ? " pixelated" : ""}`} draggable={false} />
      )}
    </div>
  );
}

function Boards(props: {
  readonly left: string;
  readonly right: string | undefined;
  readonly zoom: Zoom;
  readonly one: ReproductionJob;
}) {
  const { left, right, zoom, one } = props;
  const root = useRef<HTMLDivElement>(null);
  const follow = (event: Event): void => {
    const from = event.currentTarget as HTMLElement;
    for (const other of root.current?.querySelectorAll<HTMLElement>(".pan") ?? []) {
      if (other === from) continue;
      other.scrollLeft = from.scrollLeft;
      other.scrollTop = from.scrollTop;
    }
  };
  return (
    <div class="two" ref={root}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must be able to */}
      <div class="pan" onScroll={follow} tabIndex={0} role="region" aria-label={t(REPRODUCE.target)}>
        <Board src={left} alt={one.name} zoom={zoom} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must be able to */}
      <div class="pan" onScroll={follow} tabIndex={0} role="region" aria-label={t(REPRODUCE.run)}>
        {right ? <Board src={right} alt={t(REPRODUCE.run)} zoom={zoom} /> : <Waiting one={one} />}
      </div>
    </div>
  );
}

function Waiting({ one }: { readonly one: ReproductionJob }) {
  const { state, stage, step, steps } = one;
  const words =
    state === "queued"
      ? REPRODUCE.queued
      : state === "running"
        ? REPRODUCE[stage ?? "running"]
        : REPRODUCE.notReproducible;
  return (
    <div class="waiting" role="status">
      <p>{t(words)}</p>
      {state === "running" && steps ? (
        <>
          <progress max={steps} value={step ?? 0} aria-label={t(words)} />
          <p class="note">{t(REPRODUCE.stepOf, { step: step ?? 0, steps })}</p>
        </>
      ) : null}
    </div>
  );
}

function Slider({ target, run, zoom }: { readonly target: string; readonly run: string; readonly zoom: Zoom }) {
  const [at, setAt] = useState(50);
  return (
    <div class="single" style={{ "--at": `${at}%` }}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must be able to */}
      <div class="pan" tabIndex={0} role="region" aria-label={t(REPRODUCE.slider)}>
        <Board src={target} alt={t(REPRODUCE.target)} over={run} zoom={zoom} />
      </div>
      <input
        type="range"
        aria-label={t(REPRODUCE.sliderLabel)}
        min={0}
        max={100}
        value={at}
        style={{ "--share": `${at}%` }}
        onInput={(event) => setAt(event.currentTarget.valueAsNumber)}
      />
    </div>
  );
}

/** How long each picture stands: slower than three a second, below what can harm. */
const FLICKER_MS = 600;

function Flicker({ target, run, zoom }: { readonly target: string; readonly run: string; readonly zoom: Zoom }) {
  const [isRun, setIsRun] = useState(false);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  useEffect(() => {
    if (still) return;
    const timer = setInterval(() => setIsRun((now) => !now), FLICKER_MS);
    return () => clearInterval(timer);
  }, [still]);
  return (
    <div class={`single flicker${isRun ? " is-run" : ""}`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must be able to */}
      <div class="pan" tabIndex={0} role="region" aria-label={t(REPRODUCE.flicker)}>
        <Board src={target} alt={t(REPRODUCE.target)} over={run} zoom={zoom} />
      </div>
      <p class="note">
        {t(isRun ? REPRODUCE.run : REPRODUCE.target)}{" "}
        {still ? (
          <>
            {t(REPRODUCE.flickerStill)}{" "}
            <button type="button" class="button" onClick={() => setIsRun(!isRun)}>
              {t(REPRODUCE.swap)}
            </button>
          </>
        ) : null}
      </p>
    </div>
  );
}
