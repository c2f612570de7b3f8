/** The cut of an upload, as `changes.ts` makes it and the bench expects to find it again. */

import type { Box } from "../../src/compare/pair/geometry.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What an upload keeps of a picture, in its pixels: left, top, width, height. */
export function keptByUpload({ width, height }: Size): Box {
  return [Math.round(width * 0.04), Math.round(height * 0.05), Math.round(width * 0.91), Math.round(height * 0.91)];
}

/** Largest distance of a found box's four edges from the true ones, as a share of the picture's long side. */
export function edgesOff([x, y, w, h]: Box, [left, top, width, height]: Box, picture: Size): number {
  const off = [x - left, y - top, x + w - left - width, y + h - top - height].map(Math.abs);
  return Math.max(...off) / Math.max(picture.width, picture.height);
}
