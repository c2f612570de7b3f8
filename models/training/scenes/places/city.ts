/** A street of coloured houses, whose windows shine at night. */

import type { Rgb } from "../canvas.ts";
import { darker, hex, lighter, PAPER } from "../colour.ts";
import { box, ellipse, polygon } from "../path.ts";
import { bright, glow, layer, type Pen, patch } from "../pen.ts";
import { between, pick } from "../random.ts";
import { far, type Place } from "./place.ts";

const WALLS = [hex("e9a79b"), hex("f0cf94"), hex("a9cdb8"), hex("a7bfdd"), hex("cdb2d6")];

function windows(pen: Pen, x: number, y: number, width: number, rows: number): void {
  const glass = hex("ffe493");
  for (let row = 0; row < rows; row++) {
    for (const k of [0.28, 0.72]) {
      const pane = box(x + width * k - 2.3, y + row * 10.5, 4.6, 6, 0.8);
      if (pen.light.dark) bright(pen, pane, glass);
      else patch(pen, pane, lighter(hex("86b9d6"), 0.15));
    }
  }
}

function houseFront(pen: Pen, x: number, ground: number, width: number, height: number, wall: Rgb): void {
  const top = ground - height;
  layer(
    pen,
    polygon([x, ground + 4], [x, top], [x + width / 2, top - 9], [x + width, top], [x + width, ground + 4]),
    wall,
  );
  patch(
    pen,
    polygon(
      [x - 1, top + 1],
      [x + width / 2, top - 10],
      [x + width + 1, top + 1],
      [x + width + 1, top - 2],
      [x + width / 2, top - 13],
      [x - 1, top - 2],
    ),
    darker(wall, 0.4),
  );
  windows(pen, x, top + 5, width, Math.floor((height - 2) / 11));
}

export const city: Place = {
  behind(pen, horizon, random) {
    const ground = horizon + 8;
    for (let i = 0; i < 6; i++) {
      const tower = between(random, 34, 50);
      patch(
        far(pen, 0.55),
        polygon(
          [i * 22 - 4, ground],
          [i * 22 - 4, ground - tower],
          [i * 22 + 13, ground - tower],
          [i * 22 + 13, ground],
        ),
        hex("7d8fc0"),
      );
    }
    const first = pick(random, [0, 1, 2, 3, 4]);
    for (let i = 0; i < 6; i++)
      houseFront(far(pen, 0.16), i * 22 - 3, ground, 21.5, pick(random, [24, 35]), WALLS[(first + i * 2) % 5] as Rgb);
    layer(pen, polygon([-9, ground], [137, ground], [137, 140], [-9, 140]), hex("d9cdbd"));
    patch(pen, polygon([-9, ground + 9], [137, ground + 9], [137, 140], [-9, 140]), hex("8f8fa8"));
    for (const x of [8, 46, 84, 122])
      patch(
        pen,
        polygon([x - 9, ground + 22], [x + 7, ground + 22], [x + 6, ground + 25], [x - 11, ground + 25]),
        PAPER,
        0.8,
      );
  },
  front(pen, random) {
    const s = pick(random, [-1, 1]);
    const x = 64 + s * 56;
    layer(pen, box(x - 1.6, 52, 3.2, 80, 1), hex("514a70"));
    glow(pen, x, 50, 30, hex("ffe493"), pen.light.dark ? 0.8 : 0.15);
    bright(pen, ellipse(x, 49, 5.4, 6), pen.light.dark ? hex("fff4c4") : hex("f5ecd0"));
    patch(pen, polygon([x - 7, 45], [x, 39], [x + 7, 45]), hex("514a70"));
    patch(pen, box(x - 5, 124, 10, 9, 1.5), hex("514a70"));
  },
};
