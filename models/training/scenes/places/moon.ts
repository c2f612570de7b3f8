/** The moon's grey ground with craters, and a ringed planet in the sky. */

import { hex, PAPER } from "../colour.ts";
import { blob, ellipse } from "../path.ts";
import { layer, type Pen, patch } from "../pen.ts";
import { between, pick } from "../random.ts";
import { far, hills, type Place } from "./place.ts";

function crater(pen: Pen, x: number, y: number, r: number): void {
  patch(pen, ellipse(x, y, r, r * 0.36), hex("c9c5da"));
  patch(pen, ellipse(x, y + r * 0.05, r * 0.84, r * 0.27), hex("7d7896"));
  patch(pen, ellipse(x + r * 0.1, y + r * 0.12, r * 0.62, r * 0.17), hex("938eac"));
}

function planet(pen: Pen, x: number, y: number, r: number): void {
  patch(pen, ellipse(x, y, r * 1.75, r * 0.42, -0.05), hex("f7d79a"));
  patch(pen, ellipse(x, y, r * 1.4, r * 0.28, -0.05), hex("c7867f"));
  patch(pen, ellipse(x, y, r, r), hex("e58f77"));
  patch(pen, ellipse(x + r * 0.22, y - r * 0.24, r * 0.66, r * 0.62), hex("f0a78b"));
  patch(
    pen,
    blob(
      [x - r * 1.7, y + r * 0.46],
      [x - r * 0.9, y + r * 0.52],
      [x + r * 0.9, y],
      [x + r * 1.7, y - r * 0.46],
      [x + r * 0.96, y + r * 0.2],
      [x - r * 0.8, y + r * 0.66],
    ),
    hex("f7d79a"),
  );
}

export const moon: Place = {
  behind(pen, horizon, random) {
    planet(far(pen, 0.1), pick(random, [34, 94]) + between(random, -5, 5), between(random, 32, 40), 12);
    layer(
      far(pen, 0.3),
      blob(
        [-40, horizon + 2],
        [6, horizon - 3],
        [26, horizon - 12],
        [44, horizon],
        [84, horizon + 1],
        [104, horizon - 11],
        [126, horizon - 1],
        [170, horizon],
        [190, 190],
        [-60, 190],
      ),
      hex("9b96b6"),
    );
    layer(pen, hills(random, horizon + 5, 2), hex("b3afc8"));
    for (const [x, y, r] of [
      [20, 14, 11],
      [104, 16, 13],
      [62, 11, 7],
    ] as const)
      crater(pen, x + between(random, -6, 6), horizon + y, r);
    patch(pen, ellipse(64, 124, 46, 13), hex("c6c2d8"), 0.7);
  },
  front(pen, random) {
    crater(pen, 64 + pick(random, [-1, 1]) * between(random, 40, 50), 122, 15);
    for (const x of [5, 123]) {
      patch(pen, blob([x - 10, 132], [x - 8, 122], [x, 117], [x + 8, 122], [x + 10, 132]), hex("88839f"));
      patch(pen, ellipse(x - 2, 122, 4, 2), PAPER, 0.25);
    }
  },
};
