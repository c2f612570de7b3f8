/** The pictures of a comparison's page: both as displayed, one laid on the other, the map of differences, the mark. */

import type { Comparison } from "../compare/pair/comparison.ts";
import { DIFFERENCE_SETTINGS, type Differences, LABELS } from "../compare/pair/differences.ts";
import type { Box } from "../compare/pair/geometry.ts";
import type { PagePictures } from "../compare/pair/page.ts";
import { layOn } from "../compare/pair/structure.ts";
import { apply, compose, type Matrix, resizing } from "../compare/pair/transform.ts";
import { encodePng } from "../image/encode-png.ts";
import { type Raster, toRgb } from "../image/raster.ts";
import { decodeViewed, type ImageInput } from "./pixels.ts";

/** Long side of a picture in the page: a page must open anywhere and be mailed. */
const SHOWN = 1400;
/** Long side of the laid picture and of the map. */
const LAID = 1000;

/** Makes the pictures of a page from the two files. */
export async function pagePictures(comparison: Comparison, a: ImageInput, b: ImageInput): Promise<PagePictures> {
  const [first, second] = [await decodeViewed(a), await decodeViewed(b)];
  const [shownA, shownB] = [await jpegOf(first, SHOWN), await jpegOf(second, SHOWN)];
  const { transform, differences, watermark } = comparison;
  return {
    a: shownA.address,
    b: shownB.address,
    shownA,
    shownB,
    ...(transform && { aligned: await alignedPicture(first, second, transform.matrix) }),
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

/** The first picture on the second's frame; clear where it has nothing. */
async function alignedPicture(a: Raster, b: Raster, matrix: Matrix): Promise<string> {
  const factor = Math.min(1, LAID / Math.max(b.width, b.height));
  const [width, height] = [Math.max(1, Math.round(b.width * factor)), Math.max(1, Math.round(b.height * factor))];
  const onGrid = compose(resizing(b.width, b.height, width, height), matrix);
  const rgb = toRgb(a);
  const data = new Uint8Array(width * height * 4);
  for (let c = 0; c < 3; c++) {
    const channel = Float32Array.from({ length: a.width * a.height }, (_, i) => rgb[3 * i + c]!);
    const { plane, covered } = layOn({ width: a.width, height: a.height, data: channel }, onGrid, width, height);
    for (let i = 0; i < covered.length; i++) {
      data[4 * i + c] = Math.min(255, Math.max(0, Math.round(plane.data[i]!)));
      data[4 * i + 3] = covered[i]! * 255;
    }
  }
  const { default: sharp } = await import("sharp");
  const webp = await sharp(data, { raw: { width, height, channels: 4 } })
    .webp({ quality: 88 })
    .toBuffer();
  return `data:image/webp;base64,${webp.toString("base64")}`;
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
