import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { colourDifference, type Lab, labOf } from "../../src/compare/colour.ts";
import { differencePicture, sheetOf } from "../../src/compare/difference-picture.ts";
import { fitted, sameShape } from "../../src/compare/fit.ts";
import { type Measures, measurePair, measuresOf } from "../../src/compare/metrics.ts";
import { cropped, gridRegions, measureRegions } from "../../src/compare/regions.ts";
import type { Raster } from "../../src/image/raster.ts";

type Row = Measures & { readonly name: string; readonly width: number; readonly height: number };
const vectors = JSON.parse(readFileSync(join(import.meta.dirname, "vectors/metrics.json"), "utf8")) as {
  readonly pairs: readonly (Omit<Row, "colour"> & { readonly colour: number | null })[];
  readonly colours: readonly { readonly first: Lab; readonly second: Lab; readonly difference: number }[];
};

const raster = (width: number, height: number, data: Uint8Array): Raster => ({ width, height, channels: 3, data });

/** The folded ramp of models/training/golden/metrics_vectors.py. */
function base(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const [c, x, y] = [i % 3, Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    const t = (x * (c + 2) + y * 3) % 256;
    return t < 128 ? 2 * t : 510 - 2 * t;
  });
}

function stream(count: number, state: number): number[] {
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

function changed(name: string, width: number, height: number): Uint8Array {
  const a = base(width, height);
  const noise = stream(a.length, 7);
  if (name === "noisy") return a.map((v, i) => Math.min(255, Math.max(0, v + (noise[i]! % 7) - 3)));
  if (name === "inverted") return a.map((v) => 255 - v);
  if (name === "unrelated") return Uint8Array.from(noise);
  return a.map((_, i) => {
    const [row, x] = [Math.floor(i / (3 * width)) * 3 * width, Math.floor(i / 3) % width];
    return a[row + 3 * ((x - 3 + width) % width) + (i % 3)]!;
  });
}

describe("measures of a pair", () => {
  test.each(vectors.pairs)("are scikit-image's and SciPy's: $name, $width × $height", (row) => {
    const { name, width, height, ...expected } = row;
    const found = measuresOf(
      raster(width, height, base(width, height)),
      raster(width, height, changed(name, width, height)),
    );
    for (const [measure, value] of Object.entries(expected)) {
      if (value !== null) expect(found[measure as keyof Measures], measure).toBeCloseTo(value, 5);
    }
  });

  test("of one image with itself say that nothing differs", () => {
    const a = raster(20, 20, base(20, 20));
    expect(measuresOf(a, { ...a, data: a.data.slice() })).toEqual({
      ...{ maxDifference: 0, meanDifference: 0, changedShare: 0, beyondRoundingShare: 0, psnr: null },
      ...{ ssim: 1, msSsim: 1, colour: 0, edges: 1, composition: 1 },
    });
  });

  test("do not depend on which image comes first", () => {
    const image = fc.nat().map((state) => raster(12, 13, Uint8Array.from(stream(12 * 13 * 3, state))));
    fc.assert(
      fc.property(image, image, (a, b) => {
        expect(measuresOf(a, b)).toEqual(measuresOf(b, a));
      }),
      { numRuns: 25 },
    );
  });

  test("are finite for images of one pixel, and of one colour", () => {
    const one = raster(1, 1, Uint8Array.of(1, 2, 3));
    const grey = raster(9, 5, new Uint8Array(135).fill(80));
    for (const [a, b] of [
      [one, raster(1, 1, Uint8Array.of(9, 9, 9))],
      [grey, raster(9, 5, new Uint8Array(135).fill(90))],
    ] as const) {
      expect(Object.values(measuresOf(a, b)).every(Number.isFinite)).toBe(true);
    }
  });

  test("are refused for two sizes", () => {
    expect(() => measurePair(raster(2, 1, base(2, 1)), raster(1, 2, base(1, 2)))).toThrow(/cannot be laid over/);
  });
});

describe("colour difference", () => {
  test("is scikit-image's CIEDE2000", () => {
    expect(vectors.colours.length).toBe(60);
    for (const { first, second, difference } of vectors.colours) {
      expect(colourDifference(first, second)).toBeCloseTo(difference, 9);
    }
  });

  // Sharma et al. (2005), table 1, pairs 1, 7, 9, 17, 20 and 25.
  test.each<[Lab, Lab, number]>([
    [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
    [[50, 0, 0], [50, -1, 2], 2.3669],
    [[50, 2.49, -0.001], [50, -2.49, 0.0009], 7.1792],
    [[50, 2.5, 0], [73, 25, -18], 27.1492],
    [[50, 2.5, 0], [58, 24, 15], 19.4535],
    [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
  ])("of %o and %o is that of the formula's authors", (first, second, difference) => {
    expect(colourDifference(first, second)).toBeCloseTo(difference, 4);
  });

  test("of white and black is 100", () => {
    expect(colourDifference(labOf(1, 1, 1), labOf(0, 0, 0))).toBeCloseTo(100, 2);
  });
});

describe("regions", () => {
  test("of a grid cover every pixel once", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 90 }),
        fc.integer({ min: 1, max: 90 }),
        fc.integer({ min: 1, max: 16 }),
        (width, height, cells) => {
          const seen = new Uint8Array(width * height);
          for (const { x, y, width: w, height: h } of gridRegions({ width, height }, cells)) {
            for (let j = y; j < y + h; j++) for (let i = x; i < x + w; i++) seen[j * width + i]!++;
          }
          expect(seen.every((count) => count === 1)).toBe(true);
        },
      ),
    );
  });

  test("tell the changed part from the others", () => {
    const a = raster(30, 30, base(30, 30));
    const b = { ...a, data: a.data.slice() };
    b.data[3 * (25 * 30 + 25)] = b.data[3 * (25 * 30 + 25)]! ^ 0x80;
    const changedCells = measureRegions(measurePair(a, b), gridRegions(a, 3)).filter(
      ({ measures }) => measures.changedShare > 0,
    );
    expect(changedCells.map(({ name }) => name)).toEqual(["3.3"]);
    expect(changedCells[0]!.measures).toEqual(measuresOf(cropped(a, changedCells[0]!), cropped(b, changedCells[0]!)));
  });

  test.each([
    ["outside", { x: 25, y: 0, width: 6, height: 6 }],
    ["not whole", { x: 0.5, y: 0, width: 6, height: 6 }],
    ["too small to tell anything", { x: 0, y: 0, width: 3, height: 30 }],
  ])("%s are refused", (_, box) => {
    const a = raster(30, 30, base(30, 30));
    expect(() => measureRegions(measurePair(a, a), [{ name: "face", ...box }])).toThrow(/the region face/);
  });
});

describe("difference pictures", () => {
  test("are dark where nothing differs and grow brighter with the difference", () => {
    const a = raster(4, 1, new Uint8Array(12));
    const b = raster(4, 1, Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 20, 0, 0, 0, 255));
    const { data } = differencePicture(a, b);
    const light = [0, 1, 2, 3].map((i) => data[3 * i]! + data[3 * i + 1]! + data[3 * i + 2]!);
    expect(light).toEqual([...light].sort((x, y) => x - y));
    expect(new Set(light).size).toBe(4);
  });

  test("stand beside the images, pixels enlarged by whole factors", () => {
    const red = raster(2, 2, Uint8Array.of(255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    const { width, height, data } = sheetOf([red, red]);
    expect([width, height]).toEqual([2 * 320 + 3 * 8, 320 + 16]);
    expect([...data.subarray(3 * (8 * width + 8), 3 * (8 * width + 8) + 3)]).toEqual([255, 0, 0]);
    expect([...data.subarray(3 * (8 * width + 8 + 160), 3 * (8 * width + 8 + 160) + 3)]).toEqual([0, 0, 0]);
  });
});

describe("resizing", () => {
  test("keeps one colour, and an image at its own size", () => {
    const grey = raster(7, 5, new Uint8Array(105).fill(77));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }), (width, height) => {
        expect(new Set(fitted(grey, width, height).data)).toEqual(new Set([77]));
      }),
    );
    const a = raster(7, 5, base(7, 5));
    expect(fitted(a, 7, 5)).toEqual(a);
  });

  test("there and back leaves a smooth image nearly as it was", () => {
    const smooth = raster(
      64,
      64,
      Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (Math.floor(i / 3) % 64) * 2 + Math.floor(i / 192)),
    );
    expect(measuresOf(smooth, fitted(fitted(smooth, 128, 128), 64, 64)).maxDifference).toBeLessThanOrEqual(2);
  });

  test("is thought of for one shape only", () => {
    expect(sameShape({ width: 832, height: 1216 }, { width: 416, height: 608 })).toBe(true);
    expect(sameShape({ width: 832, height: 1216 }, { width: 832, height: 1152 })).toBe(false);
  });
});
