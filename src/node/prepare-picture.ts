/** Pictures for a document: decoded once, never cropped, made smaller where they are larger than print can show. */

import { SeedproofError } from "../base/errors.ts";
import type { PreparedPicture } from "../dossier/document/input.ts";
import { decodeDisplayed } from "./pixels.ts";

/**
 * A picture as PNG with its longer side at most `most` pixels; `undefined` where it cannot be decoded. Small pictures are
 * kept pixel by pixel.
 */
export async function preparePicture(key: string, path: string, most: number): Promise<PreparedPicture | undefined> {
  try {
    const { width, height, channels, data } = await decodeDisplayed(path);
    const scale = Math.min(1, most / Math.max(width, height));
    const { default: sharp } = await import("sharp");
    const image = sharp(data, { raw: { width, height, channels } });
    const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
    const shown = scale < 1 ? image.resize({ ...size, fit: "fill", kernel: "lanczos3" }) : image;
    const bytes = new Uint8Array(await shown.png({ compressionLevel: 9 }).toBuffer());
    return { key, mime: "image/png", bytes, width, height, scale };
  } catch (error) {
    if (error instanceof SeedproofError) return undefined;
    throw error;
  }
}
