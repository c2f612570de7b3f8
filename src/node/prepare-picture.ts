/** Pictures for a document: decoded once, never cropped, made smaller where they are larger than print can show. */

import { SeedproofError } from "../base/errors.ts";
import type { PreparedPicture } from "../dossier/document/input.ts";
import { decodeDisplayed } from "./pixels.ts";

/** JPEG of what was made smaller anyway: at this quality, without less colour, no eye tells it from PNG, in a tenth of the bytes. */
const JPEG = { quality: 90, chromaSubsampling: "4:4:4" } as const;

/**
 * A picture with its longer side at most `most` pixels; `undefined` where it cannot be decoded. Small pictures are kept
 * pixel by pixel, as PNG; those that are made smaller become JPEG, unless something shines through them.
 */
export async function preparePicture(key: string, path: string, most: number): Promise<PreparedPicture | undefined> {
  try {
    const { width, height, channels, data } = await decodeDisplayed(path);
    const scale = Math.min(1, most / Math.max(width, height));
    const { default: sharp } = await import("sharp");
    const image = sharp(data, { raw: { width, height, channels } });
    const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
    const shown = scale < 1 ? image.resize({ ...size, fit: "fill", kernel: "lanczos3" }) : image;
    const isJpeg = scale < 1 && (channels === 3 || (await image.clone().stats()).isOpaque);
    const coded = isJpeg ? shown.removeAlpha().jpeg(JPEG) : shown.png({ compressionLevel: 9 });
    const bytes = new Uint8Array(await coded.toBuffer());
    return { key, mime: isJpeg ? "image/jpeg" : "image/png", bytes, width, height, scale };
  } catch (error) {
    if (error instanceof SeedproofError) return undefined;
    throw error;
  }
}
