/** Rolling hills with round trees and flowers. */

import { darker, hex, PAPER } from "../colour.ts";
import { ellipse, polygon } from "../path.ts";
import { layer, type Pen, patch } from "../pen.ts";
import { between, pick, type Random } from "../random.ts";
import { far, hills, type Place, tuft } from "./place.ts";

const PETALS = [hex("ff7d8e"), hex("ffd350"), PAPER];

function tree(pen: Pen, x: number, y: number, size: number): void {
  patch(
    pen,
    polygon(
      [x - size * 0.08, y],
      [x + size * 0.08, y],
      [x + size * 0.05, y - size * 0.5],
      [x - size * 0.05, y - size * 0.5],
    ),
    hex("8f6544"),
  );
  patch(pen, ellipse(x, y - size * 0.78, size * 0.42, size * 0.46), hex("4fa65e"));
  patch(pen, ellipse(x + size * 0.1, y - size * 0.86, size * 0.28, size * 0.3), hex("68bb6b"));
}

function flower(pen: Pen, x: number, y: number, size: number, random: Random): void {
  const colour = pick(random, PETALS);
  for (const [dx, dy] of [
    [0, -1],
    [0.95, -0.31],
    [0.59, 0.81],
    [-0.59, 0.81],
    [-0.95, -0.31],
  ] as const) {
    patch(pen, ellipse(x + dx * size * 0.62, y + dy * size * 0.62, size * 0.5, size * 0.5), colour);
  }
  patch(pen, ellipse(x, y, size * 0.42, size * 0.42), hex("ffb02e"));
}

export const meadow: Place = {
  behind(pen, horizon, random) {
    layer(far(pen, 0.45), hills(random, horizon - 9, 6), hex("6fb7a0"));
    const middle = hills(random, horizon, 3);
    const treeX = pick(random, [14, 110]) + between(random, -6, 6);
    tree(far(pen, 0.15), treeX, horizon + 4, 26);
    tree(far(pen, 0.15), treeX + pick(random, [-17, 16]), horizon + 5, 19);
    layer(pen, middle, hex("86cc6b"));
    layer(pen, hills(random, horizon + 15, 3), hex("6cbb5b"));
    for (const x of [16, 50, 86, 116])
      flower(pen, x + between(random, -9, 9), horizon + between(random, 22, 26), 2.6, random);
  },
  front(pen, random) {
    for (const x of [6, 121]) {
      tuft(pen, x + between(random, -3, 3), 130, between(random, 15, 20), darker(hex("4f9f4f"), 0.1));
      flower(pen, x + between(random, -4, 4), between(random, 110, 116), 5.2, random);
    }
  },
};
