/** Reading an image in the page: pixels by our own PNG decoder or the browser's, everything else by the shared reader. */

import { SeedproofError } from "../../base/errors.ts";
import { sha256Hex } from "../../base/hash.ts";
import { decodePng } from "../../image/decode-png.ts";
import type { Raster } from "../../image/raster.ts";
import { bytesSource } from "../../image/source.ts";
import { sniff } from "../../image/walk.ts";
import { type FileReading, readFileSource } from "../../label/file-reading.ts";

/**
 * Reads an image that the page holds. Nothing leaves the page.
 * @throws SeedproofError `image.*` when it is no image that we know
 */
export async function readInPage(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<FileReading> {
  const stored = (): Promise<Raster> => decoded(bytes);
  const corner = async ({ width, height }: { readonly width: number; readonly height: number }): Promise<Raster> =>
    cut(await stored(), width, height);
  return readFileSource(name, bytesSource(bytes), { stored, corner, hashOf: () => sha256Hex(bytes) });
}

async function decoded(bytes: Uint8Array<ArrayBuffer>): Promise<Raster> {
  if (sniff(bytes) === "png") {
    try {
      return decodePng(bytes);
    } catch (error) {
      if (!(error instanceof SeedproofError) || error.code !== "image.pixels-malformed") throw error;
    }
  }
  return byCanvas(bytes);
}

/** The browser's own decoder. A canvas keeps alpha exactly, and colours where alpha is 255. */
async function byCanvas(bytes: Uint8Array<ArrayBuffer>): Promise<Raster> {
  try {
    const options = { premultiplyAlpha: "none", colorSpaceConversion: "none", imageOrientation: "none" } as const;
    const bitmap = await createImageBitmap(new Blob([bytes]), options as ImageBitmapOptions);
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("no canvas");
    context.drawImage(bitmap, 0, 0);
    const { width, height, data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    return { width, height, channels: 4, data: new Uint8Array(data.buffer) };
  } catch (cause) {
    throw new SeedproofError("image.pixels-malformed", "the browser cannot decode the pixels of this image", { cause });
  }
}

function cut({ data, channels, width: full }: Raster, width: number, height: number): Raster {
  const out = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    out.set(data.subarray(y * full * channels, (y * full + width) * channels), y * width * channels);
  }
  return { width, height, channels, data: out };
}
