/** Enlarging latents for hires fix, with the kernels and edges of `torch.nn.functional.interpolate`. */

import { type Tensor, tensor } from "./tensor.ts";

/** A1111's "Latent (nearest)", "Latent (nearest-exact)", "Latent", "Latent (bicubic)"; ComfyUI's of the same names. */
export const LATENT_UPSCALERS = ["nearest", "nearest-exact", "bilinear", "bicubic"] as const;

/** @see LATENT_UPSCALERS */
export type LatentUpscaler = (typeof LATENT_UPSCALERS)[number];

/** What one output place is made of: input places with their weights. */
type Taps = readonly (readonly [place: number, weight: number])[];

/** Keys' cubic kernel with the sharpness that PyTorch takes. @see R. G. Keys, IEEE Trans. ASSP 29 (1981) */
const SHARPNESS = -0.75;

function cubic(distance: number): number {
  const d = Math.abs(distance);
  if (d <= 1) return ((SHARPNESS + 2) * d - (SHARPNESS + 3)) * d * d + 1;
  return SHARPNESS * (((d - 5) * d + 8) * d - 4);
}

/** Along one axis: the taps of output place `i`, of `from` places stretched over `to`. Places beyond an end count as the end. */
function tapsOf(i: number, from: number, to: number, method: LatentUpscaler): Taps {
  const clamp = (place: number): number => Math.min(Math.max(place, 0), from - 1);
  const ratio = Math.fround(from / to);
  if (method === "nearest") return [[clamp(Math.floor(Math.fround(i * ratio))), 1]];
  if (method === "nearest-exact") return [[clamp(Math.floor(Math.fround((i + 0.5) * ratio))), 1]];
  const centre = (i + 0.5) * (from / to) - 0.5;
  const at = method === "bilinear" ? Math.max(centre, 0) : centre;
  const low = Math.floor(at);
  const w = at - low;
  if (method === "bilinear") {
    return [
      [clamp(low), 1 - w],
      [clamp(low + 1), w],
    ];
  }
  return [-1, 0, 1, 2].map((k) => [clamp(low + k), cubic(w - k)] as const);
}

/**
 * A latent stretched to another height and width, in cells. Equal to PyTorch's to float32 rounding; the nearest ones
 * are equal. Corners are not aligned, and nothing is smoothed before making smaller (`antialias=False`).
 */
export function resample({ shape, data }: Tensor, height: number, width: number, method: LatentUpscaler): Tensor {
  const [batch, channels, fromHeight, fromWidth] = shape as [number, number, number, number];
  const rows = Array.from({ length: height }, (_, y) => tapsOf(y, fromHeight, height, method));
  const columns = Array.from({ length: width }, (_, x) => tapsOf(x, fromWidth, width, method));
  const result = tensor([batch, channels, height, width]);
  for (let plane = 0; plane < batch * channels; plane++) {
    const source = data.subarray(plane * fromHeight * fromWidth, (plane + 1) * fromHeight * fromWidth);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (const [row, weight] of rows[y]!) {
          for (const [column, factor] of columns[x]!) sum += weight * factor * source[row * fromWidth + column]!;
        }
        result.data[(plane * height + y) * width + x] = sum;
      }
    }
  }
  return result;
}
