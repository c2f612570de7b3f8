/** Colours as sRGB triples, and the palette of the illustrations. */

import type { Rgb } from "./canvas.ts";

/** Reads six hexadecimal digits. */
export function hex(digits: string): Rgb {
  const value = Number.parseInt(digits, 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** From `a` (t = 0) to `b` (t = 1), straight in sRGB. */
export function mix(a: Rgb, b: Rgb, t: number): Rgb {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

/** Channel by channel; a factor of 1 leaves the channel as it is. */
export function scaled(colour: Rgb, factors: Rgb): Rgb {
  return [colour[0] * factors[0], colour[1] * factors[1], colour[2] * factors[2]];
}

/** The line colour: a warm dark plum, softer than black. */
export const INK = hex("35264a");
export const PAPER = hex("fdf6e7");
export const SNOW = hex("f4f9ff");
export const WHITE = hex("ffffff");

/** Towards the ink. */
export function darker(colour: Rgb, t = 0.22): Rgb {
  return mix(colour, hex("3a2a5c"), t);
}

/** Towards warm paper. */
export function lighter(colour: Rgb, t = 0.4): Rgb {
  return mix(colour, PAPER, t);
}
