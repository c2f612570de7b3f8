/**
 * Generation data hidden in the low bits of pixels, as NovelAI, Forge, SwarmUI and extensions of A1111 write it.
 *
 * Pixels are taken column by column; each gives the low bit of its alpha, or of red, green and blue. The bits are
 * bytes, highest bit first: 15 bytes of magic, the payload's length in bits as 32 bits, the payload. The magic says
 * which samples hold it and whether it is gzipped. @see ashen-sensored/sd_webui_stealth_pnginfo
 */

import { fromLatin1 } from "../base/bytes.ts";
import type { Finding } from "../base/findings.ts";
import type { Block } from "./block.ts";
import type { Pixels } from "./container.ts";
import { inflate } from "./inflate.ts";
import type { Raster } from "./raster.ts";
import { WALK_LIMITS } from "./survey.ts";
import { decodeText } from "./text.ts";
import { trace } from "./traces.ts";
import { be32 } from "./uint.ts";

/** Blocks hidden in the pixels, and what is wrong with them. */
export interface Stealth {
  readonly blocks: readonly Block[];
  readonly findings: readonly Finding[];
}

/** Which samples carry bits, and the magics that are written there: plain, and gzipped. */
interface Carrier {
  readonly where: string;
  readonly samples: readonly number[];
  readonly plain: string;
  readonly compressed: string;
}

const ALPHA = { where: "pixels:alpha-lsb", plain: "stealth_pnginfo", compressed: "stealth_pngcomp" };
const RGB = { where: "pixels:rgb-lsb", plain: "stealth_rgbinfo", compressed: "stealth_rgbcomp" };
const MAGIC = 15;
const HEADER = MAGIC + 4;

/** The blocks that are hidden in an image's pixels. Only lossless images keep them. */
export function readStealth(raster: Raster): Stealth {
  const blocks: Block[] = [];
  const findings: Finding[] = [];
  for (const carrier of carriersOf(raster)) {
    const head = lowBits(raster, carrier.samples, 0, HEADER);
    const key = fromLatin1(head.subarray(0, MAGIC));
    if (head.length < HEADER || (key !== carrier.plain && key !== carrier.compressed)) continue;
    const length = Math.floor(be32(head, MAGIC) / 8);
    const payload = lowBits(raster, carrier.samples, HEADER, length);
    const place = { where: carrier.where, key, offset: null, length };
    const block = payload.length === length && decode(place, payload, key === carrier.compressed);
    if (block) blocks.push(block);
    else findings.push(trace("image.stealth-malformed", undefined, { where: carrier.where, key }));
  }
  return { blocks, findings };
}

/**
 * The corner of an image that shows whether anything is hidden in it: decoding so few rows costs a fraction of
 * decoding all. Columns are as high as the image, as far as the magic goes.
 */
export function stealthCorner({ width, height }: Pixels): Pixels {
  const needed = 8 * HEADER;
  return { width: Math.min(width, Math.ceil(needed / height)), height: Math.min(height, needed) };
}

/** Whether the corner of an image, as {@link stealthCorner} gives it, begins with one of the magics. */
export function announcesStealth(corner: Raster): boolean {
  return carriersOf(corner).some(({ samples, plain, compressed }) => {
    const key = fromLatin1(lowBits(corner, samples, 0, MAGIC));
    return key === plain || key === compressed;
  });
}

function carriersOf({ channels }: Raster): Carrier[] {
  const carriers: Carrier[] = [];
  if (channels === 4 || channels === 2) carriers.push({ ...ALPHA, samples: [channels - 1] });
  if (channels >= 3) carriers.push({ ...RGB, samples: [0, 1, 2] });
  return carriers;
}

/** `length` bytes of the low bits from byte `offset`; fewer where the pixels end. */
function lowBits(
  { width, height, channels, data }: Raster,
  samples: readonly number[],
  offset: number,
  length: number,
) {
  const capacity = Math.floor((width * height * samples.length) / 8);
  const out = new Uint8Array(Math.max(0, Math.min(length, capacity - offset)));
  for (let bit = 0; bit < out.length * 8; bit++) {
    const index = offset * 8 + bit;
    const pixel = Math.floor(index / samples.length);
    const row = pixel % height;
    const column = (pixel - row) / height;
    const sample = data[(row * width + column) * channels + samples[index % samples.length]!]!;
    out[bit >> 3] = (out[bit >> 3]! << 1) | (sample & 1);
  }
  return out;
}

function decode(place: Pick<Block, "where" | "key" | "offset" | "length">, payload: Uint8Array, compressed: boolean) {
  const bytes = compressed ? inflate("gzip", payload, WALK_LIMITS.inflated).bytes : payload;
  if (!bytes) return undefined;
  const { text, encoding } = decodeText(bytes);
  if (encoding === "latin-1") return undefined;
  return { ...place, encoding: compressed ? "gzip+utf8" : "utf8", text } satisfies Block;
}
