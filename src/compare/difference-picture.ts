/** Where two images differ, as a picture: black where nothing does, then violet, red and yellow with the difference. */

import { type Raster, toRgb } from "../image/raster.ts";

/** Colours from no difference to the largest shown, red, green and blue; brightness grows all the way. */
const RAMP: readonly (readonly [number, number, number])[] = [
  [12, 12, 16],
  [64, 30, 110],
  [150, 42, 104],
  [222, 78, 64],
  [250, 150, 40],
  [252, 240, 170],
];

/** Difference that gets the last colour, by default: what nobody overlooks. */
const FULL = 64;
/** Space between the panels of a sheet, in pixels, and its colour. */
const GAP = 8;
const GROUND = 244;
/** Panels are enlarged by whole factors until they are this wide. */
const PANEL = 320;

/**
 * The largest difference of each pixel's samples in colours. The square root of the share is shown, so that differences
 * of one level are seen too.
 * @param full - levels that get the last colour
 */
export function differencePicture(a: Raster, b: Raster, full = FULL): Raster {
  const [one, two] = [toRgb(a), toRgb(b)];
  const data = new Uint8Array(one.length);
  for (let i = 0; i < one.length; i += 3) {
    let most = 0;
    for (let c = 0; c < 3; c++) most = Math.max(most, Math.abs(one[i + c]! - two[i + c]!));
    data.set(rampColour(Math.sqrt(Math.min(1, most / full))), i);
  }
  return { width: a.width, height: a.height, channels: 3, data };
}

/** Images of one size beside each other, enlarged by a whole factor without smoothing: pixels stay pixels. */
export function sheetOf(panels: readonly Raster[]): Raster {
  const [first] = panels;
  const { width, height } = first!;
  const factor = Math.max(1, Math.floor(PANEL / width));
  const [w, h] = [width * factor, height * factor];
  const total = { width: panels.length * (w + GAP) + GAP, height: h + 2 * GAP };
  const data = new Uint8Array(3 * total.width * total.height).fill(GROUND);
  for (const [n, panel] of panels.entries()) {
    const rgb = toRgb(panel);
    for (let y = 0; y < h; y++) {
      const row = Math.floor(y / factor) * width;
      const to = (y + GAP) * total.width + GAP + n * (w + GAP);
      for (let x = 0; x < w; x++) {
        const from = 3 * (row + Math.floor(x / factor));
        data.set(rgb.subarray(from, from + 3), 3 * (to + x));
      }
    }
  }
  return { ...total, channels: 3, data };
}

function rampColour(share: number): [number, number, number] {
  const at = share * (RAMP.length - 1);
  const from = Math.min(Math.floor(at), RAMP.length - 2);
  const [low, high] = [RAMP[from]!, RAMP[from + 1]!];
  const mix = (c: 0 | 1 | 2): number => Math.round(low[c] + (high[c] - low[c]) * (at - from));
  return [mix(0), mix(1), mix(2)];
}
