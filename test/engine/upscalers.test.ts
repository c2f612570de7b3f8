import { expect, test } from "vitest";
import { sha256Hex } from "../../src/base/hash.ts";
import { fromRaster, toRaster } from "../../src/engine/pixels.ts";
import { lanczos, pixelUpscaler } from "../../src/engine/upscalers.ts";
import type { Raster } from "../../src/image/raster.ts";
import vectors from "./vectors/pillow.json" with { type: "json" };

/** The pixels of `models/training/golden/pillow_vectors.py`. */
function picture(width: number, height: number): Raster {
  const byte = (_: unknown, i: number): number => (i * i * 31 + i * 7 + Math.floor(i / 48)) % 256;
  return { width, height, channels: 3, data: Uint8Array.from({ length: width * height * 3 }, byte) };
}

test.each(vectors.rows as unknown as [number, number, number, number, "Lanczos" | "Nearest", number[], string][])(
  "%d x %d to %d x %d, %s, is Pillow's to the byte",
  async (width, height, toWidth, toHeight, name, first, sha256) => {
    const size = { width: toWidth, height: toHeight };
    const image = picture(width, height);
    // Half a level more, as cutting off takes away: the picture itself comes out of the numbers.
    const pixels = fromRaster(image);
    pixels.data.forEach((value, i) => {
      pixels.data[i] = value + 0.5 / 127.5;
    });
    expect(toRaster(pixels, "truncate").data).toEqual(image.data);
    const made = toRaster(await pixelUpscaler(name)!(pixels, size), "round");
    expect([[...made.data.subarray(0, 6)], sha256Hex(made.data)]).toEqual([first, sha256]);
  },
);

test("None is Lanczos, as in A1111, spelling does not matter, and what needs a model is none", async () => {
  const image = picture(16, 16);
  const made = await pixelUpscaler("none")!(fromRaster(image), { width: 24, height: 24 });
  const cut = toRaster(fromRaster(image), "truncate");
  expect(toRaster(made, "round").data).toEqual(lanczos(cut, { width: 24, height: 24 }).data);
  expect(pixelUpscaler("R-ESRGAN 4x+")).toBeUndefined();
});
