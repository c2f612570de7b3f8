/** Sky, sun or moon, stars, clouds and rainbow; coordinates in 128ths of the picture. */

import { fill } from "./canvas.ts";
import { hex, lighter, mix } from "./colour.ts";
import { type Contour, ellipse } from "./path.ts";
import { bright, glow, type Pen } from "./pen.ts";
import { between, pick, type Random } from "./random.ts";
import { outline } from "./stroke.ts";
import type { Tags } from "./tags.ts";
import { cosine, sine } from "./turn.ts";

/** The moon leans back by a sixteenth of a turn. */
const TILT = 0.0625;

/** Places a sun may stand at: left, right, high. */
const SUN_AT = [
  [24, 24],
  [102, 22],
  [66, 18],
] as const;

const RAINBOW = ["f4767a", "fbb15c", "fde27c", "8fd694", "7cb9ee", "b196e0"].map(hex);

function drawGradient(pen: Pen, horizon: number): void {
  const [top, bottom] = pen.light.sky;
  const { width, height } = pen.canvas;
  const whole: Contour = [0, 0, width, 0, width, height, 0, height];
  fill(pen.canvas, [whole], { kind: "vertical", top, bottom, from: 0, to: horizon * pen.unit, alpha: 1 });
}

function drawStars(pen: Pen, random: Random): void {
  for (let i = 0; i < 10; i++) {
    const x = ((i % 5) + between(random, 0.15, 0.85)) * 25.6;
    const y = (Math.floor(i / 5) + between(random, 0.15, 0.85)) * 24;
    bright(pen, star(x, y, pick(random, [1.6, 2.2])), hex("fff3cf"), 0.95);
  }
}

function star(x: number, y: number, r: number): Contour {
  const k = r * 0.34;
  return [x, y - r, x + k, y - k, x + r, y, x + k, y + k, x, y + r, x - k, y + k, x - r, y, x - k, y - k];
}

/** A moon whose horns point to the right: an outer arc there, an inner one back (its centre 0.45 r to the right). */
function crescent(x: number, y: number, r: number): Contour {
  const out: number[] = [];
  const arc = (cx: number, radius: number, from: number, to: number): void => {
    for (let i = 0; i <= 24; i++) {
      const turns = from + ((to - from) * i) / 24 - TILT;
      out.push(x + cx * cosine(-TILT) + radius * cosine(turns), y + cx * sine(-TILT) + radius * sine(turns));
    }
  };
  arc(0, r, 0.14, 0.86);
  arc(0.45 * r, 0.793 * r, 0.788, 0.212);
  return out;
}

function drawLamp(pen: Pen, tags: Tags, horizon: number, random: Random): void {
  const { light } = pen;
  const [x0, y0] = pick(random, SUN_AT);
  const x = x0 + between(random, -4, 4);
  const low = tags.time === "sunset" || tags.time === "morning";
  const y = low ? horizon - (tags.time === "sunset" ? 12 : 26) + between(random, -3, 3) : y0 + between(random, -3, 3);
  const r = tags.time === "sunset" ? 16 : tags.time === "night" ? 10 : 11;
  glow(pen, x, y, r * 3.2, light.glow, light.dark ? 0.55 : 0.85);
  bright(pen, light.dark ? crescent(x, y, r) : ellipse(x, y, r, r), light.lamp);
}

function drawCloud(pen: Pen, x: number, y: number, k: number): void {
  const { light } = pen;
  const lumps: Contour[] = [
    ellipse(x - 9 * k, y + 1.6 * k, 6 * k, 5 * k),
    ellipse(x, y - 1.4 * k, 8.4 * k, 7.6 * k),
    ellipse(x + 9.4 * k, y + 1.4 * k, 6.6 * k, 5.4 * k),
    ellipse(x, y + 3.6 * k, 14 * k, 3.6 * k),
  ];
  const px = (list: readonly Contour[], dy: number): Contour[] =>
    list.map((points) => points.map((v, i) => (v + (i % 2) * dy) * pen.unit));
  fill(pen.canvas, px(lumps, 1.4), { kind: "flat", colour: mix(light.cloud, light.sky[0], 0.34), alpha: 1 });
  fill(pen.canvas, px(lumps, 0), { kind: "flat", colour: light.cloud, alpha: 1 });
}

function drawRainbow(pen: Pen, random: Random, horizon: number): void {
  const x = 64 + between(random, -10, 10);
  for (const [i, colour] of RAINBOW.entries()) {
    const r = 58 - i * 3.6;
    const band = outline(ellipse(x, horizon + 4, r, r * 0.92), 3.8, true);
    const points = band.map((contour) => contour.map((v) => v * pen.unit));
    const shade = pen.light.dark ? mix(colour, pen.light.sky[1], 0.25) : lighter(colour, 0.1);
    fill(pen.canvas, points, { kind: "flat", colour: shade, alpha: 0.85 });
  }
}

/** Everything behind the land. `horizon` is the height of the far ground. */
export function drawSky(pen: Pen, tags: Tags, horizon: number, random: Random): void {
  drawGradient(pen, horizon);
  const covered = tags.weather === "cloudy" || tags.weather === "rain" || tags.weather === "snow";
  if (pen.light.dark && !covered) drawStars(pen, random);
  if (!covered) drawLamp(pen, tags, horizon, random);
  if (tags.weather === "rainbow") drawRainbow(pen, random, horizon);
  const clouds = covered
    ? [
        [20, 18, 1.25],
        [60, 12, 1.5],
        [104, 20, 1.3],
        [84, 38, 0.8],
      ]
    : tags.weather === "clear"
      ? [
          [30, 34, 0.7],
          [96, 42, 0.75],
        ]
      : [];
  for (const [x, y, k] of clouds as [number, number, number][]) {
    drawCloud(pen, x + between(random, -8, 8), y + between(random, -3, 3), k);
  }
}
