import { expect, test } from "vitest";
import { type Differences, differences, LABELS } from "../../../src/compare/pair/differences.ts";
import { coloursOf } from "../../../src/compare/pair/plane.ts";
import type { Matrix } from "../../../src/compare/pair/transform.ts";
import type { Raster } from "../../../src/image/raster.ts";

const [WIDTH, HEIGHT] = [512, 384];
const STILL: Matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1];
type Colour = readonly [number, number, number];

const WHITE: Colour = [255, 255, 255];
const GREEN: Colour = [30, 150, 60];
const LIME: Colour = [150, 240, 20];
const RED: Colour = [220, 40, 50];

/** Flat art of four colours: a white ground, two bars and a disc. */
function colourAt(x: number, y: number): Colour {
  if (Math.hypot(x - 360, y - 200) < 90) return RED;
  if (x > 40 && x < 200 && y > 40 && y < 160) return GREEN;
  return x > 40 && x < 200 && y > 220 && y < 340 ? LIME : WHITE;
}

function drawn(change: (colour: Colour, x: number, y: number) => Colour = (colour) => colour): Raster {
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    data.set(
      change(colourAt(x, y), x, y).map((value) => Math.round(Math.min(255, Math.max(0, value)))),
      3 * i,
    );
  }
  return { width: WIDTH, height: HEIGHT, channels: 3, data };
}

/** Distance of a colour from grey, times a factor; what has no room is clipped. */
function saturated([r, g, b]: Colour, factor: number): Colour {
  const grey = 0.299 * r + 0.587 * g + 0.114 * b;
  return [r, g, b].map((value) => grey + factor * (value - grey)) as unknown as Colour;
}

const compared = (after: Raster): Differences => differences(coloursOf(drawn()), coloursOf(after), STILL);
const shareOf = ({ labels }: Differences, label: number): number =>
  labels.filter((value) => value === label).length / labels.filter((value) => value !== LABELS.outside).length;

test("flat art is the same after its colours were made stronger until they clip", () => {
  const map = compared(drawn((colour) => saturated(colour, 1.6)));
  expect(map.changed.value).toBe(0);
  expect(map.changed.high).toBeLessThan(0.02);
});

test("edges that a filter made steeper bend no tone", () => {
  const steep = drawn((colour, x, y) => {
    const around = [colourAt(x - 2, y), colourAt(x + 2, y), colourAt(x, y - 2), colourAt(x, y + 2)];
    return colour.map((value, c) => {
      const mean = around.reduce((sum, near) => sum + near[c]!, 0) / 4;
      return value + 1.5 * (value - mean);
    }) as unknown as Colour;
  });
  expect(compared(steep).changed.value).toBe(0);
});

test("a drawing in black on white that was made paler is the same", () => {
  const ink = ([r, g, b]: Colour): Colour => (r + g + b > 600 ? WHITE : [10, 10, 10]);
  const before = coloursOf(drawn(ink));
  const after = coloursOf(drawn((colour) => ink(colour).map((value) => 30 + 0.8 * value) as unknown as Colour));
  const map = differences(before, after, STILL);
  expect([map.changed.value, map.changed.high]).toEqual([0, 0]);
});

test("a bar painted in another colour differs, and only it", () => {
  const map = compared(drawn((colour) => (colour === GREEN ? [90, 60, 170] : colour)));
  const truth = (160 * 120) / (WIDTH * HEIGHT);
  expect(Math.abs(map.changed.value - truth)).toBeLessThan(0.02);
  expect(map.regions).toHaveLength(1);
});

test("a colour that moved a little wherever it occurs may be tone: it is uncertain, neither changed nor the same", () => {
  const map = compared(drawn((colour) => (colour === RED ? [190, 60, 75] : colour)));
  const truth = (Math.PI * 90 * 90) / (WIDTH * HEIGHT);
  expect(map.changed.value).toBe(0);
  expect(Math.abs(shareOf(map, LABELS.uncertain) - truth)).toBeLessThan(0.03);
  expect(map.changed.high).toBeGreaterThan(truth - 0.02);
});

test("half of the places of a colour that moved are no tone and differ", () => {
  const map = compared(drawn((colour, x) => (colour === RED && x > 360 ? [190, 60, 75] : colour)));
  const truth = (Math.PI * 90 * 90) / 2 / (WIDTH * HEIGHT);
  expect(Math.abs(map.changed.value - truth)).toBeLessThan(0.02);
});
