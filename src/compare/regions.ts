/** Parts of an image measured each on its own: a grid, and boxes that a person names (face, background, clothing …). */

import { SeedproofError } from "../base/errors.ts";
import type { Raster } from "../image/raster.ts";
import { type Measures, measurePair, type Pair } from "./metrics.ts";
import { type Plane, plane } from "./planes.ts";

/** A named part, in pixels of the image. */
export interface Region {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A part with its measures. */
export interface MeasuredRegion extends Region {
  readonly measures: Measures;
}

/** Limits of what a caller asks for. */
export const REGION_LIMITS = {
  /** Named boxes: more is no table that a person reads. */
  boxes: 64,
  /** Cells a side of the grid. */
  grid: 16,
  /** Pixels a side: below that no structure can be told. */
  side: 4,
} as const;

/**
 * The cells of a grid from the upper left, `row.column` counted from 1; sides that do not divide evenly differ by a pixel.
 * @param cells - a side, 1 … {@link REGION_LIMITS}.grid; fewer where the image is too small
 */
export function gridRegions({ width, height }: Pick<Raster, "width" | "height">, cells: number): Region[] {
  const count = (side: number): number =>
    Math.max(1, Math.min(cells, REGION_LIMITS.grid, Math.floor(side / REGION_LIMITS.side)));
  const [columns, rows] = [count(width), count(height)];
  const cut = (side: number, parts: number, i: number): number => Math.floor((side * i) / parts);
  return Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const [x, y] = [cut(width, columns, column), cut(height, rows, row)];
    const [right, bottom] = [cut(width, columns, column + 1), cut(height, rows, row + 1)];
    return { name: `${row + 1}.${column + 1}`, x, y, width: right - x, height: bottom - y };
  });
}

/**
 * Measures parts of a pair.
 * @throws SeedproofError `compare.region-outside` when a part is not wholly in the image or smaller than 4 pixels a side,
 *   `compare.region-many`
 */
export function measureRegions({ a, b, colours }: Pair, regions: readonly Region[]): MeasuredRegion[] {
  assertRegions(regions, a);
  return regions.map((region) => {
    const part = measurePair(cropped(a, region), cropped(b, region), coloursIn(colours, a, region));
    return { ...region, measures: part.measures };
  });
}

/** The part of a map over the whole image whose cells have their middle in the region; the nearest cell where none has. */
function coloursIn({ width, height, data }: Plane, image: Raster, region: Region): Plane {
  const range = (from: number, length: number, side: number, cells: number): [number, number] => {
    const first = Math.min(cells - 1, Math.max(0, Math.ceil((from * cells) / side - 0.5)));
    return [first, Math.max(first + 1, Math.min(cells, Math.ceil(((from + length) * cells) / side - 0.5)))];
  };
  const [left, right] = range(region.x, region.width, image.width, width);
  const [top, bottom] = range(region.y, region.height, image.height, height);
  const part = plane(right - left, bottom - top);
  for (let y = top; y < bottom; y++) {
    part.data.set(data.subarray(y * width + left, y * width + right), (y - top) * part.width);
  }
  return part;
}

/** @throws SeedproofError as {@link measureRegions} */
export function assertRegions(regions: readonly Region[], image: Raster): void {
  if (regions.length > REGION_LIMITS.boxes + REGION_LIMITS.grid * REGION_LIMITS.grid) {
    throw new SeedproofError("compare.region-many", `at most ${REGION_LIMITS.boxes} boxes are measured`);
  }
  for (const region of regions) assertInside(region, image);
}

/** The pixels of a part. */
export function cropped({ width, channels, data }: Raster, region: Omit<Region, "name">): Raster {
  const stride = region.width * channels;
  const part = new Uint8Array(region.height * stride);
  for (let y = 0; y < region.height; y++) {
    const from = ((region.y + y) * width + region.x) * channels;
    part.set(data.subarray(from, from + stride), y * stride);
  }
  return { width: region.width, height: region.height, channels, data: part };
}

function assertInside({ name, x, y, width, height }: Region, image: Raster): void {
  const whole = [x, y, width, height].every((value) => Number.isInteger(value) && value >= 0);
  const large = width >= REGION_LIMITS.side && height >= REGION_LIMITS.side;
  if (whole && large && x + width <= image.width && y + height <= image.height) return;
  throw new SeedproofError(
    "compare.region-outside",
    `the region ${name.slice(0, 80)} (${x},${y},${width},${height}) is not in the image of ${image.width}x${image.height}, or below ${REGION_LIMITS.side} pixels`,
  );
}
