/** Pixels as a PNG file whose bytes are the same on every computer: no time, no settings, one filter. @see ISO 15948 (PNG) */

import { zlibSync } from "fflate";
import { concatBytes } from "../base/bytes.ts";
import { pngChunk } from "./embed-png.ts";
import type { Raster } from "./raster.ts";
import { toBe32 } from "./uint.ts";

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Colour type of the header by the number of channels. */
const COLOUR_TYPES = { 1: 0, 2: 4, 3: 2, 4: 6 } as const;
/** Paeth's filter, the best single one for pictures. */
const PAETH = 4;

/** The file: header, pixels, end. */
export function encodePng(raster: Raster): Uint8Array {
  const { width, height, channels } = raster;
  const form = Uint8Array.of(8, COLOUR_TYPES[channels], 0, 0, 0);
  return concatBytes(
    SIGNATURE,
    pngChunk("IHDR", concatBytes(toBe32(width), toBe32(height), form)),
    pngChunk("IDAT", zlibSync(filtered(raster), { level: 9 })),
    pngChunk("IEND", new Uint8Array(0)),
  );
}

function filtered({ width, height, channels, data }: Raster): Uint8Array {
  const stride = width * channels;
  const rows = new Uint8Array(height * (stride + 1));
  for (let y = 0; y < height; y++) {
    rows[y * (stride + 1)] = PAETH;
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x < channels ? 0 : data[at - channels]!;
      const up = y === 0 ? 0 : data[at - stride]!;
      const corner = x < channels || y === 0 ? 0 : data[at - stride - channels]!;
      rows[at + y + 1] = data[at]! - paeth(left, up, corner);
    }
  }
  return rows;
}

/** The neighbour nearest to left + up − corner. */
function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
