/** The samples of a PNG file, for hosts whose own decoder changes them: a canvas multiplies alpha in. @see ISO 15948, clauses 7 to 9 */

import { concatBytes } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { inflate } from "./inflate.ts";
import { pngChunks } from "./png-chunks.ts";
import type { Raster } from "./raster.ts";
import { bytesSource } from "./source.ts";
import { Survey } from "./survey.ts";
import { be32 } from "./uint.ts";

/** Samples a pixel by colour type: grey, RGB, palette, grey and alpha, RGBA. */
const CHANNELS: Readonly<Record<number, 1 | 2 | 3 | 4>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Pixels of one image. The same limit as on other hosts. CWE-409. */
const MAX_PIXELS = 128 * 1024 * 1024;

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colour: number;
}

/**
 * Decodes a PNG that is not interlaced and has no transparent key colour; 16-bit samples are cut to 8.
 * @throws SeedproofError `image.pixels-malformed` for any other, and for damaged ones; `image.too-many-pixels`
 */
export function decodePng(file: Uint8Array): Raster {
  const chunks = [...pngChunks(new Survey(bytesSource(file)))];
  const data = (type: string): Uint8Array[] =>
    chunks
      .filter((chunk) => chunk.type === type)
      .map(({ offset, length }) => file.subarray(offset + 8, offset + 8 + length));
  const header = headerOf(data("IHDR")[0]);
  const palette = data("PLTE")[0];
  const transparency = data("tRNS")[0];
  if (transparency && header.colour !== 3) throw malformed();
  const { width, height, depth, colour } = header;
  const channels = CHANNELS[colour]!;
  const stride = Math.ceil((width * channels * depth) / 8);
  const inflated = inflate("zlib", concatBytes(...data("IDAT")), (stride + 1) * height);
  if (!inflated.bytes || inflated.bytes.length !== (stride + 1) * height) throw malformed();
  const bytes = unfiltered(inflated.bytes, stride, height, Math.max(1, (channels * depth) >> 3));
  const samples = toBytes(bytes, { stride, height, depth, perRow: width * channels, scale: colour !== 3 });
  if (colour !== 3) return { width, height, channels, data: samples };
  return { width, height, ...coloured(samples, palette, transparency) };
}

function headerOf(data: Uint8Array | undefined): Header {
  if (data?.length !== 13 || CHANNELS[data[9]!] === undefined || data[12] !== 0) throw malformed();
  const header = { width: be32(data, 0), height: be32(data, 4), depth: data[8]!, colour: data[9]! };
  if (header.width * header.height > MAX_PIXELS) {
    throw new SeedproofError("image.too-many-pixels", "the image states more pixels than are decoded here");
  }
  if (header.width === 0 || header.height === 0 || ![1, 2, 4, 8, 16].includes(header.depth)) throw malformed();
  return header;
}

/** Takes back the five filters, row by row. @see ISO 15948, clause 9 */
function unfiltered(raw: Uint8Array, stride: number, height: number, step: number): Uint8Array {
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)]!;
    if (filter > 4) throw malformed();
    const from = y * (stride + 1) + 1;
    const to = y * stride;
    for (let x = 0; x < stride; x++) {
      const left = x >= step ? out[to + x - step]! : 0;
      const up = y > 0 ? out[to + x - stride]! : 0;
      const corner = x >= step && y > 0 ? out[to + x - stride - step]! : 0;
      out[to + x] = raw[from + x]! + guess(filter, left, up, corner);
    }
  }
  return out;
}

function guess(filter: number, left: number, up: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return up;
  return filter === 3 ? (left + up) >> 1 : paeth(left, up, corner);
}

function paeth(left: number, up: number, corner: number): number {
  const [toLeft, toUp, toCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

interface Rows {
  readonly stride: number;
  readonly height: number;
  readonly depth: number;
  readonly perRow: number;
  /** Whether few bits are stretched to 0 … 255; places in a palette are not. */
  readonly scale: boolean;
}

function toBytes(bytes: Uint8Array, { stride, height, depth, perRow, scale }: Rows): Uint8Array {
  if (depth === 8) return bytes;
  const out = new Uint8Array(perRow * height);
  if (depth === 16) {
    for (let i = 0; i < out.length; i++) out[i] = bytes[i * 2]!;
    return out;
  }
  const top = (1 << depth) - 1;
  const factor = scale ? 255 / top : 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < perRow; x++) {
      const bit = x * depth;
      const value = (bytes[y * stride + (bit >> 3)]! >> (8 - depth - (bit & 7))) & top;
      out[y * perRow + x] = value * factor;
    }
  }
  return out;
}

function coloured(
  places: Uint8Array,
  palette: Uint8Array | undefined,
  transparency: Uint8Array | undefined,
): Pick<Raster, "channels" | "data"> {
  if (!palette) throw malformed();
  const channels = transparency ? 4 : 3;
  const data = new Uint8Array(places.length * channels);
  for (const [i, place] of places.entries()) {
    if (place * 3 + 2 >= palette.length) throw malformed();
    data.set(palette.subarray(place * 3, place * 3 + 3), i * channels);
    if (transparency) data[i * channels + 3] = transparency[place] ?? 255;
  }
  return { channels, data };
}

function malformed(): SeedproofError {
  return new SeedproofError("image.pixels-malformed", "the pixels of this PNG are not decoded here");
}
