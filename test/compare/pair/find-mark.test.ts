import { expect, test } from "vitest";
import { markAmong, markOfPosts } from "../../../src/compare/pair/find-mark.ts";
import type { Plane } from "../../../src/compare/pair/plane.ts";
import { boxesOf, decode, type TextLine } from "../../../src/compare/pair/read-text.ts";

/** Numbers 0 … 255 that hang on a seed alone. */
function noise(seed: number, i: number): number {
  const x = Math.imul((i + 1) ^ Math.imul(seed + 7, 0x9e3779b1), 0x85ebca6b);
  return ((x ^ (x >>> 15)) >>> 0) % 256;
}

/** A post of noise of its own that carries the same letters 90 pixels from the right and 30 from below. */
function post(seed: number, width: number, height: number, withMark: boolean): Plane {
  const data = Float32Array.from({ length: width * height }, (_, i) => 40 + noise(seed, i) / 4);
  for (let y = 0; withMark && y < 16; y++) {
    for (let x = 0; x < 64; x++) {
      if (noise(99, 64 * (y >> 1) + (x >> 1)) > 140) data[(height - 30 + y) * width + width - 90 + x] = 235;
    }
  }
  return { width, height, data };
}

test("what posts of different sizes have in common at one corner is their mark, and its box is told", () => {
  const box = markOfPosts([
    post(1, 320, 240, true),
    post(2, 300, 260, true),
    post(3, 340, 220, true),
    post(4, 320, 240, true),
  ])!;
  const [x, y, w, h] = box;
  expect(Math.abs(x - 230)).toBeLessThanOrEqual(16);
  expect(Math.abs(y - 210)).toBeLessThanOrEqual(16);
  expect(Math.abs(x + w - 294)).toBeLessThanOrEqual(16);
  expect(Math.abs(y + h - 226)).toBeLessThanOrEqual(16);
});

test("posts without a mark have none in common, and two posts are too few", () => {
  expect(markOfPosts([1, 2, 3, 4].map((seed) => post(seed, 320, 240, false)))).toBeUndefined();
  expect(markOfPosts([post(1, 320, 240, true), post(2, 320, 240, true)])).toBeUndefined();
});

const line = (text: string, box: TextLine["box"]): TextLine => ({ text, box, confidence: 0.9 });

test("the line nearest to an edge is the mark, unless its text is known", () => {
  const lines = [
    line("SALE", [300, 200, 200, 60]),
    line("小红书号 9527", [700, 740, 180, 30]),
    line("@someone", [20, 300, 100, 30]),
  ];
  const picture = { width: 900, height: 780 };
  expect(markAmong(lines, picture)?.text).toBe("小红书号 9527");
  expect(markAmong(lines, picture, "@Some One")?.text).toBe("@someone");
  expect(markAmong(lines, picture, "nobody")).toBeUndefined();
});

test("steps of a recogniser become text: repeats fall together, blanks part them, the class behind the alphabet is a space", () => {
  const alphabet = ["a", "b"];
  const steps = [1, 1, 0, 1, 2, 3, 2];
  const data = Float32Array.from(steps.flatMap((best) => [0, 1, 2, 3].map((c) => (c === best ? 0.9 : 0.03))));
  const { text, confidence } = decode(data, 4, alphabet);
  expect(text).toBe("aab b");
  expect(confidence).toBeCloseTo(0.9, 5);
});

test("pixels of text become boxes that are grown to the whole letters; faint ones and specks do not", () => {
  const map: Plane = { width: 100, height: 60, data: new Float32Array(6000) };
  for (let y = 20; y < 30; y++) for (let x = 30; x < 70; x++) map.data[y * 100 + x] = 0.9;
  for (let y = 45; y < 55; y++) for (let x = 10; x < 50; x++) map.data[y * 100 + x] = 0.35;
  map.data[5 * 100 + 90] = 0.99;
  const boxes = boxesOf(map);
  expect(boxes).toHaveLength(1);
  const [x, y, w, h] = boxes[0]!;
  expect([x < 28, y < 18, x + w > 72, y + h > 32]).toEqual([true, true, true, true]);
});
