/** Sand, sea and a leaning palm. */

import { darker, hex, PAPER } from "../colour.ts";
import { blob, ellipse, polygon } from "../path.ts";
import { layer, type Pen, patch } from "../pen.ts";
import { between, pick } from "../random.ts";
import { far, type Place } from "./place.ts";

function palm(pen: Pen, x: number, y: number, size: number, lean: number): void {
  const [tx, ty] = [x + lean * size * 0.3, y - size];
  layer(
    pen,
    blob(
      [x - size * 0.06, y],
      [x + lean * size * 0.04 - 1.6, y - size * 0.5],
      [tx - 1.4, ty],
      [tx + 1.6, ty],
      [x + lean * size * 0.06 + 2.2, y - size * 0.5],
      [x + size * 0.07, y],
    ),
    hex("a5754c"),
  );
  for (const [dx, dy] of [
    [-0.5, -0.08],
    [0.52, -0.06],
    [-0.4, 0.26],
    [0.42, 0.28],
  ] as const) {
    patch(
      pen,
      blob(
        [tx, ty],
        [tx + dx * size * 0.5, ty + dy * size - size * 0.14],
        [tx + dx * size, ty + (dy + 0.08) * size],
        [tx + dx * size * 0.5, ty + dy * size * 0.6 + size * 0.02],
      ),
      dy > 0.1 ? hex("358c5c") : hex("4fae66"),
    );
  }
}

export const beach: Place = {
  behind(pen, horizon, random) {
    const air = far(pen, 0.2);
    layer(air, polygon([-9, horizon], [137, horizon], [137, 140], [-9, 140]), hex("3fb0cf"));
    patch(pen, polygon([-9, horizon + 7], [137, horizon + 7], [137, 140], [-9, 140]), hex("2f9cc4"));
    for (const [x, y] of [
      [24, 3.5],
      [92, 3],
      [56, 10],
      [112, 11],
    ] as const) {
      patch(pen, ellipse(x + between(random, -10, 10), horizon + y, 9, 0.9), PAPER, 0.7);
    }
    const shore = horizon + 15;
    const bend = pick(random, [-3, 3]);
    patch(
      pen,
      blob(
        [-40, shore - 2 + bend],
        [20, shore],
        [64, shore - 2],
        [108, shore - 1],
        [168, shore - 2 - bend],
        [190, 190],
        [-60, 190],
      ),
      PAPER,
    );
    layer(
      pen,
      blob(
        [-40, shore + 1 + bend],
        [20, shore + 3],
        [64, shore + 1],
        [108, shore + 2],
        [168, shore + 1 - bend],
        [190, 190],
        [-60, 190],
      ),
      hex("f6d797"),
    );
    const side = pick(random, [-1, 1]);
    palm(pen, 64 + side * between(random, 48, 54), shore + 8, between(random, 50, 56), -side);
  },
  front(pen, random) {
    for (const s of [-1, 1]) {
      const x = 64 + s * between(random, 44, 54);
      patch(pen, ellipse(x, 124, 8, 2), darker(hex("f6d797"), 0.2), 0.5);
      const shell = hex(pick(random, ["ff9a8a", "fff1dc", "f7b4cf"]));
      patch(pen, blob([x - 6, 123], [x - 5, 117], [x, 114.5], [x + 5, 117], [x + 6, 123], [x, 124.5]), shell);
      for (const dx of [-2, 2])
        patch(
          pen,
          polygon(
            [x + dx * 1.2 - 0.5, 117],
            [x + dx * 1.2 + 0.5, 117],
            [x + dx * 0.4 + 0.4, 123.5],
            [x + dx * 0.4 - 0.4, 123.5],
          ),
          darker(shell, 0.25),
        );
    }
  },
};
