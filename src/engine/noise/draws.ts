/** How the programs draw the noise of a whole run: one stream an image (A1111), one for the batch (ComfyUI, diffusers). */

import { SeedproofError } from "../../base/errors.ts";
import { sizeOf, type Tensor, tensor } from "../tensor.ts";
import { createGenerator, type NoiseGenerator, type NoiseSource } from "./generator.ts";
import { slerp } from "./slerp.ts";

/** The noise of one run. The first call gives the starting noise, later ones what ancestral samplers add. */
export interface NoiseDraws {
  /** The next noise, [batch, channels, height, width]. */
  next(): Tensor;
}

/** Channels, height and width of one latent. */
export type LatentShape = readonly [channels: number, height: number, width: number];

/** Starting noise mixed from two seeds. */
export interface Variation {
  /** One seed an image; 0 where there is none. */
  readonly seeds: readonly bigint[];
  /** 0: all of the seed, 1: all of the variation seed. */
  readonly strength: number;
}

/** What changes A1111's noise beside the seeds. */
export interface A1111NoiseOptions {
  readonly source?: NoiseSource;
  readonly variation?: Variation;
  /** "Seed resize from": height and width, in latent cells, of the image whose composition is wanted. */
  readonly resizeFrom?: readonly [height: number, width: number];
  /** Eta noise seed delta: added to the seeds for all noise after the first; 31337 imitates NovelAI. */
  readonly ensd?: number;
}

/**
 * A1111's draws: every image has its own stream, so that the size of a batch does not matter.
 * @param seeds - one an image
 * @see AUTOMATIC1111/stable-diffusion-webui, modules/rng.py (ImageRNG), as behaviour
 * @throws SeedproofError `engine.seed-out-of-range`
 */
export function a1111Draws(shape: LatentShape, seeds: readonly bigint[], options: A1111NoiseOptions = {}): NoiseDraws {
  const source = options.source ?? "torch-cpu";
  let streams = seeds.map((seed) => createGenerator(source, seed));
  let first = true;
  const next = (): Tensor => {
    if (!first) return stack(shape, (i) => streams[i]!.randn(sizeOf(shape)));
    first = false;
    const noise = stack(shape, (i) => firstNoise(shape, seeds[i]!, i, streams[i]!, source, options));
    if (options.ensd) streams = seeds.map((seed) => createGenerator(source, seed + BigInt(options.ensd ?? 0)));
    return noise;
  };
  const stack = (one: LatentShape, draw: (i: number) => Float32Array): Tensor => {
    const all = tensor([seeds.length, ...one]);
    for (let i = 0; i < seeds.length; i++) all.data.set(draw(i), i * sizeOf(one));
    return all;
  };
  return { next };
}

function firstNoise(
  shape: LatentShape,
  seed: bigint,
  index: number,
  stream: NoiseGenerator,
  source: NoiseSource,
  { variation, resizeFrom }: A1111NoiseOptions,
): Float32Array<ArrayBuffer> {
  const drawn: LatentShape = resizeFrom ? [shape[0], ...resizeFrom] : shape;
  const resized = drawn[1] !== shape[1] || drawn[2] !== shape[2];
  // The old size is drawn from a stream of its own; the image's stream starts at the new size.
  let noise = (resized ? createGenerator(source, seed) : stream).randn(sizeOf(drawn));
  if (variation && variation.strength !== 0) {
    const other = createGenerator(source, variation.seeds[index] ?? 0n).randn(sizeOf(drawn));
    noise = slerp(variation.strength, noise, other, drawn);
  }
  return resized ? pasteCentred(noise, drawn, stream.randn(sizeOf(shape)), shape) : noise;
}

/** Lays the middle of one latent over the middle of another; what does not fit is cut off evenly. */
function pasteCentred(
  from: Float32Array,
  [, fromHeight, fromWidth]: LatentShape,
  onto: Float32Array<ArrayBuffer>,
  [channels, height, width]: LatentShape,
): Float32Array<ArrayBuffer> {
  const [dy, dx] = [Math.floor((height - fromHeight) / 2), Math.floor((width - fromWidth) / 2)];
  const [rows, columns] = [fromHeight + 2 * Math.min(dy, 0), fromWidth + 2 * Math.min(dx, 0)];
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < rows; y++) {
      const source = (c * fromHeight + y + Math.max(-dy, 0)) * fromWidth + Math.max(-dx, 0);
      onto.set(from.subarray(source, source + columns), (c * height + y + Math.max(dy, 0)) * width + Math.max(dx, 0));
    }
  }
  return onto;
}

/** Largest batch index: ComfyUI draws and throws away everything before it. */
const MAX_BATCH_INDEX = 65_536;

/**
 * ComfyUI's draws: the starting noise of the whole batch from one stream of PyTorch's CPU generator; what samplers add
 * later comes from a second stream, seeded one higher (since 2024; before, it repeated the first).
 * @param batchIndexes - places of the latents in the batch that they were cut from
 * @throws SeedproofError `engine.seed-out-of-range`, `engine.batch-index`
 * @see Comfy-Org/ComfyUI, comfy/sample.py (prepare_noise), comfy/k_diffusion/sampling.py, as behaviour
 */
export function comfyuiDraws(
  shape: LatentShape,
  seed: bigint,
  batch: number | { readonly indexes: readonly number[] },
  source: NoiseSource = "torch-cpu",
  laterSeedDelta = 1n,
): NoiseDraws {
  const count = typeof batch === "number" ? batch : batch.indexes.length;
  let later: NoiseGenerator | undefined;
  let first = true;
  const next = (): Tensor => {
    if (!first) {
      later ??= createGenerator(source, BigInt.asUintN(64, seed + laterSeedDelta));
      return tensor([count, ...shape], later.randn(count * sizeOf(shape)));
    }
    first = false;
    const stream = createGenerator(source, seed);
    if (typeof batch !== "number") return pickedNoise(shape, stream, batch.indexes);
    return tensor([count, ...shape], stream.randn(count * sizeOf(shape)));
  };
  return { next };
}

/** One draw for each place up to the highest; those asked for are kept. */
function pickedNoise(shape: LatentShape, stream: NoiseGenerator, indexes: readonly number[]): Tensor {
  const last = Math.max(...indexes);
  if (!indexes.every((i) => Number.isInteger(i) && i >= 0) || !(last <= MAX_BATCH_INDEX)) {
    throw new SeedproofError("engine.batch-index", `batch indexes go from 0 to ${MAX_BATCH_INDEX}`);
  }
  const size = sizeOf(shape);
  const picked = tensor([indexes.length, ...shape]);
  for (let i = 0; i <= last; i++) {
    const noise = stream.randn(size);
    for (const [place, index] of indexes.entries()) if (index === i) picked.data.set(noise, place * size);
  }
  return picked;
}

/**
 * diffusers' draws with generators on the CPU: a list of seeds gives each image its stream, one seed is one stream for
 * the batch. Every later noise goes on with the same streams.
 * @see huggingface/diffusers, src/diffusers/utils/torch_utils.py (randn_tensor)
 */
export function diffusersDraws(
  shape: LatentShape,
  seeds: readonly bigint[] | { readonly seed: bigint; readonly batch: number },
  source: NoiseSource = "torch-cpu",
): NoiseDraws {
  if (!("seed" in seeds)) return a1111Draws(shape, seeds, { source });
  const stream = createGenerator(source, seeds.seed);
  return { next: () => tensor([seeds.batch, ...shape], stream.randn(seeds.batch * sizeOf(shape))) };
}
