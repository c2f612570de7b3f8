/** A penguin, for the subject adapter only: the base set never shows one. */

import { hex, PAPER } from "../colour.ts";
import { face } from "../face.ts";
import { blob, ellipse } from "../path.ts";
import { body, patchWithin, rim, shape } from "../pen.ts";
import type { Subject } from "./subject.ts";

const BODY = blob(
  [0, -1.96],
  [0.42, -1.82],
  [0.58, -1.4],
  [0.64, -0.8],
  [0.52, -0.22],
  [0.2, -0.04],
  [-0.2, -0.04],
  [-0.52, -0.22],
  [-0.64, -0.8],
  [-0.58, -1.4],
  [-0.42, -1.82],
);
const BELLY = blob(
  [0, -1.52],
  [0.2, -1.64],
  [0.42, -1.42],
  [0.34, -1.12],
  [0.46, -0.7],
  [0.34, -0.2],
  [0, -0.08],
  [-0.34, -0.2],
  [-0.46, -0.7],
  [-0.34, -1.12],
  [-0.42, -1.42],
  [-0.2, -1.64],
);
const BEAK = hex("ffab2e");

export const penguin: Subject = {
  head: { x: 0, y: -1.84, width: 0.78 },
  neck: { x: 0, y: -1.02, width: 0.98 },
  back: { x: 0, y: -0.9, width: 0.95 },
  hand: { x: 0.68, y: -0.66 },
  feet: [-0.5, 0.5],
  draw(pen, colour) {
    for (const s of [-1, 1]) {
      shape(
        pen,
        blob([s * 0.5, -1.16], [s * 0.66, -1.06], [s * 0.84, -0.62], [s * 0.74, -0.54], [s * 0.5, -0.7]),
        colour,
      );
      shape(pen, ellipse(s * 0.26, -0.04, 0.25, 0.1), BEAK);
    }
    body(pen, BODY, colour, blob([-0.9, -1.9], [-0.44, -1.8], [-0.5, -0.8], [-0.36, 0], [-0.9, 0]));
    patchWithin(pen, BELLY, BODY, PAPER);
    rim(pen, BODY, colour);
    face(pen, 0, -1.38, 0.4);
    shape(pen, blob([-0.13, -1.3], [0, -1.36], [0.13, -1.3], [0, -1.14]), BEAK);
  },
};
