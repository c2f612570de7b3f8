/** A mushroom with a friendly stem, and a small one beside it. */

import { darker, hex, PAPER } from "../colour.ts";
import { face } from "../face.ts";
import { blob, ellipse } from "../path.ts";
import { body, patchWithin, rim, shape } from "../pen.ts";
import type { Subject } from "./subject.ts";

const STEM = blob(
  [-0.36, -0.9],
  [0.36, -0.9],
  [0.42, -0.4],
  [0.5, -0.06],
  [0.3, 0],
  [-0.3, 0],
  [-0.5, -0.06],
  [-0.42, -0.4],
);
const CAP = blob(
  [-1.02, -0.86],
  [-0.92, -1.36],
  [-0.52, -1.78],
  [0, -1.92],
  [0.52, -1.78],
  [0.92, -1.36],
  [1.02, -0.86],
  [0.6, -0.74],
  [0, -0.7],
  [-0.6, -0.74],
);
const SMALL_CAP = blob([0.56, -0.34], [0.62, -0.56], [0.82, -0.64], [1.02, -0.56], [1.08, -0.34], [0.82, -0.28]);

export const mushroom: Subject = {
  head: { x: 0, y: -1.82, width: 1.0 },
  neck: { x: 0, y: -0.68, width: 0.85 },
  back: { x: 0, y: -0.9, width: 1.3 },
  hand: { x: 0.48, y: -0.5 },
  feet: [-0.5, 0.5],
  draw(pen, colour) {
    shape(pen, blob([0.74, -0.36], [0.9, -0.36], [0.94, 0], [0.7, 0]), PAPER);
    shape(pen, SMALL_CAP, colour);
    body(pen, STEM, PAPER, blob([-0.7, -1], [-0.24, -0.9], [-0.28, -0.3], [-0.2, 0.1], [-0.7, 0.1]));
    shape(pen, CAP, colour);
    patchWithin(
      pen,
      blob([-1.2, -1.1], [-0.5, -0.98], [0, -0.94], [0.5, -0.98], [1.2, -1.1], [1.2, -0.6], [-1.2, -0.6]),
      CAP,
      darker(colour, 0.3),
      0.6,
    );
    for (const [x, y, r] of [
      [-0.52, -1.28, 0.19],
      [0.06, -1.56, 0.2],
      [0.58, -1.24, 0.18],
      [0.02, -1.1, 0.12],
      [-0.9, -1.0, 0.12],
    ] as const) {
      patchWithin(pen, ellipse(x, y, r, r * 0.86), CAP, hex("fff6e2"));
    }
    rim(pen, CAP, colour);
    face(pen, 0, -0.46, 0.34);
  },
};
