/** The data set as a function of its seed: scene i of seed s, with tags, captions and hash. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { caption } from "./caption.ts";
import { createRandom } from "./random.ts";
import { drawScene, type Picture } from "./scene.ts";
import { GROUP_NAMES, HELD_OUT, type Tags } from "./tags.ts";
import { VARIANTS, type VariantName } from "./variant.ts";
import { DEEP_SNOW_FROM, drawHeldOutTags, drawTags, OPEN_FROM, WORLDS } from "./world.ts";

/** `train` never contains a held-out pair; every scene of `heldout` contains exactly one. */
export type Split = "train" | "heldout";

export interface DatasetOptions {
  readonly seed: number;
  readonly split: Split;
  /** 1 (smallest) to 8 (every tag, deep snow, more left open), see `WORLDS`. */
  readonly world: number;
  /** Captions per scene. */
  readonly captions: number;
  /** Pixels per side. */
  readonly size: number;
  /** Draws the training set of an adapter. */
  readonly variant?: VariantName;
}

export const DEFAULTS: DatasetOptions = { seed: 1, split: "train", world: WORLDS.length, captions: 4, size: 128 };

/** One line of the manifest. */
export interface Entry {
  readonly index: number;
  readonly seed: number;
  readonly tags: Tags;
  readonly captions: readonly string[];
  /** Of the pixels: sRGB bytes, [size, size, 3], without any container. */
  readonly sha256: string;
}

/** Scene `index` of the data set. Tags, drawing and captions have streams of their own, so new captions leave pictures as they were. */
export function sceneAt(index: number, options: DatasetOptions): { readonly entry: Entry; readonly picture: Picture } {
  const { seed, split } = options;
  const world = WORLDS[options.world - 1];
  if (world === undefined) throw new RangeError(`world must be 1 … ${WORLDS.length}`);
  const choice = createRandom(seed, index);
  const tags = split === "train" ? drawTags(choice, world) : drawHeldOutTags(choice, world, HELD_OUT);
  const variant = options.variant && VARIANTS[options.variant];
  const deepSnow = options.world >= DEEP_SNOW_FROM;
  const open = options.world >= OPEN_FROM;
  const picture = drawScene(tags, createRandom(seed ^ 0x5ce4e, index), { size: options.size, variant, deepSnow, open });
  const words = createRandom(seed ^ 0xca971, index);
  const captions = Array.from({ length: options.captions }, () => caption(words, tags, { variant, brief: open }));
  return { entry: { index, seed, tags, captions, sha256: bytesToHex(sha256(picture.pixels)) }, picture };
}

/** The manifest line of an entry: JSON with its keys in a fixed order. */
export function manifestLine({ index, seed, tags, captions, sha256: hash }: Entry): string {
  const ordered = Object.fromEntries(GROUP_NAMES.map((group) => [group, tags[group]]));
  return `${JSON.stringify({ index, seed, tags: ordered, captions, sha256: hash })}\n`;
}

/** Subject area averaged over cells of 8 × 8 pixels, one per latent pixel, [size / 8, size / 8], 0 … 255. */
export function latentArea({ size, subjectArea }: Picture): Uint8Array {
  const cells = size / 8;
  const sums = new Float64Array(cells * cells);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) sums[(y >> 3) * cells + (x >> 3)]! += subjectArea[y * size + x]!;
  }
  return Uint8Array.from(sums, (sum) => Math.floor((sum / 64) * 255 + 0.5));
}
