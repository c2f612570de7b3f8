/** What every subject tells about itself, so that hats, skis and wings fit it. */

import type { Rgb } from "../canvas.ts";
import type { Pen } from "../pen.ts";

/** A point with the width of the body there, in the subject's units. */
interface Anchor {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** A drawing within x -1 … 1, with its feet at y = 0 and its top near y = -2. */
export interface Subject {
  readonly head: Anchor;
  readonly neck: Anchor;
  readonly back: Anchor;
  /** Where a hand would hold something, to the right of the body. */
  readonly hand: { readonly x: number; readonly y: number };
  /** Left and right end of what stands on the ground. */
  readonly feet: readonly [number, number];
  draw(pen: Pen, colour: Rgb): void;
}
