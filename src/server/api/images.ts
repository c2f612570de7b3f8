/** `/api/v1/images`: pictures of the workspace by their SHA-256, whole or small; pictures sent in to start from. */

import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { SeedproofError } from "../../base/errors.ts";
import type { ContainerKind } from "../../image/container.ts";
import { sniff } from "../../image/walk.ts";
import { PIXEL_LIMITS } from "../../node/pixels.ts";
import type { AppParts } from "../app.ts";
import { type Api, operation } from "../contract.ts";
import { SHA256 } from "../jobs/job.ts";

const TYPES: Readonly<Partial<Record<ContainerKind, string>>> = {
  png: "image/png",
  jpeg: "image/jpeg",
  webp: "image/webp",
  gif: "image/gif",
  avif: "image/avif",
  heic: "image/heic",
  jxl: "image/jxl",
  tiff: "image/tiff",
  mp4: "video/mp4",
  webm: "video/webm",
};

/** Widths that small pictures are made in; any other would fill the cache. */
const WIDTHS = ["96", "256", "512"] as const;

const GET = operation({
  id: "getImage",
  method: "get",
  path: "/images/{sha256}",
  summary: "An image, byte for byte; with `width` a small WebP of it.",
  params: z.object({ sha256: SHA256 }),
  query: z.object({ width: z.enum(WIDTHS).optional() }),
  answer: "bytes",
});

const ADD = operation({
  id: "addImage",
  method: "post",
  path: "/images",
  summary: "Keeps an image in the workspace, to start from or to paint over.",
  takesBytes: true,
  answer: z.object({ sha256: SHA256 }),
});

/** Adds the operations. */
export function imagesApi(api: Api, { home, images }: Pick<AppParts, "home" | "images">): void {
  api.on(ADD, async ({ bytes }) => ({ sha256: images.add(await bytes()) }));
  api.on(GET, async ({ params: { sha256 }, query: { width }, c }) => {
    const bytes = width === undefined ? images.bytes(sha256) : await small(home, sha256, images.bytes(sha256), width);
    return c.body(bytes, 200, {
      "content-type": TYPES[sniff(bytes)] ?? "application/octet-stream",
      // Named by its content, so that it never changes; and never a document that could run.
      "cache-control": "private, max-age=31536000, immutable",
      "content-security-policy": "default-src 'none'; sandbox",
    });
  });
}

async function small(
  home: string,
  sha256: string,
  bytes: Uint8Array,
  width: (typeof WIDTHS)[number],
): Promise<Uint8Array<ArrayBuffer>> {
  const file = join(home, "cache", "small", `${sha256}-${width}.webp`);
  if (existsSync(file)) return new Uint8Array(readFileSync(file));
  const { default: sharp } = await import("sharp");
  try {
    const options = { limitInputPixels: PIXEL_LIMITS.pixels };
    const resized = sharp(bytes, options).autoOrient().resize(Number(width), undefined, { withoutEnlargement: true });
    const made = await resized.webp({ quality: 82 }).toBuffer();
    mkdirSync(join(home, "cache", "small"), { recursive: true });
    await sharp(made).toFile(file);
    return new Uint8Array(made);
  } catch (cause) {
    throw new SeedproofError("image.pixels-malformed", "the pixels of the image cannot be decoded", { cause });
  }
}
