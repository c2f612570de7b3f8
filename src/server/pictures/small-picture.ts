/** Small pictures of images, for grids and lists: made once, kept in a cache that has a bound, and never of other bytes than asked for. */

import { createHash } from "node:crypto";
import { constants, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";

import { join } from "node:path";
import { SeedproofError } from "../../base/errors.ts";
import { sniff } from "../../image/walk.ts";
import { PIXEL_LIMITS } from "../../node/pixels.ts";

/** Widths that small pictures are made in; any other would fill the cache. */
export const WIDTHS = ["96", "256", "512"] as const;

/** A width. */
export type Width = (typeof WIDTHS)[number];

/** Bytes of the cache; the oldest quarter goes when it is full. A picture of 256 has some ten thousand. CWE-770. */
const CACHE_BYTES = 512 * 1024 * 1024;
/** Bytes of an image that is given out. */
const MAX_BYTES = 1024 * 1024 * 1024;

/** Where the small picture of an image stands once it has been made. */
export function smallPath(home: string, sha256: string, width: Width): string {
  return join(home, "cache", "small", `${sha256}-${width}.webp`);
}

/**
 * The bytes of an image from the first of these places that has them: a file is opened once, as no link, and what is not
 * the image of this hash any more is not given out.
 * @throws SeedproofError `file.not-found`
 */
export async function imageBytes(sha256: string, paths: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  for (const path of paths) {
    const bytes = await bytesOf(path).catch(() => undefined);
    if (bytes && createHash("sha256").update(bytes).digest("hex") === sha256 && sniff(bytes) !== "unknown")
      return bytes;
  }
  throw new SeedproofError("file.not-found", "the image is not where it was any more");
}

async function bytesOf(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const stat = await file.stat();
    return stat.isFile() && stat.size <= MAX_BYTES ? new Uint8Array(await file.readFile()) : undefined;
  } finally {
    await file.close();
  }
}

/**
 * A small WebP of an image, no larger than it is.
 * @throws SeedproofError `file.not-found`, `image.pixels-malformed`
 */
export async function smallPicture(
  home: string,
  sha256: string,
  width: Width,
  paths: readonly string[],
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await imageBytes(sha256, paths);
  const { default: sharp } = await import("sharp");
  sharp.cache(false);
  try {
    const options = { limitInputPixels: PIXEL_LIMITS.pixels };
    const resized = sharp(bytes, options).autoOrient().resize(Number(width), undefined, { withoutEnlargement: true });
    const made = new Uint8Array(await resized.webp({ quality: 82 }).toBuffer());
    keep(smallPath(home, sha256, width), made);
    return made;
  } catch (cause) {
    throw new SeedproofError("image.pixels-malformed", "the pixels of the image cannot be decoded", { cause });
  }
}

let kept = 0;

/** Keeps a small picture; a cache that cannot be written is no cache, and no fault. */
function keep(path: string, bytes: Uint8Array): void {
  try {
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(`${path}.part`, bytes);
    renameSync(`${path}.part`, path);
    if (kept++ % 500 === 0) trim(join(path, ".."), CACHE_BYTES);
  } catch {
    // It is made again.
  }
}

/** Takes the pictures that were made longest ago out of a cache that is over its bound. */
export function trim(folder: string, most: number): void {
  const files = readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat?.isFile() ? [{ path, size: stat.size, time: stat.mtimeMs }] : [];
  });
  let total = files.reduce((sum, { size }) => sum + size, 0);
  if (total <= most) return;
  for (const { path, size } of files.sort((a, b) => a.time - b.time || (a.path < b.path ? -1 : 1))) {
    if (total <= most * 0.75) return;
    rmSync(path, { force: true });
    total -= size;
  }
}
