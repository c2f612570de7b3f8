/** `/api/v1/images`: pictures of the workspace by their SHA-256, whole or small; pictures sent in to start from. */

import { z } from "zod";
import type { ContainerKind } from "../../image/container.ts";
import { sniff } from "../../image/walk.ts";
import type { AppParts } from "../app.ts";
import { type Api, operation } from "../contract.ts";
import { SHA256 } from "../jobs/job.ts";
import { WIDTHS } from "../pictures/small-picture.ts";

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
export function imagesApi(
  api: Api,
  { images, library, pictures }: Pick<AppParts, "images" | "library" | "pictures">,
): void {
  /** In the workspace, else wherever the library found it. */
  const paths = async (sha256: string): Promise<readonly string[]> => {
    const own = images.path(sha256);
    return own === undefined ? library.where(sha256) : [own];
  };
  api.on(ADD, async ({ bytes }) => ({ sha256: images.add(await bytes()) }));
  api.on(GET, async ({ params: { sha256 }, query: { width }, c }) => {
    const bytes =
      width === undefined
        ? await pictures.whole(sha256, await paths(sha256))
        : await pictures.small(sha256, width, () => paths(sha256));
    return c.body(bytes, 200, {
      "content-type": TYPES[sniff(bytes)] ?? "application/octet-stream",
      // Named by its content, so that it never changes; and never a document that could run.
      "cache-control": "private, max-age=31536000, immutable",
      "content-security-policy": "default-src 'none'; sandbox",
    });
  });
}
