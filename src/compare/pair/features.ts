/** Local features: corners with a direction, a size and 256 bits that describe what is around them. */

import type { Plane } from "./plane.ts";

/** Features of one picture. A list of columns: `count` numbers each, descriptors 32 bytes (8 words) each. */
export interface Features {
  readonly count: number;
  /** Size of the picture that they were found in. */
  readonly width: number;
  readonly height: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Degrees, clockwise as seen. */
  readonly angle: Float32Array;
  /** Side of the patch in pixels; its ratio between two images is the scale. */
  readonly size: Float32Array;
  /** Eight 32-bit words a feature, little-endian as OpenCV's bytes. */
  readonly words: Uint32Array;
}

/** A raw corner, before it is chosen. */
export interface Corner {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
  readonly size: number;
  readonly response: number;
  readonly octave: number;
  /** Place in the detector's scale space, where it keeps one; −1 otherwise. */
  readonly level: number;
}

/** Finds and describes features; the host brings OpenCV. */
export interface FeatureDetector {
  /** Name and version of the method, as a calibration is bound to it. */
  readonly method: string;
  /** Corners of a picture, quickly; and what else can be asked of it when they do not settle a pair. */
  readonly detect: (plane: Plane) => FeatureSource;
}

/** Features of one picture. What is found in its mirror image has the mirror image's coordinates. */
export interface FeatureSource {
  readonly plain: Features;
  /** The same corners described in the mirror image. */
  readonly mirror: () => Features;
  /** Blobs and edges of a nonlinear scale space: several times as slow, and more of them in flat pictures. */
  readonly slow: (mirrored: boolean) => Features;
}

/** How features are chosen. */
export const FEATURE_SETTINGS = {
  /** Cells along each side: letters, foliage or halftone in one place cannot take the whole budget. */
  grid: 8,
  /** Features of one picture. */
  most: 1400,
  /** Long side that a picture is brought to; small ones grow, as corners need some 31 pixels around them. */
  longSide: 1024,
  leastSide: 640,
  /** Growing further invents nothing that could be compared. */
  mostGrowth: 5,
} as const;

/** Size at which features are looked for. */
export function workingSize(width: number, height: number): { readonly width: number; readonly height: number } {
  const { longSide, leastSide, mostGrowth } = FEATURE_SETTINGS;
  const long = Math.max(width, height);
  const scale = long > longSide ? longSide / long : long < leastSide ? Math.min(mostGrowth, leastSide / long) : 1;
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * The strongest corners of every cell of a grid, then the strongest of what is left, up to the budget. Equal strength is
 * decided by place, so that the choice does not hang on the order in which corners come.
 */
export function spread(corners: readonly Corner[], width: number, height: number): Corner[] {
  const { grid, most } = FEATURE_SETTINGS;
  const cells: Corner[][] = Array.from({ length: grid * grid }, () => []);
  for (const corner of corners) {
    const column = Math.min(grid - 1, Math.floor((corner.x * grid) / width));
    const row = Math.min(grid - 1, Math.floor((corner.y * grid) / height));
    cells[row * grid + column]!.push(corner);
  }
  for (const cell of cells) cell.sort(byStrength);
  return fair(cells, most);
}

function byStrength(a: Corner, b: Corner): number {
  return b.response - a.response || a.y - b.y || a.x - b.x || a.octave - b.octave;
}

/** One from each cell in turn until the budget is used. */
function fair(cells: readonly (readonly Corner[])[], most: number): Corner[] {
  const chosen: Corner[] = [];
  for (let round = 0; chosen.length < most; round++) {
    const before = chosen.length;
    for (const cell of cells) if (round < cell.length && chosen.length < most) chosen.push(cell[round]!);
    if (chosen.length === before) break;
  }
  return chosen;
}
