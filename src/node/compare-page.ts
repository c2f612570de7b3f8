/** The pictures of a comparison's page: both as displayed, the map of differences, the mark; and the built page that they go into. */

import type { Comparison } from "../compare/pair/comparison.ts";
import { DIFFERENCE_SETTINGS, type Differences, LABELS } from "../compare/pair/differences.ts";
import type { Box } from "../compare/pair/geometry.ts";
import type { PagePictures } from "../compare/pair/page.ts";
import { apply } from "../compare/pair/transform.ts";
import { encodePng } from "../image/encode-png.ts";
import type { Raster } from "../image/raster.ts";
import { builtPage } from "./built-page.ts";
import { decodeViewed, type ImageInput } from "./pixels.ts";

/** Long side of a picture in the page: a page must open anywhere and be mailed. */
const SHOWN = 1400;
/** Width of a figure as a picture: a page of a document at 300 dots an inch. */
const FIGURE_WIDTH = 2000;

/** Makes the pictures of a page from the two files. */
export async function pagePictures(comparison: Comparison, a: ImageInput, b: ImageInput): Promise<PagePictures> {
  const [first, second] = [await decodeViewed(a), await decodeViewed(b)];
  const { address: addressA, ...shownA } = await jpegOf(first, SHOWN);
  const { address: addressB, ...shownB } = await jpegOf(second, SHOWN);
  const { differences, watermark } = comparison;
  return {
    a: addressA,
    b: addressB,
    shownA,
    shownB,
    ...(differences?.determined && { map: pngAddress(mapPicture(differences)) }),
    ...(watermark && (await markPictures(first, second, comparison, watermark.box))),
  };
}

async function jpegOf(raster: Raster, longSide: number): Promise<{ address: string; width: number; height: number }> {
  const { default: sharp } = await import("sharp");
  const { data, info } = await sharp(raster.data, {
    raw: { width: raster.width, height: raster.height, channels: raster.channels },
  })
    .flatten({ background: "#fff" })
    .resize({ width: longSide, height: longSide, fit: "inside", withoutEnlargement: true })
    .jpeg({ quality: 90, chromaSubsampling: "4:4:4" })
    .toBuffer({ resolveWithObject: true });
  return { address: `data:image/jpeg;base64,${data.toString("base64")}`, width: info.width, height: info.height };
}

function pngAddress(raster: Raster): string {
  return `data:image/png;base64,${Buffer.from(encodePng(raster)).toString("base64")}`;
}

/** The map: amber where different, blue stripes where uncertain, clear elsewhere. */
function mapPicture({ columns, rows, labels, width, height }: Differences): Raster {
  const { cell } = DIFFERENCE_SETTINGS;
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const label =
        labels[Math.min(rows - 1, Math.floor(y / cell)) * columns + Math.min(columns - 1, Math.floor(x / cell))];
      const at = 4 * (y * width + x);
      if (label === LABELS.different) data.set([242, 193, 75, 170], at);
      else if (label === LABELS.uncertain && (x + y) % 6 < 3) data.set([134, 180, 221, 170], at);
    }
  }
  return { width, height, channels: 4, data };
}

/** The place of the mark, with some of what is around it, in both pictures. */
async function markPictures(
  a: Raster,
  b: Raster,
  { transform, watermark }: Comparison,
  box: Box,
): Promise<Pick<PagePictures, "markA" | "markB">> {
  const margin = 0.25 * Math.min(box[2], box[3]) + 4;
  const wide: Box = [box[0] - margin, box[1] - margin, box[2] + 2 * margin, box[3] + 2 * margin];
  const markA = await partOf(a, wide);
  const corners =
    transform && watermark?.state !== "absent-by-crop"
      ? [
          [wide[0], wide[1]],
          [wide[0] + wide[2], wide[1]],
          [wide[0], wide[1] + wide[3]],
          [wide[0] + wide[2], wide[1] + wide[3]],
        ].map(([x, y]) => apply(transform.matrix, x!, y!))
      : [];
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  const there: Box = [
    Math.min(...xs),
    Math.min(...ys),
    Math.max(...xs) - Math.min(...xs),
    Math.max(...ys) - Math.min(...ys),
  ];
  const markB = corners.length === 0 ? undefined : await partOf(b, there);
  return { ...(markA && { markA }), ...(markB && { markB }) };
}

async function partOf(raster: Raster, [x, y, width, height]: Box): Promise<string | undefined> {
  const [left, top] = [Math.max(0, Math.round(x)), Math.max(0, Math.round(y))];
  const [right, bottom] = [
    Math.min(raster.width, Math.round(x + width)),
    Math.min(raster.height, Math.round(y + height)),
  ];
  if (right - left < 2 || bottom - top < 2) return undefined;
  const { default: sharp } = await import("sharp");
  const png = await sharp(raster.data, {
    raw: { width: raster.width, height: raster.height, channels: raster.channels },
  })
    .extract({ left, top, width: right - left, height: bottom - top })
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString("base64")}`;
}

/** A picture as displayed, for pages: what its file is made of is not what every browser shows. */
export async function shownPng(input: ImageInput): Promise<Uint8Array> {
  return encodePng(await decodeViewed(input));
}

/** A figure as a picture, for programs that take no drawings. */
export async function figurePng(svg: string): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  const drawn = sharp(Buffer.from(svg), { unlimited: true }).resize({ width: FIGURE_WIDTH });
  return new Uint8Array(await drawn.flatten({ background: "#fff" }).png().toBuffer());
}

/**
 * The built page of comparisons.
 * @throws SeedproofError `compare.page-not-built`
 */
export function pageTemplate(): string {
  return Buffer.from(builtPage("compare.html")).toString("utf8");
}
