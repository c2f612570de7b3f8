import fc from "fast-check";
import { expect, test } from "vitest";
import { fitTransform, type Pairs } from "../../../src/compare/pair/fit.ts";
import { visiblePart } from "../../../src/compare/pair/geometry.ts";
import { leastSquares } from "../../../src/compare/pair/least-squares.ts";
import {
  apply,
  compose,
  describe as describeTransform,
  inverse,
  type Matrix,
  mirroring,
  resizing,
} from "../../../src/compare/pair/transform.ts";

const FRAMES = { aWidth: 1000, aHeight: 800, bWidth: 1000, bHeight: 800 };

/** Pairs at given places of the first picture, moved by a transform; directions and sizes agree with a similarity. */
function pairsAt(
  places: readonly (readonly [number, number])[],
  matrix: Matrix,
  astray: readonly number[] = [],
): Pairs {
  const { scale, rotation } = describeTransform(matrix, 500, 400);
  const moved = places.map(([x, y], i) => (astray.includes(i) ? [997 - x, (y * 7919) % 800] : apply(matrix, x, y)));
  return {
    count: places.length,
    ax: Float64Array.from(places, ([x]) => x),
    ay: Float64Array.from(places, ([, y]) => y),
    bx: Float64Array.from(moved, ([x]) => x!),
    by: Float64Array.from(moved, ([, y]) => y!),
    turn: new Float64Array(places.length).fill((rotation + 360) % 360),
    octaves: new Float64Array(places.length).fill(Math.log2(scale)),
  };
}

/** Places all over a picture, the same on every run. */
const scattered = Array.from({ length: 60 }, (_, i) => [(i * 397) % 1000, (i * 271) % 800] as const);

const similarity = fc
  .tuple(
    fc.double({ min: 0.3, max: 3, noNaN: true }),
    fc.double({ min: -3.1, max: 3.1, noNaN: true }),
    fc.integer({ min: -300, max: 300 }),
    fc.integer({ min: -300, max: 300 }),
  )
  .map(([s, r, x, y]): Matrix => [s * Math.cos(r), -s * Math.sin(r), x, s * Math.sin(r), s * Math.cos(r), y, 0, 0, 1]);

test("a transform and its inverse lead back to where a point was", () => {
  fc.assert(
    fc.property(
      similarity,
      fc.double({ min: 0, max: 1000, noNaN: true }),
      fc.double({ min: 0, max: 800, noNaN: true }),
      (m, x, y) => {
        const [u, v] = apply(compose(inverse(m)!, m), x, y);
        expect(Math.abs(u - x) + Math.abs(v - y)).toBeLessThan(1e-6);
      },
    ),
  );
});

test("a similarity is recovered from half of the matches while the other half says anything", () => {
  fc.assert(
    fc.property(similarity, (m) => {
      const astray = scattered.flatMap((_, i) => (i % 2 === 0 ? [i] : []));
      const fit = fitTransform(pairsAt(scattered, m, astray), FRAMES);
      const [u, v] = apply(fit!.matrix, 500, 400);
      const [x, y] = apply(m, 500, 400);
      expect(Math.abs(u - x) + Math.abs(v - y)).toBeLessThan(1);
      expect(fit!.inliers.length).toBeGreaterThanOrEqual(30);
    }),
    { numRuns: 25 },
  );
});

test("the simplest model is taken: a similarity stays one, a shear becomes affine, a perspective a homography", () => {
  const shear: Matrix = [1, 0.12, 20, 0, 0.95, 10, 0, 0, 1];
  const perspective: Matrix = [1, 0.02, 5, 0.03, 1, -8, 0.00016, 0.0001, 1];
  expect(fitTransform(pairsAt(scattered, [0.8, 0, 12, 0, 0.8, 7, 0, 0, 1]), FRAMES)?.model).toBe("similarity");
  expect(fitTransform(pairsAt(scattered, shear), FRAMES)?.model).toBe("affine");
  expect(fitTransform(pairsAt(scattered, perspective), FRAMES)?.model).toBe("homography");
});

test("matches along a line are seen to fix no plane", () => {
  const line = Array.from({ length: 40 }, (_, i) => [20 + 23 * i, 30 + 17 * i] as const);
  expect(fitTransform(pairsAt(line, [1, 0, 5, 0, 1, 5, 0, 0, 1]), FRAMES)?.roundness).toBeLessThan(0.045);
  expect(fitTransform(pairsAt(scattered, [1, 0, 5, 0, 1, 5, 0, 0, 1]), FRAMES)?.roundness).toBeGreaterThan(0.5);
});

test("a homography through four points hits them, and too few points determine nothing", () => {
  const m: Matrix = [1.1, 0.05, 3, -0.02, 0.93, 9, 0.0002, -0.0001, 1];
  const corners = [
    [0, 0],
    [900, 30],
    [880, 700],
    [15, 790],
  ] as const;
  const pairs = pairsAt(corners, m);
  const found = leastSquares("homography", pairs, [0, 1, 2, 3])!;
  for (const [x, y] of corners) {
    const [u, v] = apply(found, x, y);
    const [p, q] = apply(m, x, y);
    expect(Math.abs(u - p) + Math.abs(v - q)).toBeLessThan(1e-6);
  }
  expect(leastSquares("affine", pairs, [0, 1])).toBeUndefined();
});

test("scale, turn and mirror are told apart", () => {
  const turned: Matrix = [0, -2, 0, 2, 0, 0, 0, 0, 1];
  expect(describeTransform(turned, 0, 0)).toMatchObject({ scale: 2, rotation: 90, mirrored: false, stretch: 1 });
  expect(describeTransform(mirroring(100), 50, 50)).toMatchObject({ scale: 1, mirrored: true });
  expect(Math.abs(describeTransform(mirroring(100), 50, 50).rotation)).toBeLessThan(1e-9);
  expect(describeTransform(resizing(100, 100, 200, 100), 50, 50).stretch).toBeCloseTo(2, 9);
});

test("the visible part of a picture is what lies inside the other one", () => {
  const shifted: Matrix = [1, 0, -100, 0, 1, -50, 0, 0, 1];
  const part = visiblePart(shifted, { width: 400, height: 300 }, { width: 200, height: 200 });
  expect([Math.min(...part.map(([x]) => x)), Math.max(...part.map(([x]) => x))]).toEqual([99.5, 299.5]);
  expect([Math.min(...part.map(([, y]) => y)), Math.max(...part.map(([, y]) => y))]).toEqual([49.5, 249.5]);
  expect(visiblePart([1, 0, 900, 0, 1, 0, 0, 0, 1], { width: 400, height: 300 }, { width: 200, height: 200 })).toEqual(
    [],
  );
});
