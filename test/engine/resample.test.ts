import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fromRaster, latentMask, toRaster } from "../../src/engine/pixels.ts";
import { type LatentUpscaler, resample } from "../../src/engine/resample.ts";
import { tensor } from "../../src/engine/tensor.ts";

const vectors = JSON.parse(readFileSync(join(import.meta.dirname, "vectors/resample.json"), "utf8")) as {
  x: number[];
  rows: [height: number, width: number, method: LatentUpscaler, values: number[]][];
};

test.each(vectors.rows)("latents at %d x %d, %s, are PyTorch's", (height, width, method, values) => {
  const found = resample(tensor([1, 2, 5, 7], Float32Array.from(vectors.x)), height, width, method);
  expect(found.shape).toEqual([1, 2, height, width]);
  for (const [i, value] of found.data.entries()) expect(Math.abs(value - values[i]!)).toBeLessThan(1.5e-6);
});

test("pixels are cut off as A1111 and ComfyUI do, or rounded as diffusers does", () => {
  const values = Float32Array.of(-1.5, -1, -0.996, -0.9961, 0, 0.00393, 0.999, 1, 2);
  const pixels = tensor([1, 3, 1, 3], values);
  // Planes to pixels: red of all, then green, then blue.
  const inPlanes = (data: Uint8Array): number[] => [0, 1, 2].flatMap((c) => [0, 1, 2].map((i) => data[3 * i + c]!));
  expect(inPlanes(toRaster(pixels, "truncate").data)).toEqual([0, 0, 0, 0, 127, 128, 254, 255, 255]);
  expect(inPlanes(toRaster(pixels, "round").data)).toEqual([0, 0, 1, 0, 128, 128, 255, 255, 255]);
});

test("every 8-bit pixel survives the way to the autoencoder and back, rounded", () => {
  const data = Uint8Array.from({ length: 768 }, (_, i) => i % 256);
  const raster = { width: 16, height: 16, channels: 3 as const, data };
  expect(toRaster(fromRaster(raster), "round")).toEqual(raster);
});

test("a mask over pixels becomes one over cells, 0 or 1 by the greater half", () => {
  const mask = Float32Array.from({ length: 32 }, (_, i) => (i % 8 < 3 ? 1 : 0));
  expect([...latentMask(mask, 8, 2)]).toEqual([1, 0, 0, 0, 1, 0, 0, 0]);
});
