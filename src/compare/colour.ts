/**
 * Colour difference as the eye sees it: CIEDE2000 over CIE L*a*b*, sRGB under D65. About 1 is just noticeable.
 *
 * @see IEC 61966-2-1 (sRGB); ISO/CIE 11664-4 (L*a*b*), 11664-6 (CIEDE2000)
 * @see G. Sharma et al., "The CIEDE2000 color-difference formula: implementation notes", Color Res. Appl. 30 (2005)
 */

import { atan2 } from "../base/math-atan.ts";
import { exp, pow } from "../base/math-exp.ts";
import { cos, sin } from "../base/math-trig.ts";

/** L* 0 … 100, a* and b* about −128 … 127. */
export type Lab = readonly [lightness: number, a: number, b: number];

/** White of D65, 2° observer, for Y = 1. */
const WHITE = [0.95047, 1, 1.08883] as const;
const CUBE = 216 / 24389;
const LINE = 24389 / 27;

/** @param red, green, blue - sRGB, 0 … 1 */
export function labOf(red: number, green: number, blue: number): Lab {
  return labOfLight(lightOf(red), lightOf(green), lightOf(blue));
}

/** @param r, g, b - light in the primaries of sRGB, 0 … 1, such as a mean over pixels */
export function labOfLight(r: number, g: number, b: number): Lab {
  const x = lightnessRoot((0.412453 * r + 0.35758 * g + 0.180423 * b) / WHITE[0]);
  const y = lightnessRoot(0.212671 * r + 0.71516 * g + 0.072169 * b);
  const z = lightnessRoot((0.019334 * r + 0.119193 * g + 0.950227 * b) / WHITE[2]);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** The light of a stored value of sRGB, both 0 … 1. */
export function lightOf(value: number): number {
  return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

function lightnessRoot(t: number): number {
  return t > CUBE ? pow(t, 1 / 3) : (LINE * t + 16) / 116;
}

const DEGREE = Math.PI / 180;

/** CIEDE2000 with all weights 1. */
export function colourDifference(first: Lab, second: Lab): number {
  const [one, two] = primed(first, second);
  const [dL, dC, dh] = [two.L - one.L, two.C - one.C, hueStep(one, two)];
  const dH = 2 * Math.sqrt(one.C * two.C) * sin((dh / 2) * DEGREE);
  const [L, C, h] = [(one.L + two.L) / 2, (one.C + two.C) / 2, meanHue(one, two)];
  const t =
    1 -
    0.17 * cos((h - 30) * DEGREE) +
    0.24 * cos(2 * h * DEGREE) +
    0.32 * cos((3 * h + 6) * DEGREE) -
    0.2 * cos((4 * h - 63) * DEGREE);
  const middle = (L - 50) * (L - 50);
  const [sL, sC, sH] = [1 + (0.015 * middle) / Math.sqrt(20 + middle), 1 + 0.045 * C, 1 + 0.015 * C * t];
  const bend = (h - 275) / 25;
  const turn = -sin(60 * exp(-bend * bend) * DEGREE) * 2 * chromaShare(C);
  const [l, c, hue] = [dL / sL, dC / sC, dH / sH];
  return Math.sqrt(Math.max(0, l * l + c * c + hue * hue + turn * c * hue));
}

/** Lightness, chroma and hue in degrees, with a* stretched for greyish colours. */
interface Primed {
  readonly L: number;
  readonly C: number;
  readonly h: number;
}

function primed(first: Lab, second: Lab): [Primed, Primed] {
  const chroma = ([, a, b]: Lab): number => Math.sqrt(a * a + b * b);
  const stretch = 1.5 - 0.5 * chromaShare((chroma(first) + chroma(second)) / 2);
  const prime = ([L, a, b]: Lab): Primed => {
    const stretched = a * stretch;
    const h = stretched === 0 && b === 0 ? 0 : atan2(b, stretched) / DEGREE;
    return { L, C: Math.sqrt(stretched * stretched + b * b), h: h < 0 ? h + 360 : h };
  };
  return [prime(first), prime(second)];
}

/** √(C⁷ / (C⁷ + 25⁷)). */
function chromaShare(chroma: number): number {
  const square = chroma * chroma;
  const seventh = square * square * square * chroma;
  return Math.sqrt(seventh / (seventh + 6_103_515_625));
}

function hueStep(one: Primed, two: Primed): number {
  if (one.C * two.C === 0) return 0;
  const step = two.h - one.h;
  return step > 180 ? step - 360 : step < -180 ? step + 360 : step;
}

function meanHue(one: Primed, two: Primed): number {
  const sum = one.h + two.h;
  if (one.C * two.C === 0) return sum;
  if (Math.abs(one.h - two.h) <= 180) return sum / 2;
  return sum < 360 ? (sum + 360) / 2 : (sum - 360) / 2;
}
