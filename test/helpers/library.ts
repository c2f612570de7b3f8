/** Libraries for tests: small images with generation data, in folders of their own. */

import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { concatBytes, utf8 } from "../../src/base/bytes.ts";
import { pngChunk } from "../../src/image/embed-png.ts";
import { encodePng } from "../../src/image/encode-png.ts";

/** What the generation data of a small image says. */
export interface SmallImage {
  readonly prompt?: string;
  readonly seed?: string;
  readonly model?: string;
  readonly sampler?: string;
  readonly width?: number;
  readonly height?: number;
  /** Makes the pixels, and so the hash, another. */
  readonly shade?: number;
}

/** A PNG with A1111's text; none where nothing is said. */
export function smallPng({ width = 8, height = 8, shade = 0, ...said }: SmallImage = {}): Uint8Array {
  const data = new Uint8Array(width * height * 3).map((_, i) => (i * 7 + shade * 13) & 255);
  const bytes = encodePng({ width, height, channels: 3, data });
  if (said.prompt === undefined) return bytes;
  const { prompt, seed = "1", model = "ink", sampler = "Euler a" } = said;
  const text = `${prompt}\nSteps: 20, Sampler: ${sampler}, CFG scale: 7, Seed: ${seed}, Size: ${width}x${height}, Model: ${model}, Version: v1.10.1`;
  const chunk = pngChunk("iTXt", concatBytes(utf8("parameters"), new Uint8Array(5), utf8(text)));
  return concatBytes(bytes.subarray(0, 33), chunk, bytes.subarray(33));
}

/** A new folder. */
export function newFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `seedproof-${name}-`));
}

/** Writes an image and gives its path. */
export function put(path: string, image: SmallImage | Uint8Array): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, image instanceof Uint8Array ? image : smallPng(image));
  return path;
}
