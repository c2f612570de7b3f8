/**
 * Differences and marks where the truth is known: `tsx bench/compare/changes.ts FOLDER OUT.jsonl [PICTURES [fit|report]]`. Every third picture
 * gives only what the error model of null edits is fitted to (`null-model.ts` reads it); the others are edited in nothing but encoding,
 * size, tone and sharpness, painted over by 10 and 35 percent, and given a mark that is kept, painted out or was never
 * there. A run that was stopped goes on; `npm run bench -- compare` prints what it found.
 */

import { appendFileSync, existsSync, readFileSync } from "node:fs";
import sharp, { type Region, type Sharp } from "sharp";
import { aligned, mapOf } from "../../src/compare/pair/comparison.ts";
import { cuesOf, onOneGrid } from "../../src/compare/pair/differences.ts";
import { weigh } from "../../src/compare/pair/evidence.ts";
import { type Box, geometryOf } from "../../src/compare/pair/geometry.ts";
import { judgeMark } from "../../src/compare/pair/mark.ts";
import { lumaOf } from "../../src/compare/pair/plane.ts";
import { type Prepared, prepare } from "../../src/compare/pair/prepared.ts";
import { onWhite, type Raster, toRgb } from "../../src/image/raster.ts";
import { type Draw, drawer } from "../../src/node/alterations.ts";
import { openCvDetector } from "../../src/node/opencv.ts";
import { decodeWithin } from "../../src/node/pixels.ts";
import { type CueCounts, countCues } from "./cue-counts.ts";
import { imagePaths } from "./images.ts";
import { edgesOff, keptByUpload } from "./upload.ts";

const [folder = "compare-images", out = "changes.jsonl", wanted = "90", phase = "both"] = process.argv.slice(2);
const detector = await openCvDetector();
const done = new Set(
  existsSync(out)
    ? readFileSync(out, "utf8")
        .split("\n")
        .filter((l) => l.endsWith("}"))
        .map((l) => JSON.parse(l).reference as string)
    : [],
);

type Image = Sharp;
const raw = ({ width, height, channels, data }: Raster): Image => sharp(data, { raw: { width, height, channels } });

const toned = (image: Image): Image => image.modulate({ brightness: 1.07, saturation: 1.2 }).gamma(1.15);
/** Cut, made smaller and toned, as in an upload. */
const uploaded = (image: Image, picture: Raster): Image =>
  toned(image.extract(cutOf(picture)).resize(Math.round(picture.width * 0.91 * 0.85)));

function cutOf(picture: Raster): Region {
  const [left, top, width, height] = keptByUpload(picture);
  return { left, top, width, height };
}

const NULLS: Readonly<Record<string, (image: Image, picture: Raster) => Image>> = {
  "jpeg 60": (image) => image.jpeg({ quality: 60 }),
  "jpeg 30": (image) => image.jpeg({ quality: 30 }),
  "resize 60": (image, { width }) => image.resize(Math.round(width * 0.6)).jpeg({ quality: 75 }),
  toned: (image) => toned(image).jpeg({ quality: 75 }),
  blur: (image) => image.blur(0.8).jpeg({ quality: 75 }),
  sharpen: (image) => image.sharpen({ sigma: 1 }).jpeg({ quality: 75 }),
  upload: (image, picture) => uploaded(image, picture).jpeg({ quality: 60 }),
};

/** A textured patch of this share of the picture, as SVG. */
function patch({ width, height }: Raster, share: number, draw: Draw): { svg: Buffer; mask: Buffer } {
  const [rx, ry] = [Math.sqrt((share * width * width) / Math.PI), Math.sqrt((share * height * height) / Math.PI)];
  const [cx, cy] = [width * (0.35 + 0.3 * draw()), height * (0.35 + 0.3 * draw())];
  const colour = (): string => `hsl(${Math.floor(360 * draw())} 55% ${30 + Math.floor(40 * draw())}%)`;
  const strokes = Array.from({ length: 260 }, () => {
    const [x, y] = [cx + (2 * draw() - 1) * rx, cy + (2 * draw() - 1) * ry];
    return `<path d="M${x} ${y}q${60 * (draw() - 0.5)} ${60 * (draw() - 0.5)} ${90 * (draw() - 0.5)} ${90 * (draw() - 0.5)}" stroke="${colour()}" stroke-width="${2 + 9 * draw()}" fill="none"/>`;
  });
  const shape = `<ellipse cx="${cx}" cy="${cy}" rx="${rx}" ry="${ry}"`;
  const open = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`;
  return {
    svg: Buffer.from(
      `${open}<clipPath id="c">${shape}/></clipPath><g clip-path="url(#c)">${shape} fill="${colour()}"/>${strokes.join("")}</g></svg>`,
    ),
    mask: Buffer.from(`${open}<rect width="100%" height="100%" fill="#000"/>${shape} fill="#fff"/></svg>`),
  };
}

async function painted(picture: Raster, share: number, draw: Draw): Promise<{ bytes: Uint8Array; truth: number }> {
  const { svg, mask } = patch(picture, share, draw);
  const flat = await raw(picture)
    .composite([{ input: svg }])
    .removeAlpha()
    .png({ compressionLevel: 1 })
    .toBuffer();
  const seen = await sharp(mask).extract(cutOf(picture)).greyscale().raw().toBuffer();
  return {
    bytes: await uploaded(sharp(flat), picture).jpeg({ quality: 60 }).toBuffer(),
    truth: seen.filter((v) => v > 127).length / seen.length,
  };
}

async function look(picture: Raster, base: Prepared, bytes: Uint8Array): Promise<Record<string, unknown>> {
  const altered = await decodeWithin(bytes, 1024);
  const query = prepare(altered, detector);
  const { candidate } = weigh(base, query);
  if (!candidate) return { aligned: false };
  const transform = geometryOf(base, query, candidate);
  const { determined, changed, uncertain } = mapOf(picture, altered, base, query, transform);
  return { aligned: true, determined, changed, uncertain, crop: transform.crop, edgeError: transform.edgeError };
}

/** An edge further off than this share of the long side: the edit was laid where it does not belong, and its blocks say nothing. */
const MISALIGNED = 0.01;

/** How far the blocks of a null edit moved, counted by class of texture; nothing where what was kept is not found again. */
async function moved(picture: Raster, base: Prepared, bytes: Uint8Array, kept: Box): Promise<CueCounts | undefined> {
  const altered = await decodeWithin(bytes, 1024);
  const query = prepare(altered, detector);
  const { candidate } = weigh(base, query);
  if (!candidate) return undefined;
  const transform = geometryOf(base, query, candidate);
  if (edgesOff(transform.crop, kept, picture) > MISALIGNED) return undefined;
  const grid = onOneGrid(...aligned(picture, altered, base, query, transform));
  return countCues(cuesOf(grid.base, grid.real, grid.covered).cues);
}

const text = (size: number, width: number, height: number, x: number, y: number): Buffer =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><text x="${x}" y="${y}" font-family="sans-serif" font-weight="bold" font-size="${size}" fill="#fff" fill-opacity=".85" stroke="#000" stroke-opacity=".25">@artist_2026</text></svg>`,
  );

/** A mark in the lower right of the picture; its box; the picture with the mark painted out by what lies above it. */
async function marked(
  picture: Raster,
  draw: Draw,
): Promise<{ withMark: Raster; box: [number, number, number, number]; erased: Raster; clean: Raster }> {
  const { width, height } = picture;
  const size = Math.max(14, Math.round(0.035 * Math.max(width, height)));
  const [w, h] = [Math.round(size * 7.4), Math.round(size * 1.3)];
  const [x, y] = [
    Math.max(0, Math.round(width * (0.97 - 0.1 * draw())) - w),
    Math.round(height * (0.97 - 0.05 * draw())) - h,
  ];
  const rgb: Raster = { width, height, channels: 3, data: toRgb(picture) };
  const { data } = await raw(rgb)
    .composite([{ input: text(size, width, height, x + Math.round(size * 0.2), y + size) }])
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const withMark: Raster = { width, height, channels: 3, data };
  // Painted out: every column of the box runs smoothly from the row above it to the row below.
  const smooth = new Uint8Array(data);
  for (let j = 0; j < h; j++) {
    for (let i = Math.max(0, x); i < Math.min(width, x + w); i++) {
      for (let c = 0; c < 3; c++) {
        const top = data[(Math.max(0, y - 1) * width + i) * 3 + c]!;
        const bottom = data[(Math.min(height - 1, y + h) * width + i) * 3 + c]!;
        smooth[((y + j) * width + i) * 3 + c] = top + ((bottom - top) * j) / h + 6 * (draw() - 0.5);
      }
    }
  }
  return {
    withMark,
    box: [x, y, Math.min(w, width - x), h],
    erased: { width, height, channels: 3, data: smooth },
    clean: rgb,
  };
}

async function marks(picture: Raster, draw: Draw): Promise<Record<string, unknown>[]> {
  const { withMark, box, erased, clean } = await marked(picture, draw);
  const base = prepare(withMark, detector);
  const cases = { kept: withMark, "painted out": erased, "clean original": clean };
  const records: Record<string, unknown>[] = [];
  for (const [name, raster] of Object.entries(cases)) {
    const { width } = raster;
    const bytes = await toned(raw(raster).resize(Math.round(width * 0.85)))
      .jpeg({ quality: 70 })
      .toBuffer();
    const altered = await decodeWithin(bytes, 1024);
    const query = prepare(altered, detector);
    const { candidate } = weigh(base, query);
    const verdict =
      candidate && judgeMark(lumaOf(withMark), lumaOf(altered), geometryOf(base, query, candidate).matrix, box);
    records.push({
      kind: `mark ${name}`,
      ...(verdict
        ? { state: verdict.state, pValue: verdict.pValue, agreement: verdict.agreement, elsewhere: verdict.elsewhere }
        : { state: "unaligned" }),
    });
  }
  return records;
}

/** Every third picture is for fitting. */
const isForFit = (place: number): boolean => place % 3 === 0;

async function fitRecords(picture: Raster, base: Prepared): Promise<Record<string, unknown>[]> {
  const records: Record<string, unknown>[] = [];
  for (const [kind, edit] of Object.entries(NULLS)) {
    const kept: Box = kind === "upload" ? keptByUpload(picture) : [0, 0, picture.width, picture.height];
    const counts = await moved(picture, base, await edit(raw(picture), picture).toBuffer(), kept);
    if (counts) records.push({ kind: `fit ${kind}`, counts });
  }
  return records;
}

async function reportRecords(picture: Raster, base: Prepared, draw: Draw): Promise<Record<string, unknown>[]> {
  const records: Record<string, unknown>[] = [];
  for (const [kind, edit] of Object.entries(NULLS)) {
    const bytes = await edit(raw(picture), picture).toBuffer();
    records.push({ kind, truth: 0, ...(await look(picture, base, bytes)) });
  }
  for (const share of [0.1, 0.35]) {
    const { bytes, truth } = await painted(picture, share, draw);
    records.push({ kind: `painted ${share}`, truth, ...(await look(picture, base, bytes)) });
  }
  return [...records, ...(await marks(picture, draw))];
}

for (const [place, path] of imagePaths(folder).slice(0, Number(wanted)).entries()) {
  if (done.has(path) || (phase === "fit" && !isForFit(place)) || (phase === "report" && isForFit(place))) continue;
  const picture = onWhite(await decodeWithin(readFileSync(path), 1024));
  const base = prepare(picture, detector);
  const records = isForFit(place)
    ? await fitRecords(picture, base)
    : await reportRecords(picture, base, drawer((place + 1) * 7919));
  const { width, height } = picture;
  const lines = [{ kind: "begun" }, ...records].map(
    (record) => `${JSON.stringify({ reference: path, width, height, ...record })}\n`,
  );
  appendFileSync(out, lines.join(""));
  process.stderr.write(`${place + 1}/${wanted}\n`);
}
