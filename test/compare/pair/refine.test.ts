import fc from "fast-check";
import { expect, test } from "vitest";
import { leastSquaresAlong } from "../../../src/compare/pair/least-squares.ts";
import type { Plane } from "../../../src/compare/pair/plane.ts";
import { refine } from "../../../src/compare/pair/refine.ts";
import { apply, compose, inverse, type Matrix } from "../../../src/compare/pair/transform.ts";

/** Half-planes of a flag: a point of the edge, the edge's direction in radians, and the step across it. */
const EDGES = [
  { x: 300, y: 200, turn: 0.6, step: 60 },
  { x: 300, y: 200, turn: -0.6, step: -45 },
  { x: 120, y: 200, turn: 1.5, step: 70 },
  { x: 430, y: 150, turn: 0.1, step: 35 },
] as const;

/** The flag's brightness at a point: nothing but straight soft edges, and where they cross. */
function flagAt(x: number, y: number): number {
  return EDGES.reduce((sum, edge) => {
    const across = (x - edge.x) * Math.sin(edge.turn) - (y - edge.y) * Math.cos(edge.turn);
    return sum + edge.step / (1 + Math.exp(-across / 0.7));
  }, 90);
}

/** The flag as it looks through a transform, drawn anew and not resampled. */
function seenThrough(matrix: Matrix, width: number, height: number): Plane {
  const back = inverse(matrix)!;
  const data = Float32Array.from({ length: width * height }, (_, i) =>
    flagAt(...apply(back, i % width, Math.floor(i / width))),
  );
  return { width, height, data };
}

const STILL: Matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1];

test("a flag of straight edges is aligned to a fraction of a pixel all over, which its few corners could not do", () => {
  const first = seenThrough(STILL, 600, 400);
  const truth: Matrix = [0.9, -0.02, 7, 0.02, 0.9, -5, 0, 0, 1];
  const second = seenThrough(truth, 540, 360);
  // Off by two pixels and half a percent.
  const start = compose([1.005, 0, 2, 0, 1.005, -2, 0, 0, 1], truth);
  const { matrix, patches, cornerError } = refine(first, second, start, "affine");
  expect(patches).toBeGreaterThan(20);
  const off = [
    [0, 0],
    [599, 0],
    [0, 399],
    [599, 399],
  ].map(([x, y]) => {
    const [[u, v], [s, t]] = [apply(matrix, x!, y!), apply(truth, x!, y!)];
    return Math.hypot(u - s, v - t);
  });
  expect(Math.max(...off)).toBeLessThan(0.5);
  expect(cornerError).toBeLessThan(1.5);
});

const unit = fc.integer({ min: 0, max: 359 }).map((degrees) => {
  const turn = (degrees * Math.PI) / 180;
  return [Math.cos(turn), Math.sin(turn)] as const;
});

test("places known across edges only give the transform they came from; parallel edges give none", () => {
  const places = fc.array(fc.tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 700 }), unit), {
    minLength: 40,
    maxLength: 60,
  });
  const matrices = fc
    .tuple(...[0.02, 0.02, 9, 0.02, 0.02, 9].map((most) => fc.double({ min: -most, max: most, noNaN: true })))
    .map(([a, b, c, d, e, f]): Matrix => [1 + a!, b!, c!, d!, 1 + e!, f!, 0, 0, 1]);
  fc.assert(
    fc.property(places, matrices, (at, truth) => {
      const sides = at.map(([x, y]) => apply(truth, x, y));
      // Each is found anywhere along its edge.
      const slid = sides.map(([u, v], i) => {
        const [nx, ny] = at[i]![2];
        return [u - 5 * ny, v + 5 * nx] as const;
      });
      const columns = {
        ax: Float64Array.from(at, ([x]) => x),
        ay: Float64Array.from(at, ([, y]) => y),
        bx: Float64Array.from(slid, ([u]) => u),
        by: Float64Array.from(slid, ([, v]) => v),
      };
      const found = leastSquaresAlong(
        "affine",
        columns,
        [],
        at.map(([, , across], i) => ({ i, across })),
      );
      fc.pre(found !== undefined);
      for (const [i, value] of found!.entries()) expect(Math.abs(value - truth[i]!)).toBeLessThan(1e-4);
      expect(
        leastSquaresAlong(
          "affine",
          columns,
          [],
          at.map((_, i) => ({ i, across: [0, 1] as const })),
        ),
      ).toBeUndefined();
    }),
  );
});
