/** A tin robot with a heart on its chest. */

import { darker, hex, lighter } from "../colour.ts";
import { blob, box, ellipse, polygon, through } from "../path.ts";
import { body, bright, limb, line, patch, rim, shape } from "../pen.ts";
import type { Subject } from "./subject.ts";

const METAL = hex("b9c4d6");
const SCREEN = hex("3b3560");
const GLOW = hex("8ff7ea");
const CHEST = box(-0.52, -1.08, 1.04, 0.82, 0.14);
const HEAD = box(-0.6, -1.9, 1.2, 0.76, 0.16);

export const robot: Subject = {
  head: { x: 0, y: -1.88, width: 0.95 },
  neck: { x: 0, y: -1.1, width: 0.9 },
  back: { x: 0, y: -0.8, width: 1.0 },
  hand: { x: 0.84, y: -0.6 },
  feet: [-0.5, 0.5],
  draw(pen, colour) {
    for (const s of [-1, 1]) {
      limb(pen, through([s * 0.5, -0.92], [s * 0.78, -0.84], [s * 0.82, -0.58]), METAL, 0.15 * scale(pen));
      shape(pen, ellipse(s * 0.83, -0.52, 0.14, 0.14), colour);
      shape(pen, box(s * 0.28 - 0.13, -0.36, 0.26, 0.3, 0.04), METAL);
      shape(
        pen,
        blob(
          [s * 0.28 - 0.22, 0],
          [s * 0.28 - 0.2, -0.18],
          [s * 0.28, -0.22],
          [s * 0.28 + 0.2, -0.18],
          [s * 0.28 + 0.22, 0],
        ),
        darker(colour, 0.22),
      );
      shape(pen, box(s * 0.66 - 0.1, -1.66, 0.2, 0.3, 0.06), METAL);
    }
    line(pen, through([0, -1.85], [0, -2.12]), darker(METAL, 0.4), pen.line * 1.4);
    shape(pen, ellipse(0, -2.16, 0.1, 0.1), hex("ffce4a"));
    body(pen, CHEST, colour, box(-0.6, -1.2, 0.3, 1.1));
    body(pen, HEAD, colour, box(-0.7, -2, 0.28, 1));
    patch(pen, box(-0.34, -0.98, 0.68, 0.6, 0.08), lighter(colour, 0.55));
    patch(pen, blob([0, -0.74], [0.12, -0.84], [0.2, -0.7], [0, -0.48], [-0.2, -0.7], [-0.12, -0.84]), hex("f2557a"));
    rim(pen, HEAD, colour);
    shape(pen, box(-0.46, -1.76, 0.92, 0.48, 0.12), SCREEN);
    for (const s of [-1, 1]) bright(pen, ellipse(s * 0.2, -1.57, 0.09, 0.12), GLOW);
    bright(pen, polygon([-0.12, -1.4], [0.12, -1.4], [0.06, -1.35], [-0.06, -1.35]), GLOW);
  },
};

/** Widths of limbs grow with the drawing: 128-pixel pixels per drawing unit. */
function scale(pen: { readonly matrix: { readonly a: number; readonly b: number }; readonly unit: number }): number {
  const { a, b } = pen.matrix;
  return Math.sqrt(a * a + b * b) / pen.unit;
}
