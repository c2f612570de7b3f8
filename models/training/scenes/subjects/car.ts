/** A round little car, driving to the right. */

import { darker, hex, lighter, WHITE } from "../colour.ts";
import { blob, box, ellipse, polygon } from "../path.ts";
import { body, bright, glow, patch, shape } from "../pen.ts";
import type { Subject } from "./subject.ts";

const BODY = blob(
  [-1.08, -0.26],
  [-1.1, -0.62],
  [-0.94, -0.84],
  [-0.7, -1.3],
  [-0.2, -1.46],
  [0.24, -1.4],
  [0.56, -0.94],
  [0.98, -0.78],
  [1.12, -0.5],
  [1.08, -0.24],
  [0.4, -0.2],
  [-0.5, -0.2],
);
const GLASS = hex("c9f0fb");
const TYRE = hex("40385a");

export const car: Subject = {
  head: { x: -0.1, y: -1.44, width: 0.8 },
  neck: { x: 0, y: -0.78, width: 1.9 },
  back: { x: -0.2, y: -1.05, width: 1.2 },
  hand: { x: 0.74, y: -0.86 },
  feet: [-0.9, 0.9],
  draw(pen, colour) {
    body(pen, BODY, colour, blob([-1.3, -0.1], [-1.3, -0.5], [0, -0.42], [1.3, -0.5], [1.3, -0.1]));
    shape(pen, blob([-0.76, -0.86], [-0.58, -1.2], [-0.24, -1.28], [-0.18, -0.88]), GLASS);
    shape(pen, blob([-0.04, -0.88], [-0.06, -1.28], [0.16, -1.24], [0.4, -0.9]), GLASS);
    patch(pen, polygon([-0.6, -0.92], [-0.42, -1.2], [-0.32, -1.22], [-0.5, -0.92]), WHITE, 0.7);
    patch(pen, box(-0.12, -0.7, 0.2, 0.06, 0.03), darker(colour, 0.4));
    shape(pen, box(0.88, -0.4, 0.28, 0.14, 0.06), hex("d9dfeb"));
    shape(pen, box(-1.16, -0.4, 0.28, 0.14, 0.06), hex("d9dfeb"));
    shape(pen, ellipse(0.92, -0.6, 0.13, 0.14), hex("fff3b0"));
    if (pen.light.dark) {
      bright(pen, ellipse(0.92, -0.6, 0.09, 0.1), hex("fff3b0"));
      glow(pen, 1.05, -0.58, 0.6, hex("fff3b0"), 0.65);
    }
    for (const x of [-0.58, 0.56]) {
      shape(pen, ellipse(x, -0.26, 0.29, 0.28), TYRE);
      patch(pen, ellipse(x, -0.26, 0.15, 0.15), lighter(colour, 0.75));
      patch(pen, ellipse(x, -0.26, 0.06, 0.06), TYRE);
    }
  },
};
