/** A sailing boat with a pennant. */

import { darker, hex, lighter, PAPER } from "../colour.ts";
import { blob, box, curves, ellipse } from "../path.ts";
import { body, patch, patchWithin, rim, shape } from "../pen.ts";
import type { Subject } from "./subject.ts";

const HULL = curves(
  [-1.08, -0.58],
  [-0.4, -0.5],
  [0.5, -0.5],
  [1.14, -0.66],
  [1.06, -0.24],
  [0.8, 0],
  [0.4, 0],
  [0, 0.02],
  [-0.3, 0.02],
  [-0.62, 0],
  [-0.9, -0.04],
  [-1.04, -0.3],
  [-1.08, -0.58],
);
const MAIN = curves(
  [0.1, -1.92],
  [0.5, -1.6],
  [0.86, -1.2],
  [0.92, -0.74],
  [0.6, -0.68],
  [0.3, -0.68],
  [0.1, -0.7],
  [0.1, -1.1],
  [0.1, -1.5],
  [0.1, -1.92],
);
const JIB = curves(
  [-0.1, -1.78],
  [-0.36, -1.5],
  [-0.72, -1.1],
  [-0.82, -0.74],
  [-0.6, -0.7],
  [-0.3, -0.68],
  [-0.1, -0.7],
  [-0.1, -1.1],
  [-0.1, -1.4],
  [-0.1, -1.78],
);

export const boat: Subject = {
  head: { x: 0, y: -1.94, width: 0.5 },
  neck: { x: 0, y: -0.5, width: 1.7 },
  back: { x: 0, y: -0.7, width: 1.6 },
  hand: { x: 0.92, y: -0.6 },
  feet: [-0.7, 0.6],
  draw(pen, colour) {
    shape(pen, box(-0.06, -2.02, 0.12, 1.5, 0.03), hex("a9714a"));
    shape(pen, blob([0.04, -2.14], [0.2, -2.16], [0.42, -2.04], [0.2, -1.96], [0.04, -1.94]), hex("ffce4a"));
    body(pen, MAIN, colour, blob([0, -0.5], [0.1, -0.98], [0.5, -0.92], [1.1, -0.96], [1, -0.5]));
    shape(pen, JIB, PAPER);
    patchWithin(pen, box(-1, -1.2, 1, 0.16), JIB, lighter(colour, 0.15));
    rim(pen, JIB, PAPER);
    shape(pen, HULL, colour);
    patchWithin(pen, box(-1.3, -0.22, 2.6, 0.4), HULL, darker(colour, 0.42));
    patchWithin(pen, box(-1.3, -0.3, 2.6, 0.1), HULL, PAPER);
    rim(pen, HULL, colour);
    for (const x of [-0.5, 0.05, 0.6]) patch(pen, ellipse(x, -0.41, 0.07, 0.07), hex("fff0b8"));
  },
};
