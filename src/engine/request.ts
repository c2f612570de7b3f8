/** What an image is drawn from: everything that determines it beside the model, and what is heard of a run. */

import type { Dialect } from "../recipe/recipe.ts";
import type { LearntWord } from "./conditioning/chunk.ts";
import type { Emphasis } from "./conditioning/emphasis.ts";
import type { Variation } from "./noise/draws.ts";
import type { NoiseSource } from "./noise/generator.ts";
import type { Tool } from "./plan.ts";
import type { LatentUpscaler } from "./resample.ts";
import type { SamplerOptions } from "./samplers/sampler.ts";
import type { Tensor } from "./tensor.ts";

/** Width and height in pixels, both multiples of the autoencoder's factor. */
export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/** What a pass is told; hires fix may say each of it anew. */
export interface PassSettings {
  readonly prompt: string;
  readonly negative: string;
  readonly steps: number;
  readonly cfg: number;
  /** An id of `samplers/catalogue.ts`. */
  readonly sampler: string;
  /** An id of `schedules.ts`, or `automatic`. */
  readonly schedule: string;
  readonly options?: SamplerOptions;
  /** @see Guidance.sMinUncond */
  readonly sMinUncond?: number;
  /** @see Guidance.rescale */
  readonly rescale?: number;
}

/** An image to start from. */
export interface InitImage {
  /** [1, 3, height, width], −1 … 1, of the request's size. */
  readonly pixels: Tensor;
  /** How much of it is given up, above 0 to 1. */
  readonly denoise: number;
  /** @see PlanRequest.exactSteps */
  readonly exactSteps?: boolean;
  /** Cells of the latent, 0 keep … 1 paint anew. @see latentMask */
  readonly mask?: Float32Array;
}

/** Enlarges pixels, [1, 3, h, w], to a size: an upscaler model or a resampling of the host. */
export type PixelUpscaler = (pixels: Tensor, size: PixelSize) => Promise<Tensor>;

/** The second, larger pass of hires fix. What is absent is as in the first. */
export interface HiresPass extends Partial<PassSettings> {
  readonly size: PixelSize;
  /** Enlarged to this first, of which the middle is cut out; absent where it is the size itself. */
  readonly whole?: PixelSize;
  readonly denoise: number;
  readonly upscaler: LatentUpscaler | PixelUpscaler;
  /** By which recipes call an upscaler of pixels. */
  readonly upscalerName?: string;
}

/** All that determines images, beside the model. */
export interface GenerateRequest extends PassSettings {
  readonly tool: Tool;
  readonly dialect: Dialect;
  readonly clipSkip: number;
  readonly emphasis?: Emphasis;
  readonly words?: readonly LearntWord[];
  readonly size: PixelSize;
  /** One an image. ComfyUI draws a whole batch from the first. */
  readonly seeds: readonly bigint[];
  readonly source: NoiseSource;
  /** A1111: seeds that the starting noise is mixed with. */
  readonly variation?: Variation;
  /** A1111's "Seed resize from". */
  readonly resizeFrom?: PixelSize;
  /** A1111's eta noise seed delta. */
  readonly ensd?: number;
  readonly init?: InitImage;
  readonly hires?: HiresPass;
}

/** Where a run stands. */
export interface Progress {
  /** Image of the request, from 0; in ComfyUI's batches the first of the batch. */
  readonly image: number;
  /** 0 first pass, 1 hires fix. */
  readonly pass: 0 | 1;
  /** From 0. */
  readonly step: number;
  readonly steps: number;
  readonly sigma: number;
  /** What the model takes the image to be, [batch, channels, h, w]: decoded by the VAE it is a preview. */
  readonly denoised: Tensor;
}

/** What a caller may do during a run. */
export interface Hooks {
  readonly signal?: AbortSignal;
  /** The run waits for it. */
  readonly onProgress?: (progress: Progress) => void | Promise<void>;
}

/** One image. */
export interface Generated {
  /** Its place in the request. */
  readonly image: number;
  readonly seed: bigint;
  /** [1, channels, h, w]. */
  readonly latent: Tensor;
  /** [1, 3, height, width], nominally −1 … 1. */
  readonly pixels: Tensor;
}
