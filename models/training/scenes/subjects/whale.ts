/** A round whale with a fountain on its head. */

import { darker, hex, INK, lighter, WHITE } from "../colour.ts";
import { eye } from "../face.ts";
import { blob, ellipse, through } from "../path.ts";
import { body, line, patch, patchWithin, rim, shape } from "../pen.ts";
import type { Subject } from "./subject.ts";

const BODY = blob(
  [-0.92, -1.14],
  [-0.6, -0.92],
  [-0.36, -1.1],
  [0.1, -1.42],
  [0.66, -1.36],
  [1.06, -0.9],
  [1.04, -0.36],
  [0.66, -0.04],
  [0, 0],
  [-0.6, -0.2],
  [-0.98, -0.7],
);
const TAIL = blob(
  [-0.94, -0.92],
  [-1.26, -1.14],
  [-1.3, -1.5],
  [-1.02, -1.46],
  [-0.9, -1.26],
  [-0.74, -1.48],
  [-0.5, -1.46],
  [-0.58, -1.14],
  [-0.8, -0.96],
);
const BELLY = blob([-0.8, -0.1], [-0.4, -0.24], [0.2, -0.42], [0.7, -0.5], [1.2, -0.52], [1.2, 0.2], [-0.8, 0.2]);
const WATER = hex("a8e4f7");

export const whale: Subject = {
  head: { x: 0.42, y: -1.36, width: 0.9 },
  neck: { x: -0.22, y: -0.72, width: 1.0 },
  back: { x: 0.05, y: -0.95, width: 1.1 },
  hand: { x: 0.96, y: -0.7 },
  feet: [-0.6, 0.75],
  draw(pen, colour) {
    for (const s of [-1, 1]) {
      const jet = blob(
        [0.4, -1.42],
        [0.4 + s * 0.06, -1.84],
        [0.4 + s * 0.34, -1.98],
        [0.4 + s * 0.5, -1.68],
        [0.4 + s * 0.3, -1.76],
      );
      shape(pen, jet, WATER);
    }
    shape(pen, TAIL, darker(colour, 0.16));
    shape(pen, BODY, colour);
    patchWithin(pen, BELLY, BODY, lighter(colour, 0.66));
    for (const x of [0.25, 0.55, 0.85]) {
      patchWithin(
        pen,
        blob([x, -0.4], [x + 0.05, -0.4], [x + 0.02, 0.1], [x - 0.06, 0.1]),
        BODY,
        darker(lighter(colour, 0.5), 0.16),
      );
    }
    rim(pen, BODY, colour);
    body(
      pen,
      blob([0.2, -0.5], [0.34, -0.3], [0.1, 0.02], [-0.26, 0.06], [-0.12, -0.2]),
      darker(colour, 0.16),
      ellipse(-0.3, 0, 0.2, 0.2),
    );
    patch(pen, ellipse(0.3, -1.14, 0.3, 0.09, -0.04), lighter(colour, 0.45), 0.8);
    eye(pen, 0.7, -0.82, 0.13);
    patch(pen, ellipse(0.54, -0.6, 0.13, 0.08), hex("ff8f9c"), 0.8);
    line(pen, through([0.72, -0.58], [0.84, -0.52], [0.98, -0.6]), INK, pen.line * 0.8);
    patch(pen, ellipse(0.4, -1.86, 0.06, 0.1), WHITE);
  },
};
