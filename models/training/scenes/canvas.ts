/**
 * An anti-aliased scanline rasteriser with exact area coverage: every edge adds its signed area to the cells it crosses, and a
 * running sum along the row gives the covered share of each pixel (the method of libart and FreeType's smooth rasteriser).
 * Only + - * / and comparisons on doubles and floats, which IEEE 754 fixes to the bit, so bytes are equal on every computer.
 */

import type { Contour } from "./path.ts";

/** Red, green, blue in 0 … 255, as sRGB values. */
export type Rgb = readonly [number, number, number];

/** How the covered area is coloured; distances are in pixels, `alpha` is 0 … 1. */
export type Paint =
  | { readonly kind: "flat"; readonly colour: Rgb; readonly alpha: number }
  | {
      readonly kind: "vertical";
      readonly top: Rgb;
      readonly bottom: Rgb;
      readonly from: number;
      readonly to: number;
      readonly alpha: number;
    }
  | {
      readonly kind: "glow";
      readonly colour: Rgb;
      readonly x: number;
      readonly y: number;
      readonly radius: number;
      readonly alpha: number;
    };

/** A picture under way. Coverage is left at zero between calls. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3], 0 … 255, not yet rounded. */
  readonly pixels: Float32Array;
  readonly cover: Float32Array;
  /** What `fillWithin` paints inside of; zero between calls. */
  readonly clip: Mask;
  readonly stride: number;
}

/** The covered share of each pixel, [height, width], 0 … 1. */
export type Mask = Float32Array;

/** A black picture. */
export function createCanvas(width: number, height: number): Canvas {
  const stride = width + 2;
  return {
    width,
    height,
    stride,
    pixels: new Float32Array(width * height * 3),
    cover: new Float32Array(stride * height),
    clip: new Float32Array(width * height),
  };
}

interface Bounds {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** Adds the part of an edge that lies within one row. `height` is signed: positive when the edge runs down. */
function addSpan(cover: Float32Array, row: number, x0: number, x1: number, height: number): void {
  const left = Math.min(x0, x1);
  const right = Math.max(x0, x1);
  const first = Math.floor(left);
  const last = Math.floor(right);
  if (first === last) {
    const right_ = height * ((left + right) / 2 - first);
    cover[row + first]! += height - right_;
    cover[row + first + 1]! += right_;
    return;
  }
  const perPixel = height / (right - left);
  for (let cell = first; cell <= last; cell++) {
    const from = Math.max(left, cell);
    const to = Math.min(right, cell + 1);
    const share = perPixel * (to - from);
    const inRight = share * ((from + to) / 2 - cell);
    cover[row + cell]! += share - inRight;
    cover[row + cell + 1]! += inRight;
  }
}

function clampX(x: number, width: number): number {
  return x < 0 ? 0 : Math.min(x, width);
}

/** Adds an edge that runs down when `sign` is 1, and one that runs up, given from its upper end, when it is -1. */
function addEdge(canvas: Canvas, bounds: Bounds, x0: number, y0: number, x1: number, y1: number, sign: 1 | -1): void {
  const from = Math.max(y0, 0);
  const to = Math.min(y1, canvas.height);
  if (from >= to) return;
  const slope = (x1 - x0) / (y1 - y0);
  const firstRow = Math.floor(from);
  const lastRow = Math.ceil(to);
  let y = from;
  let x = clampX(x0 + (from - y0) * slope, canvas.width);
  for (let row = firstRow; row < lastRow; row++) {
    const yNext = Math.min(row + 1, to);
    const xNext = clampX(x0 + (yNext - y0) * slope, canvas.width);
    addSpan(canvas.cover, row * canvas.stride, x, xNext, sign * (yNext - y));
    const left = Math.min(x, xNext);
    const right = Math.max(x, xNext);
    if (left < bounds.left) bounds.left = Math.floor(left);
    if (right > bounds.right) bounds.right = right;
    y = yNext;
    x = xNext;
  }
  if (firstRow < bounds.top) bounds.top = firstRow;
  if (lastRow > bounds.bottom) bounds.bottom = lastRow;
}

function addContours(canvas: Canvas, contours: readonly Contour[]): Bounds {
  const bounds = { top: canvas.height, bottom: 0, left: canvas.width, right: 0 };
  for (const points of contours) {
    const n = points.length;
    for (let i = 0; i < n; i += 2) {
      const j = i + 2 === n ? 0 : i + 2;
      const ya = points[i + 1]!;
      const yb = points[j + 1]!;
      if (ya < yb) addEdge(canvas, bounds, points[i]!, ya, points[j]!, yb, 1);
      else if (yb < ya) addEdge(canvas, bounds, points[j]!, yb, points[i]!, ya, -1);
    }
  }
  return bounds;
}

/** What a covered pixel becomes: at `pixel` = y · width + x, of which `share` is covered. */
type Visit = (pixel: number, x: number, y: number, share: number) => void;

/** Calls `visit` for every pixel with some coverage and leaves the coverage at zero. */
function sweep(canvas: Canvas, bounds: Bounds, visit: Visit): void {
  const { cover, width } = canvas;
  const end = Math.min(width, Math.floor(bounds.right) + 2);
  for (let y = bounds.top; y < bounds.bottom; y++) {
    const row = y * canvas.stride;
    let sum = 0;
    for (let x = bounds.left; x < end; x++) {
      sum += cover[row + x]!;
      cover[row + x] = 0;
      const share = sum < 0 ? -sum : sum;
      if (share > FAINT) visit(y * width + x, x, y, Math.min(share, 1));
    }
    cover[row + width] = 0;
    cover[row + width + 1] = 0;
  }
}

/** Coverage below half a step of 255 cannot be seen; it also hides what rounding leaves right of a shape. */
const FAINT = 0.002;

function blend(pixels: Float32Array, at: number, r: number, g: number, b: number, alpha: number): void {
  const i = at * 3;
  pixels[i] = pixels[i]! + (r - pixels[i]!) * alpha;
  pixels[i + 1] = pixels[i + 1]! + (g - pixels[i + 1]!) * alpha;
  pixels[i + 2] = pixels[i + 2]! + (b - pixels[i + 2]!) * alpha;
}

function flatVisit({ pixels }: Canvas, { colour: [r, g, b], alpha }: Extract<Paint, { kind: "flat" }>): Visit {
  return (pixel, _x, _y, share) => blend(pixels, pixel, r, g, b, share * alpha);
}

function verticalVisit({ pixels }: Canvas, paint: Extract<Paint, { kind: "vertical" }>): Visit {
  const { top, bottom, from, to, alpha } = paint;
  return (pixel, _x, y, share) => {
    const t = (y + 0.5 - from) / (to - from);
    const k = t < 0 ? 0 : Math.min(t, 1);
    const r = top[0] + (bottom[0] - top[0]) * k;
    const g = top[1] + (bottom[1] - top[1]) * k;
    const b = top[2] + (bottom[2] - top[2]) * k;
    blend(pixels, pixel, r, g, b, share * alpha);
  };
}

function glowVisit({ pixels }: Canvas, paint: Extract<Paint, { kind: "glow" }>): Visit {
  const [r, g, b] = paint.colour;
  const { radius, alpha } = paint;
  return (pixel, x, y, share) => {
    const dx = x + 0.5 - paint.x;
    const dy = y + 0.5 - paint.y;
    const rest = 1 - (dx * dx + dy * dy) / (radius * radius);
    if (rest > 0) blend(pixels, pixel, r, g, b, share * alpha * rest * rest);
  };
}

function visitOf(canvas: Canvas, paint: Paint): Visit {
  if (paint.kind === "flat") return flatVisit(canvas, paint);
  return paint.kind === "vertical" ? verticalVisit(canvas, paint) : glowVisit(canvas, paint);
}

/** Paints the area inside the contours. Overlaps of contours with the same orientation count once. */
export function fill(canvas: Canvas, contours: readonly Contour[], paint: Paint): void {
  sweep(canvas, addContours(canvas, contours), visitOf(canvas, paint));
}

/** Paints what is inside the contours and inside `within` alike. */
export function fillWithin(
  canvas: Canvas,
  contours: readonly Contour[],
  within: readonly Contour[],
  paint: Paint,
): void {
  const { clip, width } = canvas;
  const bounds = addContours(canvas, within);
  sweep(canvas, bounds, (pixel, _x, _y, share) => {
    clip[pixel] = share;
  });
  const visit = visitOf(canvas, paint);
  sweep(canvas, addContours(canvas, contours), (pixel, x, y, share) => visit(pixel, x, y, share * clip[pixel]!));
  clip.fill(0, bounds.top * width, Math.max(bounds.top, bounds.bottom) * width);
}

/** Adds the coverage of the contours to a mask; what is covered stays covered. */
export function addToMask(canvas: Canvas, mask: Mask, contours: readonly Contour[]): void {
  sweep(canvas, addContours(canvas, contours), (pixel, _x, _y, share) => {
    if (share > mask[pixel]!) mask[pixel] = share;
  });
}

/** The picture as bytes, [height, width, 3], each value rounded half up. */
export function toBytes(canvas: Canvas): Uint8Array {
  const bytes = new Uint8Array(canvas.pixels.length);
  for (let i = 0; i < bytes.length; i++) {
    const value = Math.floor(canvas.pixels[i]! + 0.5);
    bytes[i] = value < 0 ? 0 : Math.min(value, 255);
  }
  return bytes;
}
