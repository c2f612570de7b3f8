/** Pixels by sharp (libvips), which is loaded only when pixels are asked for. */

import { readFile } from "node:fs/promises";
import type { Sharp, SharpOptions } from "sharp";
import { SeedproofError } from "../base/errors.ts";
import type { Pixels } from "../image/container.ts";
import { pictureOnly } from "../image/png-chunks.ts";
import type { Raster } from "../image/raster.ts";
import { sniff } from "../image/walk.ts";

/** Limits of decoding. */
export const PIXEL_LIMITS = {
  /** Pixels of one image: 8K by 8K upscales have 67 million. A PNG of a few bytes can state 10^18. CWE-409. */
  pixels: 128 * 1024 * 1024,
} as const;

/** A path, or the bytes of a file. */
export type ImageInput = string | Uint8Array;

/**
 * The samples as stored, of the first frame: orientation and colour profile are not applied, alpha is not
 * multiplied in. What signatures and hidden data are made over. Deeper samples are cut to 8 bits.
 * @throws SeedproofError `image.pixels-malformed`, `image.too-many-pixels`
 */
export async function decodeStored(input: ImageInput): Promise<Raster> {
  return raster(await open(input));
}

/**
 * The samples as displayed, of the first frame: orientation applied, colour profile not. What the pixel hash is over.
 * @throws SeedproofError as {@link decodeStored}
 */
export async function decodeDisplayed(input: ImageInput): Promise<Raster> {
  return raster((await open(input)).autoOrient());
}

/**
 * The samples as a colour-managed viewer shows them, of the first frame: orientation applied, colours brought to sRGB by
 * the profile in the file. What comparing looks at.
 * @throws SeedproofError as {@link decodeStored}
 */
export async function decodeViewed(input: ImageInput): Promise<Raster> {
  return raster((await open(input, { ignoreIcc: false })).autoOrient().toColourspace("srgb"));
}

/**
 * As {@link decodeViewed}, brought to at most `longSide` pixels, as pictures are published.
 * @throws SeedproofError as {@link decodeStored}
 */
export async function decodeWithin(input: ImageInput, longSide: number): Promise<Raster> {
  const image = (await open(input, { ignoreIcc: false })).autoOrient();
  const box = { width: longSide, height: longSide, fit: "inside", withoutEnlargement: true } as const;
  return raster(image.resize(box).toColourspace("srgb"));
}

/** What is known of an image's samples before they are decoded. */
export interface PixelFacts {
  readonly frames: number;
  readonly bits: number;
  readonly cmyk: boolean;
  /** Whether the file has a colour profile. */
  readonly profile: boolean;
}

/** @throws SeedproofError `image.pixels-malformed` */
export async function describePixels(input: ImageInput): Promise<PixelFacts> {
  try {
    const { pages = 1, depth, space, hasProfile } = await (await open(input)).metadata();
    const bits = depth === "ushort" || depth === "short" ? 16 : depth === "float" ? 32 : 8;
    return { frames: pages, bits, cmyk: space === "cmyk", profile: hasProfile ?? false };
  } catch (cause) {
    throw new SeedproofError("image.pixels-malformed", "the pixels of the image cannot be decoded", { cause });
  }
}

/**
 * The stored samples of the upper left corner. Only the rows that it needs are decoded.
 * @throws SeedproofError as {@link decodeStored}
 */
export async function decodeCorner(input: ImageInput, { width, height }: Pixels): Promise<Raster> {
  return raster((await open(input)).extract({ left: 0, top: 0, width, height }));
}

async function open(input: ImageInput, { ignoreIcc = true } = {}): Promise<Sharp> {
  const { default: sharp } = await import("sharp");
  // Each image is decoded once: a cache would only grow over a folder.
  sharp.cache(false);
  const options: SharpOptions = { limitInputPixels: PIXEL_LIMITS.pixels, ignoreIcc, failOn: "truncated" };
  const bytes = typeof input === "string" ? await readFile(input) : input;
  return sharp(sniff(bytes) === "png" ? pictureOnly(bytes) : bytes, options);
}

async function raster(image: Sharp): Promise<Raster> {
  try {
    const { data, info } = await image.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    return { width, height, channels: channels as Raster["channels"], data };
  } catch (cause) {
    const tooMany = /pixel limit/i.test(String(cause));
    throw tooMany
      ? new SeedproofError("image.too-many-pixels", "the image states more pixels than are decoded here", { cause })
      : new SeedproofError("image.pixels-malformed", "the pixels of the image cannot be decoded", { cause });
  }
}
