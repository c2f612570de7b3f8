import { expect, test } from "vitest";
import type { Raster } from "../../src/image/raster.ts";
import { measureDimensions } from "../../src/process/dimension-measures.ts";
import type { Dimension } from "../../src/process/event.ts";

type Colour = readonly [number, number, number];
type Painter = (x: number, y: number) => Colour;

const GROUND: Colour = [40, 60, 90];
const RED: Colour = [200, 60, 50];

/** A picture whose colour at each place is told, x and y from 0 to 1. */
function picture(paint: Painter, width = 240, height = 240): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at++)
    data.set(paint((at % width) / width, Math.floor(at / width) / height), at * 3);
  return { width, height, channels: 3, data };
}

/** A disc on a ground with a soft slope, so that every measure has something to work on. */
const disc =
  (cx: number, cy: number, rx: number, ry = rx, colour = RED): Painter =>
  (x, y) =>
    ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1
      ? colour
      : [GROUND[0] + 8 * y, GROUND[1] + 8 * y, GROUND[2] + 8 * x];

const outcomes = (a: Raster, b: Raster): Record<Dimension, string> =>
  Object.fromEntries(measureDimensions(a, b).map(({ dimension, outcome }) => [dimension, outcome])) as Record<
    Dimension,
    string
  >;
const base = picture(disc(0.3, 0.4, 0.15));

test("an image and itself differ in no dimension, and perspective is never told from two images", () => {
  expect(outcomes(base, base)).toEqual({
    ...{
      layout: "same",
      proportion: "same",
      composition: "same",
      colour: "same",
      line: "same",
      perspective: "cannot-tell",
    },
  });
});

test("moving a thing changes layout and composition, and leaves colour and proportion as they were", () => {
  const onEven =
    (cx: number, cy: number): Painter =>
    (x, y) =>
      disc(cx, cy, 0.15)(x, y) === RED ? RED : GROUND;
  const moved = outcomes(picture(onEven(0.3, 0.4)), picture(onEven(0.7, 0.6)));
  expect(moved).toMatchObject({
    layout: "differs",
    composition: "differs",
    line: "differs",
    colour: "same",
    proportion: "same",
  });
});

test("making a thing wider or the frame longer changes proportion", () => {
  expect(outcomes(base, picture(disc(0.3, 0.4, 0.25, 0.1))).proportion).toBe("differs");
  expect(outcomes(base, picture(disc(0.3, 0.4, 0.15), 240, 360)).proportion).toBe("differs");
});

test("another colour of the same lightness changes colour and leaves lines and composition as they were", () => {
  const recoloured = outcomes(base, picture(disc(0.3, 0.4, 0.15, 0.15, [34, 120, 40])));
  expect(recoloured).toMatchObject({ colour: "differs", composition: "same", line: "same" });
});

test("drawing lines over an image changes line and hardly its composition", () => {
  const hatch: Painter = (x, y) => (Math.floor((x + y) * 40) % 4 === 0 ? [70, 90, 120] : disc(0.3, 0.4, 0.15)(x, y));
  expect(outcomes(base, picture(hatch)).line).toBe("differs");
});

test("a measure has a range, a floor, a unit and the name of its method, and is the same each time", () => {
  const measures = measureDimensions(base, picture(disc(0.7, 0.6, 0.15)));
  for (const { outcome, low, high, floor, method, unit } of measures.filter(
    ({ dimension }) => dimension !== "perspective",
  )) {
    expect(low).toBeLessThanOrEqual(high!);
    expect(method).toMatch(/^[a-z]+\.[a-z-]+\/1$/);
    expect(unit).toBeTruthy();
    expect(outcome).toBe(low! > floor! ? "differs" : high! <= floor! ? "same" : "cannot-tell");
  }
  expect(measureDimensions(base, picture(disc(0.7, 0.6, 0.15)))).toEqual(measures);
});

test("the measures of a pair turned round say the same", () => {
  const other = picture(disc(0.6, 0.5, 0.2));
  expect(outcomes(other, base)).toEqual(outcomes(base, other));
});

test("nothing is told of flat or tiny images", () => {
  const flat = picture(() => GROUND);
  expect(outcomes(flat, base)).toMatchObject({
    layout: "cannot-tell",
    composition: "cannot-tell",
    line: "cannot-tell",
    colour: "differs",
  });
  const tiny = picture(disc(0.5, 0.5, 0.2), 63, 240);
  expect(new Set(Object.values(outcomes(tiny, base)))).toEqual(new Set(["cannot-tell"]));
  expect(measureDimensions(tiny, base).every(({ why }) => why !== undefined)).toBe(true);
});

test("images of one row of pixels, of one channel and with alpha are measured or refused, never thrown over", () => {
  for (const channels of [1, 2, 4] as const) {
    const data = new Uint8Array(80 * 70 * channels).map((_, i) => (i * 37) % 251);
    expect(measureDimensions({ width: 80, height: 70, channels, data }, base)).toHaveLength(6);
  }
  expect(measureDimensions({ width: 300, height: 1, channels: 3, data: new Uint8Array(900) }, base)).toHaveLength(6);
});
