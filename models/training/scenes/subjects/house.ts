/** A small house with a round door and smoke from its chimney. */

import { darker, hex, lighter, WHITE } from "../colour.ts";
import { blob, box, ellipse, polygon } from "../path.ts";
import { body, bright, glow, patch, patchWithin, rim, shape } from "../pen.ts";
import type { Subject } from "./subject.ts";

const WALL = polygon([-0.76, 0], [-0.8, -1.06], [0, -1.7], [0.8, -1.06], [0.76, 0]);
const ROOF = blob(
  [-1.12, -0.96],
  [-0.98, -1.14],
  [-0.2, -1.86],
  [0, -1.96],
  [0.2, -1.86],
  [0.98, -1.14],
  [1.12, -0.96],
  [0.98, -0.9],
  [0.1, -1.6],
  [0, -1.64],
  [-0.1, -1.6],
  [-0.98, -0.9],
);
const DOOR = blob([-0.2, 0], [-0.22, -0.4], [0, -0.66], [0.22, -0.4], [0.2, 0]);
const WINDOW_DAY = hex("c9ecf7");
const WINDOW_NIGHT = hex("ffe58a");

export const house: Subject = {
  head: { x: 0, y: -1.86, width: 0.6 },
  neck: { x: 0, y: -0.86, width: 1.6 },
  back: { x: 0, y: -0.8, width: 1.5 },
  hand: { x: 0.82, y: -0.55 },
  feet: [-0.78, 0.78],
  draw(pen, colour) {
    patch(pen, ellipse(0.56, -2.02, 0.13, 0.11), WHITE, 0.85);
    patch(pen, ellipse(0.72, -2.2, 0.17, 0.14), WHITE, 0.75);
    shape(pen, box(0.36, -1.84, 0.28, 0.7, 0.02), hex("c8765c"));
    body(pen, WALL, colour, polygon([-0.9, 0], [-0.9, -1.3], [-0.44, -1.4], [-0.5, 0]));
    shape(pen, ROOF, darker(colour, 0.5));
    shape(pen, DOOR, hex("8a5638"));
    patch(pen, ellipse(0.11, -0.28, 0.04, 0.04), hex("ffd95a"));
    for (const x of [-0.5, 0.5]) {
      const frame = box(x - 0.17, -0.84, 0.34, 0.36, 0.05);
      shape(pen, frame, WHITE);
      if (pen.light.dark) {
        bright(pen, box(x - 0.12, -0.79, 0.24, 0.26, 0.02), WINDOW_NIGHT);
        glow(pen, x, -0.66, 0.42, WINDOW_NIGHT, 0.5);
      } else patch(pen, box(x - 0.12, -0.79, 0.24, 0.26, 0.02), WINDOW_DAY);
      patch(pen, box(x - 0.2, -0.46, 0.4, 0.09, 0.02), lighter(colour, 0.6));
    }
    const round = ellipse(0, -1.18, 0.17, 0.17);
    shape(pen, round, WHITE);
    if (pen.light.dark) bright(pen, ellipse(0, -1.18, 0.11, 0.11), WINDOW_NIGHT);
    else patchWithin(pen, ellipse(0, -1.18, 0.11, 0.11), round, WINDOW_DAY);
    rim(pen, ROOF, colour);
  },
};
