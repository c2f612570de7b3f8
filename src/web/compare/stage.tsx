/** The two pictures to look at: side by side with matched places, under a slider, flickering, or with the map of differences. */

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { PAGE_TEXTS } from "../../compare/pair/page-texts.ts";
import type { Point } from "../../compare/pair/transform.ts";
import { apply } from "../../compare/pair/transform.ts";
import type { ComparisonView } from "../../compare/pair/view.ts";
import { t } from "../language.ts";
import { Icon } from "../parts/icon.tsx";
import { type Drawing, DrawnBox, drawBox, useDrawing } from "./drawing.tsx";
import { Overlay, type ShownBox } from "./overlay.tsx";
import { STAGE } from "./stage-texts.ts";
import {
  bounded,
  cssMatrix,
  inPicture,
  type Pairing,
  type Pane,
  type Placed,
  pairingOf,
  placedPair,
  placedSingle,
  type Size,
  scaleText,
  settled,
  stepped,
  type View,
} from "./viewport.ts";

/** Ways to look. */
export const WAYS = ["points", "slider", "flicker", "difference"] as const;

/** One way to look. */
export type Way = (typeof WAYS)[number];

/** Addresses of the pictures. */
export interface StagePictures {
  readonly a: string;
  readonly b: string;
  readonly map?: string;
}

interface StageProps {
  readonly view: ComparisonView;
  readonly pictures: StagePictures;
  /** What is drawn over the first picture: regions, elements and the mark. */
  readonly boxes: readonly ShownBox[];
  /** A box that is being drawn, and where it goes. */
  readonly drawing?: Drawing | undefined;
  readonly children?: ComponentChildren;
}

/** How long each picture stands: slower than three a second, below what can harm. */
const FLICKER_MS = 600;
/** Share of a pane that an arrow key moves. */
const STEP = 0.1;
/** From this scale on pixels are shown as squares, and from the other on with a grid. */
const SQUARES = 1.99;
const GRID = 7.9;

/** Shows them. Drag, scroll, pinch or keys move and zoom both together. */
export function Stage({ view: shown, pictures, boxes, drawing, children }: StageProps) {
  const [way, setWay] = useState<Way>(
    matchMedia("(max-width: 640px)").matches && shown.transform ? "slider" : "points",
  );
  const [view, setView] = useState<View>({ scale: "fit", centre: [0, 0] });
  const root = useRef<HTMLDivElement>(null);
  const byKey = useRef(false);
  const panes = usePanes(root, way);
  const pairing = pairingOf(shown);
  const ways = WAYS.filter((one) => one === "points" || (one === "difference" ? pictures.map : shown.transform));
  const single = way !== "points";
  const pane = panes[0] ?? { x: 0, y: 0, width: 1, height: 1 };
  const moves = movesOf(pairing, setView, pane, single);
  useEffect(() => {
    if (drawing && way !== "points") setWay("points");
  }, [drawing, way]);
  useEffect(() => {
    // Another way has other panes: the keys stay with the pictures.
    if (byKey.current) root.current?.querySelector<HTMLElement>(".cmp-pane")?.focus();
    byKey.current = false;
  }, [way]);
  const keys = (event: KeyboardEvent): void => {
    // The slider and the menu have keys of their own.
    if (event.defaultPrevented || event.target instanceof HTMLInputElement) return;
    if (event.ctrlKey || event.metaKey || event.altKey || drawing) return;
    const to = { p: "points", s: "slider", f: "flicker", d: "difference" }[event.key.toLowerCase()] as Way | undefined;
    const act = to && ways.includes(to) ? () => setWay(to) : moves.key(event.key);
    if (!act) return;
    event.preventDefault();
    byKey.current = to !== undefined;
    act();
  };
  const props = { pairing, view, pictures, shown, pane, moves };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the pictures inside
    <div class="cmp-look" onKeyDown={keys}>
      <div class={`cmp-stage ${way}`} ref={root}>
        {single ? <Single {...props} way={way} /> : <Pair {...props} panes={panes} boxes={boxes} drawing={drawing} />}
      </div>
      <div class="cmp-bar">
        <span class="joined" role="group" aria-label={t(STAGE.ways)}>
          {ways.map((one) => (
            <button key={one} type="button" aria-pressed={way === one} onClick={() => setWay(one)}>
              {t(PAGE_TEXTS[one])}
            </button>
          ))}
        </span>
        <span class="joined" role="group" aria-label={t(STAGE.zoom)}>
          {(["fit", 1, 8] as const).map((scale) => (
            <button key={scale} type="button" aria-pressed={view.scale === scale} onClick={moves.to(scale)}>
              {scale === "fit" ? t(STAGE.fit) : `${scale}:1`}
            </button>
          ))}
          <button type="button" class="sign" aria-label={t(STAGE.out)} title={t(STAGE.out)} onClick={moves.step(-1)}>
            <Icon name="minus" />
          </button>
          <button type="button" class="sign" aria-label={t(STAGE.in)} title={t(STAGE.in)} onClick={moves.step(1)}>
            <Icon name="plus" />
          </button>
        </span>
        <span class="note cmp-together">{t(STAGE.together)}</span>
        {children}
      </div>
      {single && way !== "difference" ? null : <Legend way={way} shown={shown} />}
    </div>
  );
}

/** Measures the panes as they are. */
function usePanes(root: { readonly current: HTMLDivElement | null }, way: Way): readonly Pane[] {
  const [panes, setPanes] = useState<readonly Pane[]>([]);
  useLayoutEffect(() => {
    const stage = root.current;
    if (!stage) return;
    const measure = (): void => {
      const own = stage.getBoundingClientRect();
      setPanes(
        [...stage.querySelectorAll(".cmp-pane")].map((one) => {
          const { left, top, width, height } = one.getBoundingClientRect();
          return { x: left - own.left, y: top - own.top, width, height };
        }),
      );
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(stage);
    return () => watch.disconnect();
  }, [way]);
  return panes;
}

/** What moves and zooms. */
interface Moves {
  readonly key: (key: string) => (() => void) | undefined;
  readonly to: (scale: "fit" | number) => () => void;
  readonly step: (way: 1 | -1) => () => void;
  /** Moves by screen pixels, seen in the first or the second picture. */
  readonly by: (dx: number, dy: number, side: "a" | "b") => void;
  /** Zooms by a factor around a place of a pane. */
  readonly zoom: (factor: number, at: Point, side: "a" | "b") => void;
}

function movesOf(pairing: Pairing, setView: (next: (view: View) => View) => void, pane: Size, single: boolean): Moves {
  type Settled = ReturnType<typeof settled>;
  // Each move starts from the view as it is then: a pointer may tell several between two drawings of the stage.
  const change = (next: (now: Settled) => Settled): void =>
    setView((view) => {
      const { scale, centre } = next(settled(pairing, view, pane, single));
      const { width, height } = pairing.a;
      return { scale, centre: [Math.min(width, Math.max(0, centre[0])), Math.min(height, Math.max(0, centre[1]))] };
    });
  const to = (scale: "fit" | number) => () =>
    scale === "fit" ? setView(() => ({ scale, centre: [0, 0] })) : change(({ centre }) => ({ scale, centre }));
  const step = (way: 1 | -1) => () => change(({ scale, centre }) => ({ scale: stepped(scale, way), centre }));
  /** The centre after a move by pixels of the screen, seen in one of the pictures. */
  const moved = ({ scale, centre }: Settled, [dx, dy]: Point, side: "a" | "b"): Point => {
    if (side === "a") return [centre[0] + dx / scale, centre[1] + dy / scale];
    const [x, y] = apply(pairing.toB, ...centre);
    const k = scale / pairing.ratio;
    return apply(pairing.toA, x + dx / k, y + dy / k);
  };
  const by = (dx: number, dy: number, side: "a" | "b"): void =>
    change((now) => ({ scale: now.scale, centre: moved(now, [-dx, -dy], side) }));
  const zoom = (factor: number, [px, py]: Point, side: "a" | "b"): void =>
    change((now) => {
      const scale = bounded(now.scale * factor);
      const part = 1 - now.scale / scale;
      const offset: Point = [(px - pane.width / 2) * part, (py - pane.height / 2) * part];
      return { scale, centre: moved(now, offset, side) };
    });
  const side = single ? "b" : "a";
  const [w, h] = [pane.width * STEP, pane.height * STEP];
  const keys: Readonly<Record<string, () => void>> = {
    "0": to("fit"),
    "1": to(1),
    "8": to(8),
    "+": step(1),
    "=": step(1),
    "-": step(-1),
    ArrowLeft: () => by(w, 0, side),
    ArrowRight: () => by(-w, 0, side),
    ArrowUp: () => by(0, h, side),
    ArrowDown: () => by(0, -h, side),
  };
  return { key: (key) => keys[key], to, step, by, zoom };
}

interface PaneProps {
  readonly pairing: Pairing;
  readonly view: View;
  readonly pictures: StagePictures;
  readonly shown: ComparisonView;
  readonly pane: Pane;
  readonly moves: Moves;
}

function Pair({
  pairing,
  view,
  pictures,
  shown,
  pane,
  moves,
  panes,
  boxes,
  drawing,
}: PaneProps & {
  readonly panes: readonly Pane[];
  readonly boxes: readonly ShownBox[];
  readonly drawing: Drawing | undefined;
}) {
  const placed = placedPair(pairing, view, pane);
  const draw = useDrawing(drawing, pairing.a, placed.a, pane);
  return (
    <>
      {(["a", "b"] as const).map((side) => {
        const { scale } = placed[side];
        const facts = shown[side];
        const isDrawn = side === "a" && draw !== undefined;
        return (
          <div
            key={side}
            class={`cmp-pane${isDrawn ? " drawing" : ""}`}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move and zoom it
            tabIndex={0}
            role="group"
            aria-label={t(side === "a" ? STAGE.first : STAGE.second, { name: facts.file })}
            aria-describedby={isDrawn ? "cmp-draw-help" : undefined}
            onKeyDown={isDrawn ? draw.onKeyDown : undefined}
            onPointerDown={(event) =>
              isDrawn ? drawBox(event, (at) => inPicture(placed.a, at), draw) : drag(event, side, moves)
            }
            onWheel={(event) => wheel(event, side, moves, view)}
          >
            <Layer size={pairing[side]} placed={placed[side]} src={pictures[side]} alt={altOf(facts)} />
            <span class="cmp-scale mono">{scaleText(scale)}</span>
            {isDrawn ? <DrawnBox box={draw.box} placed={placed.a} /> : null}
          </div>
        );
      })}
      {panes.length === 2 ? (
        <Overlay shown={shown} pairing={pairing} placed={placed} panes={[panes[0]!, panes[1]!]} boxes={boxes} />
      ) : null}
    </>
  );
}

function altOf({ file, width, height }: ComparisonView["a"]): string {
  return `${file}, ${width} × ${height}`;
}

/** A picture at its place and scale. */
function Layer({
  size,
  placed: { scale, x, y },
  src,
  alt,
  children,
}: {
  readonly size: Size;
  readonly placed: Placed;
  readonly src: string;
  readonly alt: string;
  readonly children?: ComponentChildren;
}) {
  const { width, height } = size;
  return (
    <>
      <div
        class={`cmp-layer${scale >= SQUARES ? " squares" : ""}`}
        style={{ width: `${width}px`, height: `${height}px`, transform: `translate(${x}px, ${y}px) scale(${scale})` }}
      >
        <img src={src} alt={alt} draggable={false} />
        {children}
      </div>
      {scale >= GRID ? (
        <i
          class="cmp-grid"
          style={{ backgroundSize: `${scale}px ${scale}px`, backgroundPosition: `${x % scale}px ${y % scale}px` }}
        />
      ) : null}
    </>
  );
}

function Single({ pairing, view, pictures, shown, pane, moves, way }: PaneProps & { readonly way: Way }) {
  const [at, setAt] = useState(50);
  const [isFirst, setFirst] = useState(false);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  useEffect(() => {
    if (way !== "flicker" || still) return;
    const timer = setInterval(() => setFirst((now) => !now), FLICKER_MS);
    return () => clearInterval(timer);
  }, [way, still]);
  const placed = placedSingle(pairing, view, pane);
  const { width, height } = pairing.a;
  const clip = way === "slider" ? `inset(0 ${100 - at}% 0 0)` : isFirst ? "none" : "inset(0 100% 0 0)";
  return (
    <>
      <div
        class="cmp-pane"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move and zoom it
        tabIndex={0}
        role="group"
        aria-label={`${t(PAGE_TEXTS[way])}: ${shown.a.file}, ${shown.b.file}`}
        onPointerDown={(event) => drag(event, "b", moves)}
        onWheel={(event) => wheel(event, "b", moves, view)}
      >
        <Layer size={pairing.b} placed={placed} src={pictures.b} alt={altOf(shown.b)}>
          {way === "difference" && pictures.map ? (
            <img class="cmp-map" src={pictures.map} alt="" draggable={false} />
          ) : null}
        </Layer>
        {way === "slider" || way === "flicker" ? (
          <div class="cmp-over" style={{ clipPath: clip }}>
            <Layer size={pairing.b} placed={placed} src={pictures.b} alt="">
              <img
                class="cmp-laid"
                src={pictures.a}
                alt={altOf(shown.a)}
                draggable={false}
                style={{ width: `${width}px`, height: `${height}px`, transform: cssMatrix(pairing.toB) }}
              />
            </Layer>
          </div>
        ) : null}
        {way === "slider" ? <i class="cmp-line" style={{ left: `${at}%` }} /> : null}
        {way === "difference" ? <Differing shown={shown} placed={placed} /> : null}
        <span class="cmp-scale mono">{`B ${scaleText(placed.scale)}`}</span>
      </div>
      {way === "slider" ? (
        <input
          type="range"
          class="cmp-slide"
          aria-label={t(STAGE.slide)}
          min={0}
          max={100}
          value={at}
          onInput={(event) => setAt(event.currentTarget.valueAsNumber)}
        />
      ) : null}
      {way === "flicker" ? (
        <p class="note cmp-now">
          <span aria-hidden={!still}>{isFirst ? `A ${shown.a.file}` : `B ${shown.b.file}`}</span>{" "}
          {still ? (
            <button type="button" class="button" onClick={() => setFirst(!isFirst)}>
              {t(STAGE.swap)}
            </button>
          ) : null}
        </p>
      ) : null}
    </>
  );
}

/** The parts that differ, numbered as in the table. */
function Differing({ shown, placed }: { readonly shown: ComparisonView; readonly placed: Placed }) {
  const parts = shown.differences?.determined ? shown.differences.regions.slice(0, SHOWN_PARTS) : [];
  return (
    <svg class="cmp-parts" aria-hidden="true">
      {parts.map(({ box: [x, y, width, height] }, i) => {
        const { scale } = placed;
        const [left, top] = [placed.x + scale * x, placed.y + scale * y];
        return (
          <g key={`${x},${y}`}>
            <rect x={left} y={top} width={width * scale} height={height * scale} />
            <rect class="tab" x={left} y={top} width={18} height={16} />
            <text x={left + 9} y={top + 12} text-anchor="middle">
              {i + 1}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

/** Parts of the map that are outlined; the table has as many. */
export const SHOWN_PARTS = 12;

function Legend({ way, shown }: { readonly way: Way; readonly shown: ComparisonView }) {
  const { all, agree } = shown.matched;
  return (
    <p class="cmp-legend">
      {way === "difference" ? (
        <>
          <span>
            <i class="key different" /> {t(PAGE_TEXTS.different)}
          </span>
          <span>
            <i class="key uncertain" /> {t(PAGE_TEXTS.uncertain)}
          </span>
          <span>
            <i class="key same" /> {t(STAGE.same)}
          </span>
        </>
      ) : (
        <>
          {all > 0 ? <span>{t(PAGE_TEXTS.matches, { all, agree, astray: all - agree })}</span> : null}
          {shown.transform ? (
            <span>
              <i class="key lost" /> {t(PAGE_TEXTS.lost)}
            </span>
          ) : null}
        </>
      )}
    </p>
  );
}

/** Moves with the pointer; two fingers zoom. */
function drag(event: PointerEvent, side: "a" | "b", moves: Moves): void {
  const view = event.currentTarget as HTMLElement;
  if (event.button !== 0) return;
  fingers.set(event.pointerId, event);
  view.setPointerCapture(event.pointerId);
  if (fingers.size > 1) return;
  const move = (now: PointerEvent): void => {
    const before = fingers.get(now.pointerId);
    if (!before) return;
    const other = [...fingers.values()].find(({ pointerId }) => pointerId !== now.pointerId);
    fingers.set(now.pointerId, now);
    if (other) moves.zoom(span(now, other) / Math.max(1, span(before, other)), placeIn(view, now), side);
    else moves.by(now.clientX - before.clientX, now.clientY - before.clientY, side);
  };
  const end = ({ pointerId }: PointerEvent): void => {
    fingers.delete(pointerId);
    if (fingers.size > 0) return;
    view.removeEventListener("pointermove", move);
    view.removeEventListener("lostpointercapture", end);
  };
  view.addEventListener("pointermove", move);
  view.addEventListener("lostpointercapture", end);
}

/** Pointers that are down. */
const fingers = new Map<number, PointerEvent>();

function span(one: PointerEvent, other: PointerEvent): number {
  return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
}

function placeIn(view: HTMLElement, { clientX, clientY }: MouseEvent): Point {
  const { left, top } = view.getBoundingClientRect();
  return [clientX - left, clientY - top];
}

/** Zooms with the control key (and by pinching a pad); moves where something is hidden. A page that shows all scrolls on. */
function wheel(event: WheelEvent, side: "a" | "b", moves: Moves, { scale }: View): void {
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    moves.zoom(2 ** (-event.deltaY / 200), placeIn(event.currentTarget as HTMLElement, event), side);
  } else if (scale !== "fit") {
    event.preventDefault();
    moves.by(-event.deltaX, -event.deltaY, side);
  }
}
