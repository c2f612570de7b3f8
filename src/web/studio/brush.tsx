/** The mask over the image to start from: painted with a pointer, or with a cursor that keys move. */

import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../language.ts";
import { Icon } from "../parts/icon.tsx";
import { imageUrl, initImage, maskMaker } from "./state.ts";
import { STUDIO } from "./texts.ts";

/** A place of the image, in its pixels. */
type Point = readonly [x: number, y: number];

/** Colour of painted places on the screen; the file that is sent is white on black. */
const PAINT = "#f2c14b";
/** Strokes that can be taken back. */
const MOST_STROKES = 30;
const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The board with its tools. */
export function Brush() {
  const { sha256, width, height } = initImage.value!;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState(Math.max(4, Math.round(width / 8)));
  const [erasing, setErasing] = useState(false);
  const { share, save, line, whole, undo, measure, isPainted } = useMask(canvas, width, height);
  const most = Math.max(4, Math.round(width / 2));
  const brush = { size, erasing };
  const [spot, setSpot] = useState<Point>([Math.floor(width / 2), Math.floor(height / 2)]);
  /** Whether the space bar holds the brush down. */
  const down = useRef(false);
  const [said, say] = useState("");
  const paint = (from: PointerEvent): void => {
    const view = canvas.current!;
    save();
    view.setPointerCapture(from.pointerId);
    const at = ({ clientX, clientY }: PointerEvent): Point => {
      const box = view.getBoundingClientRect();
      return [((clientX - box.left) / box.width) * width, ((clientY - box.top) / box.height) * height];
    };
    let last = at(from);
    const stroke = (event: PointerEvent): void => {
      const to = at(event);
      line(last, to, brush);
      last = to;
    };
    stroke(from);
    view.addEventListener("pointermove", stroke);
    view.addEventListener(
      "lostpointercapture",
      () => {
        view.removeEventListener("pointermove", stroke);
        measure();
      },
      { once: true },
    );
  };
  const tellSpot = ([x, y]: Point): void =>
    say(t(isPainted([x, y]) ? STUDIO.spotPainted : STUDIO.spotFree, { x: Math.floor(x), y: Math.floor(y) }));
  const move = ([dx, dy]: Point, step: number): void => {
    const within = (value: number, end: number): number => Math.min(end - 1, Math.max(0, value));
    const to: Point = [within(spot[0] + dx * step, width), within(spot[1] + dy * step, height)];
    if (down.current) line(spot, to, brush);
    setSpot(to);
    tellSpot(to);
  };
  const press = (): void => {
    if (down.current) return;
    down.current = true;
    save();
    line(spot, spot, brush);
    tellSpot(spot);
  };
  const lift = (): void => {
    if (!down.current) return;
    down.current = false;
    say(t(STUDIO.maskLabel, { share: measure() }));
  };
  const resize = (by: number): void => {
    const to = Math.min(most, Math.max(2, Math.round(size * by) + (by > 1 ? 1 : -1)));
    setSize(to);
    say(t(STUDIO.brushSize, { n: to }));
  };
  const choose = (erases: boolean): void => {
    setErasing(erases);
    say(t(erases ? STUDIO.erase : STUDIO.brush));
  };
  const onKey = (event: KeyboardEvent): void => {
    const { key } = event;
    const arrow = ARROWS[key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (arrow) move(arrow, event.shiftKey ? 1 : Math.max(1, Math.round(size / 2)));
    else if (key === " ") press();
    else if (key === "[") resize(0.8);
    else if (key === "]") resize(1.25);
    else if (key === "e" || key === "E") choose(!erasing);
    else if (key === "z" || key === "Z") say(t(STUDIO.maskLabel, { share: undo() }));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="brush">
      <div class="brush-board" style={{ aspectRatio: `${width} / ${height}` }}>
        <img src={imageUrl(sha256)} alt={t(STUDIO.startImage)} />
        {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: arrows and space are its own, not a reader's */}
        <canvas
          ref={canvas}
          width={width}
          height={height}
          role="application"
          tabIndex={0}
          aria-label={t(STUDIO.maskLabel, { share })}
          aria-describedby="brush-keys"
          onPointerDown={paint}
          onKeyDown={onKey}
          onKeyUp={(event) => event.key === " " && lift()}
          onBlur={lift}
        />
        <i
          class={`brush-spot${erasing ? " erasing" : ""}`}
          style={{
            left: `${((spot[0] + 0.5) / width) * 100}%`,
            top: `${((spot[1] + 0.5) / height) * 100}%`,
            width: `${(size / width) * 100}%`,
          }}
        />
      </div>
      <p class="note">
        {t(STUDIO.maskHint)} {share} %
      </p>
      <p class="note" id="brush-keys">
        {t(STUDIO.brushKeys)}
      </p>
      <p class="visually-hidden" role="status" aria-live="polite">
        {said}
      </p>
      <div class="brush-tools">
        <span class="joined">
          <button type="button" aria-pressed={!erasing} onClick={() => setErasing(false)}>
            {t(STUDIO.brush)}
          </button>
          <button type="button" aria-pressed={erasing} onClick={() => setErasing(true)}>
            {t(STUDIO.erase)}
          </button>
        </span>
        <input
          type="range"
          aria-label={t(STUDIO.brush)}
          min={2}
          max={most}
          value={size}
          style={{ "--share": `${(size / most) * 100}%` }}
          onInput={(event) => setSize(event.currentTarget.valueAsNumber)}
        />
        <button type="button" class="button" onClick={() => whole("xor")}>
          {t(STUDIO.invert)}
        </button>
        <button type="button" class="button" onClick={() => whole("destination-out")}>
          {t(STUDIO.clearMask)}
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label={t(STUDIO.undo)}
          title={t(STUDIO.undo)}
          onClick={() => undo()}
        >
          <Icon name="history" />
        </button>
      </div>
    </div>
  );
}

/** What is painted, and painting. */
function useMask(canvas: RefObject<HTMLCanvasElement>, width: number, height: number) {
  const [share, setShare] = useState(0);
  const strokes = useRef<ImageData[]>([]);
  const context = (): CanvasRenderingContext2D => canvas.current!.getContext("2d", { willReadFrequently: true })!;
  useEffect(() => {
    maskMaker.value = () => maskFile(canvas.current);
    return () => {
      maskMaker.value = undefined;
    };
  }, []);
  /** Works out which share of the image is painted, in percent. */
  const measure = (): number => {
    const { data } = context().getImageData(0, 0, width, height);
    let painted = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i]! > 127) painted++;
    const now = Math.round((painted / (width * height)) * 1000) / 10;
    setShare(now);
    return now;
  };
  const save = (): void => {
    strokes.current.push(context().getImageData(0, 0, width, height));
    if (strokes.current.length > MOST_STROKES) strokes.current.shift();
  };
  const line = (from: Point, to: Point, { size, erasing }: { size: number; erasing: boolean }): void => {
    const pen = context();
    pen.globalCompositeOperation = erasing ? "destination-out" : "source-over";
    pen.strokeStyle = PAINT;
    pen.fillStyle = PAINT;
    pen.lineWidth = size;
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(...to);
    pen.stroke();
    // A round end of its own: a line of no length has no caps.
    pen.beginPath();
    pen.arc(...to, size / 2, 0, 2 * Math.PI);
    pen.fill();
  };
  const whole = (mode: GlobalCompositeOperation): void => {
    save();
    const pen = context();
    pen.globalCompositeOperation = mode;
    pen.fillStyle = PAINT;
    pen.fillRect(0, 0, width, height);
    measure();
  };
  const undo = (): number => {
    const before = strokes.current.pop();
    if (before) context().putImageData(before, 0, 0);
    return measure();
  };
  const isPainted = ([x, y]: Point): boolean =>
    context().getImageData(Math.floor(x), Math.floor(y), 1, 1).data[3]! > 127;
  return { share, save, line, whole, undo, measure, isPainted };
}

/** The mask as a PNG: white where it was painted, black elsewhere. */
async function maskFile(canvas: HTMLCanvasElement | null): Promise<Blob | undefined> {
  if (!canvas) return undefined;
  const { width, height } = canvas;
  const out = new OffscreenCanvas(width, height);
  const from = canvas.getContext("2d")!.getImageData(0, 0, width, height);
  for (let i = 0; i < from.data.length; i += 4) {
    const value = from.data[i + 3]! > 127 ? 255 : 0;
    from.data.set([value, value, value, 255], i);
  }
  out.getContext("2d")!.putImageData(from, 0, 0);
  return out.convertToBlob({ type: "image/png" });
}
