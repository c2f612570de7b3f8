/**
 * The pixel hash: what two files have in common exactly when they show the same pixels, whatever else is in them.
 *
 * SHA-256 over the ASCII line `seedproof-pixels/1 WIDTHxHEIGHT RGBA8` with a line feed, then the samples: rows from
 * the top, pixels from the left, one byte each of red, green, blue and alpha (255 where the file has none). The
 * samples are those displayed: EXIF orientation applied, first frame; colour profiles are not applied.
 */

import { concatBytes, utf8 } from "../base/bytes.ts";
import { sha256Hex } from "../base/hash.ts";
import { type Raster, toRgba } from "./raster.ts";

/** The pixel hash of an image as displayed, 64 hex digits. */
export function pixelHash(displayed: Raster): string {
  return sha256Hex(concatBytes(...hashedPixels(displayed)));
}

/** What the pixel hash is over, one part after the other: for hosts with a quicker SHA-256. */
export function hashedPixels(displayed: Raster): readonly [Uint8Array, Uint8Array] {
  const { width, height } = displayed;
  return [utf8(`seedproof-pixels/1 ${width}x${height} RGBA8\n`), toRgba(displayed)];
}
