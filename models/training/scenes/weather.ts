/** Rain and snow in front of everything, on a jittered lattice: chance alone makes clumps, and they cost the autoencoder most. */

import { hex, SNOW } from "./colour.ts";
import { ellipse, through } from "./path.ts";
import { bright, layer, type Pen, patch } from "./pen.ts";
import { hills } from "./places/place.ts";
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

/** Snow that lies on the near ground. */
export function drawDrift(pen: Pen, random: Random): void {
  const near = { ...pen, strength: 0.5 };
  layer(near, hills(random, between(random, 100, 104), 3), SNOW);
  patch(near, ellipse(64, 124, 40, 6), hex("d6e2f4"), 0.6);
}

/** What falls. Clear, cloudy and rainbow skies add nothing here; `size` is that of the flakes. */
export function drawWeather(pen: Pen, weather: Tag<"weather">, random: Random, size: number): void {
  if (weather === "rain") {
    scatter(random, 6, 5, (x, y) => {
      for (const drop of outline(through([x, y], [x - 3, y + 9]), 1.7, false)) bright(pen, drop, hex("d7ecfb"), 0.75);
    });
  } else if (weather === "snow") {
    scatter(random, 6, 5, (x, y) => {
      const r = between(random, 1.7, 2.7) * size;
      bright(pen, ellipse(x, y, r, r), hex("ffffff"), 0.95);
    });
  }
}
