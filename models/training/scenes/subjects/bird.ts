/** A plump bird in profile, beak to the right. */

import { darker, hex, lighter } from "../colour.ts";
import { eye } from "../face.ts";
import { blob, ellipse, polygon, through } from "../path.ts";
import { body, line, patch, patchWithin, rim, shape } from "../pen.ts";
import type { Subject } from "./subject.ts";

const BODY = blob(
  [0.2, -1.86],
  [0.62, -1.68],
  [0.72, -1.3],
  [0.74, -0.8],
  [0.4, -0.3],
  [-0.2, -0.24],
  [-0.66, -0.56],
  [-0.74, -1.0],
  [-0.3, -1.3],
  [-0.16, -1.66],
);
const WING = blob([0.14, -0.98], [0.1, -0.66], [-0.28, -0.5], [-0.82, -0.62], [-0.66, -0.9], [-0.3, -1.14]);

export const bird: Subject = {
  head: { x: 0.26, y: -1.78, width: 0.72 },
  neck: { x: 0.28, y: -1.2, width: 0.86 },
  back: { x: -0.1, y: -0.95, width: 1.0 },
  hand: { x: 0.74, y: -0.7 },
  feet: [-0.3, 0.45],
  draw(pen, colour) {
    for (const x of [-0.08, 0.26])
      line(pen, through([x, -0.3], [x, -0.03], [x + 0.22, -0.03]), hex("e07b2e"), pen.line * 1.5);
    for (const y of [0, 0.2])
      shape(pen, polygon([-0.5, -0.78 + y], [-1.18, -0.98 + y], [-1.1, -0.66 + y], [-0.5, -0.5]), darker(colour, 0.3));
    body(pen, BODY, colour, blob([-0.9, -1.2], [-0.5, -1.2], [-0.4, -0.66], [0.1, -0.44], [0.4, -0.1], [-0.9, -0.1]));
    patchWithin(pen, ellipse(0.56, -0.72, 0.4, 0.46), BODY, lighter(colour, 0.62));
    rim(pen, BODY, colour);
    for (const [x, y] of [
      [0.06, -2.0],
      [0.26, -2.06],
    ] as const)
      shape(pen, ellipse(x, y + 0.12, 0.07, 0.16, x < 0.1 ? -0.07 : 0.02), darker(colour, 0.2));
    shape(pen, polygon([0.66, -1.62], [1.14, -1.4], [0.68, -1.26]), hex("ffab2e"));
    shape(pen, WING, darker(colour, 0.26));
    for (const y of [-0.82, -0.68])
      line(pen, through([-0.6, y], [-0.3, y + 0.06], [-0.04, y - 0.02]), lighter(colour, 0.3), pen.line * 0.7);
    patch(pen, ellipse(0.42, -1.2, 0.14, 0.09), hex("ff8f9c"), 0.75);
    eye(pen, 0.4, -1.5, 0.15);
  },
};
