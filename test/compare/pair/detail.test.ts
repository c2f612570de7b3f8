import { expect, test } from "vitest";
import { detailOf } from "../../../src/compare/pair/detail.ts";
import type { Plane } from "../../../src/compare/pair/plane.ts";
import { REDRAW_BOUNDS } from "../../../src/compare/pair/redraw.ts";
import type { Matrix } from "../../../src/compare/pair/transform.ts";
import { drawer } from "../../../src/node/alterations.ts";

const SIDE = 256;
const STILL: Matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** Large soft shapes, the same in every picture, under lines that are each seed's own. */
function drawing(seed: number, shift = 0): Plane {
  const draw = drawer(seed);
  const waves = Array.from({ length: 40 }, () => ({
    u: 0.35 * (draw() - 0.5),
    v: 0.35 * (draw() - 0.5),
    phase: 7 * draw(),
  }));
  const data = Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [x, y] = [(i % SIDE) + shift, Math.floor(i / SIDE) + shift];
    const shapes = 50 * Math.sin(x / 9) * Math.sin(y / 11);
    return 128 + shapes + waves.reduce((sum, { u, v, phase }) => sum + 3 * Math.sin(u * x + v * y + phase), 0);
  });
  return { width: SIDE, height: SIDE, data };
}

const changed = (plane: Plane, change: (value: number, x: number, y: number) => number): Plane => ({
  ...plane,
  data: plane.data.map((value, i) => change(value, i % SIDE, Math.floor(i / SIDE))),
});

test("a toned copy with a band laid over it agrees to the line, also half a sample beside its place", () => {
  const band = (value: number, x: number, y: number): number => (y > 90 && y < 150 ? 40 * (x % 7) : 0.7 * value + 30);
  expect(detailOf(drawing(1), changed(drawing(1), band), STILL)).toBeGreaterThan(0.99);
  expect(detailOf(drawing(1), drawing(1, 1), STILL)).toBeGreaterThan(REDRAW_BOUNDS.detail);
});

test("other lines on the same shapes do not", () => {
  const other = detailOf(drawing(1), drawing(2), STILL);
  expect(other).toBeLessThan(REDRAW_BOUNDS.detail - 0.05);
  expect(other).toBeGreaterThan(0);
});

test("a mirrored copy agrees by its own transform", () => {
  const first = drawing(3);
  const flopped: Plane = {
    ...first,
    data: first.data.map((_, i) => first.data[i - 2 * (i % SIDE) + SIDE - 1]!),
  };
  expect(detailOf(first, flopped, [-1, 0, SIDE - 1, 0, 1, 0, 0, 0, 1])).toBeGreaterThan(0.999);
});

test("where nothing agrees there are no lines to ask", () => {
  const flat = changed(drawing(1), () => 128);
  expect(detailOf(drawing(1), flat, STILL)).toBe(0);
});
