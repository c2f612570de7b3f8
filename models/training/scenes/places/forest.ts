/** A forest of firs, with great trunks at both sides. */

import type { Rgb } from "../canvas.ts";
import { darker, hex } from "../colour.ts";
import { blob, ellipse, polygon } from "../path.ts";
import { layer, type Pen, patch } from "../pen.ts";
import { between } from "../random.ts";
import { far, hills, type Place, tuft } from "./place.ts";

function fir(pen: Pen, x: number, y: number, size: number, colour: Rgb): void {
  patch(
    pen,
    polygon(
      [x - size * 0.05, y],
      [x + size * 0.05, y],
      [x + size * 0.05, y - size * 0.3],
      [x - size * 0.05, y - size * 0.3],
    ),
    hex("74513f"),
  );
  for (const [base, width, top] of [
    [0.12, 0.34, 0.56],
    [0.36, 0.27, 0.78],
    [0.6, 0.2, 1.05],
  ] as const) {
    patch(
      pen,
      polygon([x - size * width, y - size * base], [x, y - size * top], [x + size * width, y - size * base]),
      colour,
    );
  }
}

export const forest: Place = {
  behind(pen, horizon, random) {
    for (let x = -4; x < 134; x += 15)
      fir(far(pen, 0.5), x + between(random, -3, 3), horizon + 4, between(random, 40, 54), hex("4d9a86"));
    layer(far(pen, 0.2), hills(random, horizon, 2), hex("5fae78"));
    for (const x of [22, 46, 84, 108])
      fir(far(pen, 0.1), x + between(random, -7, 7), horizon + 8, between(random, 36, 48), hex("357a5e"));
    layer(pen, hills(random, horizon + 9, 3), hex("54a05c"));
    patch(pen, ellipse(64, 122, 44, 16), hex("86c46c"), 0.6);
  },
  front(pen, random) {
    for (const s of [-1, 1]) {
      const x = s < 0 ? between(random, -2, 3) : between(random, 125, 130);
      layer(pen, polygon([x - 7, 132], [x - 5, -4], [x + 5, -4], [x + 8, 132]), hex("7c5340"));
      patch(pen, polygon([x + 1, 132], [x + 1, -4], [x + 5, -4], [x + 8, 132]), hex("966850"));
      patch(
        pen,
        blob([x - 22, -12], [x + 22, -12], [x + 26, 6], [x + 14, 14], [x, 8], [x - 12, 15], [x - 26, 6]),
        hex("2f7558"),
      );
      tuft(pen, x - s * between(random, 8, 14), 130, 13, darker(hex("3b8a52"), 0.1));
    }
  },
};
