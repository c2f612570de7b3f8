/** Rain and snow in front of everything, on a jittered lattice: chance alone makes clumps, and they cost the autoencoder most. */

import { hex } from "./colour.ts";
import { ellipse, through } from "./path.ts";
import { bright, type Pen } from "./pen.ts";
import { between, type Random } from "./random.ts";
import { outline } from "./stroke.ts";
import type { Tag } from "./tags.ts";

/** Calls `at` near each point of a lattice over the picture, in 128ths. */
function scatter(random: Random, columns: number, rows: number, at: (x: number, y: number) => void): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const shift = row % 2 === 0 ? 0 : 0.5;
      const x = (column + shift + between(random, 0.2, 0.8)) * (128 / columns);
      at(x, (row + between(random, 0.2, 0.8)) * (128 / rows));
    }
  }
}

/** What falls. Clear, cloudy and rainbow skies add nothing here. */
export function drawWeather(pen: Pen, weather: Tag<"weather">, random: Random): void {
  if (weather === "rain") {
    scatter(random, 6, 5, (x, y) => {
      for (const drop of outline(through([x, y], [x - 3, y + 9]), 1.7, false)) bright(pen, drop, hex("d7ecfb"), 0.75);
    });
  } else if (weather === "snow") {
    scatter(random, 6, 5, (x, y) => {
      const r = between(random, 1.7, 2.7);
      bright(pen, ellipse(x, y, r, r), hex("ffffff"), 0.95);
    });
  }
}
