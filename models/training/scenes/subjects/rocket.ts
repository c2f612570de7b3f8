/** A rocket with a round window, ready to leave. */

import { darker, hex, lighter, PAPER } from "../colour.ts";
import { blob, curves, ellipse } from "../path.ts";
import { bright, patch, patchWithin, rim, shape } from "../pen.ts";
import type { Subject } from "./subject.ts";

const HULL = curves(
  [0, -2.14],
  [0.36, -1.86],
  [0.56, -1.4],
  [0.54, -0.96],
  [0.52, -0.7],
  [0.44, -0.5],
  [0.34, -0.34],
  [0.1, -0.3],
  [-0.1, -0.3],
  [-0.34, -0.34],
  [-0.44, -0.5],
  [-0.52, -0.7],
  [-0.54, -0.96],
  [-0.56, -1.4],
  [-0.36, -1.86],
  [0, -2.14],
);
const FLAME = blob([-0.24, -0.36], [0.24, -0.36], [0.3, -0.14], [0.12, -0.1], [0, 0.06], [-0.12, -0.1], [-0.3, -0.14]);

export const rocket: Subject = {
  head: { x: 0, y: -1.98, width: 0.5 },
  neck: { x: 0, y: -0.72, width: 0.98 },
  back: { x: 0, y: -0.95, width: 0.95 },
  hand: { x: 0.52, y: -0.85 },
  feet: [-0.75, 0.75],
  draw(pen, colour) {
    shape(pen, FLAME, hex("ff8f3a"));
    bright(pen, ellipse(0, -0.22, 0.11, 0.16), hex("fff0a0"));
    for (const s of [-1, 1]) {
      shape(
        pen,
        blob([s * 0.44, -0.92], [s * 0.74, -0.66], [s * 0.88, -0.1], [s * 0.66, -0.22], [s * 0.36, -0.36]),
        darker(colour, 0.36),
      );
    }
    shape(pen, HULL, colour);
    patchWithin(
      pen,
      blob([-0.8, -2], [-0.3, -1.7], [-0.34, -0.9], [-0.16, -0.2], [-0.8, -0.2]),
      HULL,
      darker(colour, 0.3),
      0.55,
    );
    patchWithin(pen, blob([-0.7, -2.4], [0.7, -2.4], [0.6, -1.62], [0, -1.54], [-0.6, -1.62]), HULL, PAPER);
    patchWithin(
      pen,
      blob([-0.7, -0.56], [0, -0.5], [0.7, -0.56], [0.6, -0.42], [0, -0.36], [-0.6, -0.42]),
      HULL,
      lighter(colour, 0.6),
    );
    rim(pen, HULL, colour);
    shape(pen, ellipse(0, -1.16, 0.28, 0.28), hex("fff0b8"));
    shape(pen, ellipse(0, -1.16, 0.19, 0.19), hex("9adcf2"));
    patch(pen, ellipse(-0.06, -1.22, 0.07, 0.06), PAPER);
    shape(pen, blob([-0.05, -0.5], [0.05, -0.5], [0.08, -0.06], [-0.08, -0.06]), darker(colour, 0.36));
  },
};
