/** Dunes, table mountains and cactuses. */

import { darker, hex } from "../colour.ts";
import { blob, ellipse, polygon, through } from "../path.ts";
import { layer, line, type Pen, patch } from "../pen.ts";
import { between, pick } from "../random.ts";
import { far, hills, type Place } from "./place.ts";

function mesa(pen: Pen, x: number, y: number, width: number, height: number): void {
  layer(
    pen,
    polygon([x - width, y + 4], [x - width * 0.74, y - height], [x + width * 0.7, y - height], [x + width, y + 4]),
    hex("d0795a"),
  );
  patch(
    pen,
    polygon(
      [x - width * 0.82, y - height * 0.66],
      [x - width * 0.77, y - height * 0.86],
      [x + width * 0.74, y - height * 0.86],
      [x + width * 0.79, y - height * 0.66],
    ),
    hex("b9624c"),
  );
}

function cactus(pen: Pen, x: number, y: number, size: number): void {
  const green = hex("4b9b63");
  const w = size * 0.24;
  line(pen, through([x, y], [x, y - size]), green, w);
  for (const [s, from, up] of [
    [-1, 0.36, 0.76],
    [1, 0.5, 0.9],
  ] as const) {
    line(
      pen,
      through(
        [x, y - size * from],
        [x + s * size * 0.26, y - size * from - size * 0.03],
        [x + s * size * 0.32, y - size * up],
      ),
      green,
      w * 0.76,
    );
  }
  line(pen, through([x + w * 0.2, y - size * 0.1], [x + w * 0.2, y - size * 0.92]), hex("74bd78"), w * 0.18);
}

export const desert: Place = {
  behind(pen, horizon, random) {
    mesa(
      far(pen, 0.3),
      pick(random, [26, 98]) + between(random, -8, 8),
      horizon,
      between(random, 20, 26),
      between(random, 22, 30),
    );
    mesa(far(pen, 0.45), pick(random, [60, 72]) + between(random, -4, 4), horizon, 14, between(random, 12, 18));
    layer(far(pen, 0.12), hills(random, horizon, 3), hex("f0bf74"));
    cactus(pen, pick(random, [16, 112]) + between(random, -6, 6), horizon + 12, between(random, 24, 30));
    layer(
      pen,
      blob(
        [-40, horizon + 14],
        [10, horizon + 8],
        [64, horizon + 15],
        [120, horizon + 9],
        [180, horizon + 16],
        [190, 190],
        [-60, 190],
      ),
      hex("eaad5e"),
    );
    patch(pen, ellipse(64, 124, 50, 14), hex("f6cc88"), 0.7);
  },
  front(pen, random) {
    for (const s of [-1, 1]) {
      const x = 64 + s * between(random, 50, 58);
      patch(pen, blob([x - 9, 131], [x - 7, 122], [x, 119], [x + 7, 122], [x + 9, 131]), hex("b97a5a"));
      patch(pen, blob([x - 1, 131], [x + 1, 121], [x + 6, 123], [x + 9, 131]), darker(hex("b97a5a"), 0.25));
    }
    cactus(pen, 64 + pick(random, [-1, 1]) * 58, 124, 15);
  },
};
