/** Drawing a box on the first picture, by pointer or by keys. */

import { useEffect, useState } from "preact/hooks";
import type { Box } from "../../compare/pair/geometry.ts";
import type { Point } from "../../compare/pair/transform.ts";
import { boxIn, inPane, inPicture, type Placed, type Size } from "./viewport.ts";

/** A box that is asked for. */
export interface Drawing {
  readonly done: (box: Box) => void;
  readonly cancel: () => void;
}

/** A box while it is drawn. */
export interface Draw extends Drawing {
  readonly box: Box;
  readonly setBox: (box: Box) => void;
  readonly size: Size;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** The box that is drawn now; it begins in the middle of what is seen. */
export function useDrawing(drawing: Drawing | undefined, size: Size, placed: Placed, pane: Size): Draw | undefined {
  const [box, setBox] = useState<Box>([0, 0, 4, 4]);
  useEffect(() => {
    if (!drawing) return;
    const seen = (share: number): Point => inPicture(placed, [pane.width * share, pane.height * share]);
    setBox(boxIn(size, seen(0.375), seen(0.625)));
  }, [drawing]);
  if (!drawing) return undefined;
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = event.key === "Enter" || event.key === "Escape" ? undefined : keyed(event, box, size);
    if (event.key === "Enter") drawing.done(box);
    else if (event.key === "Escape") drawing.cancel();
    else if (next) setBox(next);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return { ...drawing, box, setBox, size, onKeyDown };
}

const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The box after an arrow key: moved by a fiftieth of the side, or by a pixel with Alt; with Shift it grows or shrinks. */
function keyed({ key, shiftKey, altKey }: KeyboardEvent, [x, y, w, h]: Box, size: Size): Box | undefined {
  const way = ARROWS[key];
  if (!way) return undefined;
  const step = altKey ? 1 : Math.max(1, Math.round(Math.min(size.width, size.height) / 50));
  const [dx, dy] = [way[0] * step, way[1] * step];
  if (shiftKey) return boxIn(size, [x, y], [Math.max(x + 4, x + w + dx), Math.max(y + 4, y + h + dy)]);
  const [left, top] = [Math.min(size.width - w, Math.max(0, x + dx)), Math.min(size.height - h, Math.max(0, y + dy))];
  return [left, top, w, h];
}

/** Least way of the pointer, in screen pixels, that is a box and no click. */
const LEAST = 5;

/** Draws from where the pointer went down to where it is let go. */
export function drawBox(event: PointerEvent, toPicture: (at: Point) => Point, draw: Draw): void {
  if (event.button !== 0) return;
  const view = event.currentTarget as HTMLElement;
  const { left, top } = view.getBoundingClientRect();
  const at = ({ clientX, clientY }: PointerEvent): Point => toPicture([clientX - left, clientY - top]);
  const from = at(event);
  view.setPointerCapture(event.pointerId);
  let box: Box | undefined;
  const move = (now: PointerEvent): void => {
    const far = Math.abs(now.clientX - event.clientX) + Math.abs(now.clientY - event.clientY) >= LEAST;
    if (!far) return;
    box = boxIn(draw.size, from, at(now));
    draw.setBox(box);
  };
  const end = (): void => {
    view.removeEventListener("pointermove", move);
    if (box) draw.done(box);
  };
  view.addEventListener("pointermove", move);
  view.addEventListener("lostpointercapture", end, { once: true });
}

/** The box over its picture. */
export function DrawnBox({ box: [x, y, w, h], placed }: { readonly box: Box; readonly placed: Placed }) {
  const [left, top] = inPane(placed, [x, y]);
  const { scale } = placed;
  return (
    <i
      class="cmp-drawn"
      style={{ left: `${left}px`, top: `${top}px`, width: `${w * scale}px`, height: `${h * scale}px` }}
    >
      <span class="mono">{`${x}, ${y}, ${w} × ${h}`}</span>
    </i>
  );
}
