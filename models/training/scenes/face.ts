/** Eyes, cheeks and mouths that the animals share. */

import type { Rgb } from "./canvas.ts";
import { hex, INK, WHITE } from "./colour.ts";
import { ellipse, through } from "./path.ts";
import { line, type Pen, patch } from "./pen.ts";

const CHEEK = hex("ff8f9c");

/** A dark eye with a light in it, of half-height r. */
export function eye(pen: Pen, x: number, y: number, r: number): void {
  patch(pen, ellipse(x, y, r * 0.86, r), INK);
  patch(pen, ellipse(x + r * 0.28, y - r * 0.36, r * 0.36, r * 0.36), WHITE);
}

/** Two eyes, rosy cheeks and a smile, centred on (x, y), `width` from eye to eye. */
export function face(pen: Pen, x: number, y: number, width: number, cheek: Rgb = CHEEK): void {
  const half = width / 2;
  eye(pen, x - half, y, width * 0.19);
  eye(pen, x + half, y, width * 0.19);
  patch(pen, ellipse(x - half * 1.5, y + width * 0.32, width * 0.19, width * 0.12), cheek, 0.75);
  patch(pen, ellipse(x + half * 1.5, y + width * 0.32, width * 0.19, width * 0.12), cheek, 0.75);
  const mouth = through(
    [x - width * 0.16, y + width * 0.3],
    [x, y + width * 0.42],
    [x + width * 0.16, y + width * 0.3],
  );
  line(pen, mouth, INK, pen.line * 0.8);
}
