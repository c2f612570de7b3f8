/** What every place is: scenery behind the subject and a frame of near things in front of it. Coordinates in 128ths of the picture. */

import type { Rgb } from "../canvas.ts";
import type { Contour } from "../path.ts";
import { blob } from "../path.ts";
import { type Pen, patch } from "../pen.ts";
import { between, type Random } from "../random.ts";

export interface Place {
  /** Draws the land from the horizon down. */
  behind(pen: Pen, horizon: number, random: Random): void;
  /** Draws what stands nearer than the subject, at the lower edge and the corners. */
  front(pen: Pen, random: Random): void;
}

/** Land with a wavy upper edge at height y, down to the lower border. */
export function hills(random: Random, y: number, wave: number): Contour {
  const height = (): number => y + between(random, -wave, wave);
  return blob(
    [-40, height()],
    [4, height()],
    [40, height()],
    [88, height()],
    [124, height()],
    [168, height()],
    [190, 190],
    [-60, 190],
  );
}

/** The pen for something far away: fades into the air. */
export function far(pen: Pen, share: number): Pen {
  return { ...pen, haze: [pen.light.sky[1], share] };
}

/** A tuft of grass or a plant of three leaves. */
export function tuft(pen: Pen, x: number, y: number, size: number, colour: Rgb): void {
  for (const s of [-1, 0, 1]) {
    patch(
      pen,
      blob(
        [x - size * 0.18, y],
        [x + s * size * 0.5 - size * 0.06, y - size * 0.6],
        [x + s * size * 0.8, y - size * (s === 0 ? 1.15 : 0.85)],
        [x + s * size * 0.5 + size * 0.14, y - size * 0.5],
        [x + size * 0.18, y],
      ),
      colour,
    );
  }
}
