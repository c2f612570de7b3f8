/** Snowy peaks above a white slope with firs. */

import { hex, PAPER } from "../colour.ts";
import { blob, ellipse, polygon } from "../path.ts";
import { layer, type Pen, patch } from "../pen.ts";
import { between } from "../random.ts";
import { far, hills, type Place } from "./place.ts";

function peak(pen: Pen, x: number, y: number, width: number, height: number): void {
  layer(pen, polygon([x - width, y], [x, y - height], [x + width, y]), hex("7f93bd"));
  patch(pen, polygon([x, y - height], [x + width, y], [x + width * 0.2, y]), hex("6a7eae"));
  patch(
    pen,
    polygon(
      [x - width * 0.38, y - height * 0.62],
      [x, y - height],
      [x + width * 0.38, y - height * 0.62],
      [x + width * 0.16, y - height * 0.54],
      [x, y - height * 0.68],
      [x - width * 0.16, y - height * 0.52],
    ),
    hex("f7fbff"),
  );
}

function snowyFir(pen: Pen, x: number, y: number, size: number): void {
  patch(
    pen,
    polygon(
      [x - size * 0.06, y],
      [x + size * 0.06, y],
      [x + size * 0.06, y - size * 0.25],
      [x - size * 0.06, y - size * 0.25],
    ),
    hex("74513f"),
  );
  for (const [base, width, top] of [
    [0.14, 0.36, 0.54],
    [0.38, 0.28, 0.78],
    [0.62, 0.2, 1.04],
  ] as const) {
    patch(
      pen,
      polygon([x - size * width, y - size * base], [x, y - size * top], [x + size * width, y - size * base]),
      hex("3f8070"),
    );
    const [w, h] = [width * 0.5, base + (top - base) * 0.5];
    patch(
      pen,
      polygon(
        [x - size * w, y - size * h],
        [x, y - size * top],
        [x + size * w, y - size * h],
        [x, y - size * (h - 0.06)],
      ),
      PAPER,
    );
  }
}

export const mountains: Place = {
  behind(pen, horizon, random) {
    const air = far(pen, 0.28);
    peak(far(pen, 0.45), between(random, 54, 74), horizon + 3, 40, between(random, 36, 42));
    peak(air, between(random, 14, 28), horizon + 4, 36, between(random, 46, 54));
    peak(air, between(random, 98, 114), horizon + 4, 38, between(random, 42, 52));
    layer(far(pen, 0.1), hills(random, horizon, 3), hex("dbe8f6"));
    for (const x of [12, 34, 94, 116])
      snowyFir(far(pen, 0.06), x + between(random, -6, 6), horizon + 11, between(random, 22, 30));
    layer(pen, hills(random, horizon + 12, 3), hex("f3f8fd"));
    patch(pen, blob([8, 118], [40, 112], [88, 114], [122, 110], [120, 114], [84, 119], [40, 117]), hex("cfdff0"), 0.7);
  },
  front(pen, random) {
    for (const s of [-1, 1]) {
      const x = 64 + s * between(random, 54, 60);
      patch(pen, ellipse(x, 130, 17, 11), hex("ffffff"));
      patch(pen, ellipse(x - 4, 132, 15, 8), hex("d5e3f2"), 0.8);
    }
    snowyFir(pen, 64 - 57, 128, between(random, 20, 25));
  },
};
