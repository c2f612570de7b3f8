/** The denoiser of a whole pass: prompts over the steps, guidance, masks, one image after the other. */

import { SeedproofError } from "../base/errors.ts";
import type { UNet, UNetConditions } from "./backend.ts";
import { type ConditionedPrompt, type Conditioning, conditioningAt } from "./conditioning/condition.ts";
import { guide, rescaleGuidance, scalings, unetDenoiser } from "./denoiser.ts";
import type { Levels, TimeRule } from "./levels.ts";
import { type Denoiser, type Latent, mix } from "./samplers/sampler.ts";
import { sizeOf, type Tensor, tensor } from "./tensor.ts";

/** What is kept of an image while the rest is painted anew. */
export interface Inpainting {
  /** Latents of the image, [batch, channels, h, w]. */
  readonly image: Latent;
  /** h · w cells, 0 keep … 1 paint anew. */
  readonly mask: Float32Array;
  /**
   * ComfyUI lays the image, as noisy as the step, under x before the model sees it; A1111 leaves x alone. Both put the
   * image back into the model's answer. Absent: A1111's way.
   */
  readonly noise?: Latent;
}

/** All that guides a pass. */
export interface Guidance {
  readonly unet: UNet;
  readonly levels: Levels;
  readonly timeRule: TimeRule;
  readonly positive: readonly ConditionedPrompt[];
  readonly negative: readonly ConditionedPrompt[];
  readonly cfg: number;
  /** A1111's "Negative Guidance minimum sigma": below it every second call goes without the negative prompt. */
  readonly sMinUncond?: number;
  /** Share of rescaled guidance, 0 … 1. */
  readonly rescale?: number;
  /** Height, width, crop top and left, target height and width: what SDXL is told. */
  readonly timeIds?: readonly number[];
  /** Channels after the latent's own, for inpainting models. */
  readonly extra?: Tensor;
  readonly inpainting?: Inpainting;
  readonly signal?: AbortSignal;
}

/**
 * The denoiser for latents of a shape. Each image is denoised in a run of its own: its bits do not depend on the batch.
 * @param shape - [channels, h, w] of one latent
 * @throws (when called) SeedproofError `engine.not-a-number`; the signal's reason when it is aborted
 */
export function guidedDenoiser(guidance: Guidance, shape: readonly number[]): Denoiser {
  const size = sizeOf(shape);
  let call = 0;
  return async (x, sigma) => {
    const seen = underlaid(x, sigma, guidance.inpainting);
    const answers = new Float32Array(x.length);
    for (let at = 0; at < x.length; at += size) {
      const item = tensor([1, ...shape], seen.subarray(at, at + size) as Latent);
      answers.set(await guidedAnswer(guidance, item, sigma, call), at);
    }
    if (answers.some(Number.isNaN)) {
      throw new SeedproofError("engine.not-a-number", `the model's answer at sigma ${sigma} holds NaN`);
    }
    call++;
    return withImage(answers, guidance.inpainting);
  };
}

/** One image's answer in the model call counted `call`. */
async function guidedAnswer(guidance: Guidance, x: Tensor, sigma: number, call: number): Promise<Latent> {
  const { unet, levels, timeRule, extra, signal, positive, negative, cfg, sMinUncond = 0, rescale = 0 } = guidance;
  const denoise = unetDenoiser(unet, levels, timeRule, extra);
  const ask = (prompt: ConditionedPrompt): Promise<Latent> => {
    signal?.throwIfAborted();
    return denoise(x, sigma, conditionsOf(conditioningAt(prompt.stages, call), guidance.timeIds));
  };
  // Guidance of scale 1 is the answer itself, to the bit.
  const isPlain = positive.length === 1 && cfg * positive[0]!.weight === 1;
  const isSkipped = call % 2 === 1 && sigma < sMinUncond;
  // Prompts are asked at the same time: a pool of threads works on them side by side.
  const asked = isPlain || isSkipped ? positive : [...positive, negative[0]!];
  const denoised = await Promise.all(asked.map(ask));
  const answers = positive.map(({ weight }, i) => ({ denoised: denoised[i]!, weight }));
  const first = answers[0]!;
  if (isPlain) return first.denoised;
  const uncond = isSkipped ? first.denoised : denoised.at(-1)!;
  const guided = guide(uncond, answers, cfg);
  return rescale === 0 ? guided : rescaled(unet, x.data, sigma, guided, first.denoised, rescale);
}

/** Rescaling is defined on what the model itself predicts; denoised latents are turned into that and back. */
function rescaled(unet: UNet, x: Latent, sigma: number, guided: Latent, plain: Latent, share: number): Latent {
  const { cSkip, cOut } = scalings(unet.prediction, sigma);
  const output = (denoised: Latent): Latent => mix([1 / cOut, denoised], [-cSkip / cOut, x]);
  return mix([cSkip, x], [cOut, rescaleGuidance(output(guided), output(plain), share, 1)]);
}

function conditionsOf({ context, pooled }: Conditioning, timeIds?: readonly number[]): UNetConditions {
  if (!pooled || !timeIds) return { context };
  return { context, pooled, timeIds: tensor([1, timeIds.length], Float32Array.from(timeIds)) };
}

function underlaid(x: Latent, sigma: number, inpainting?: Inpainting): Latent {
  if (!inpainting?.noise) return x;
  const { image, noise, mask } = inpainting;
  return x.map((value, i) => {
    const share = mask[i % mask.length]!;
    return value * share + (image[i]! + noise[i]! * sigma) * (1 - share);
  });
}

/** The latent with the kept part of the image in it. */
export function withImage(latent: Latent, inpainting?: Inpainting): Latent {
  if (!inpainting) return latent;
  const { image, mask } = inpainting;
  return latent.map((value, i) => {
    const share = mask[i % mask.length]!;
    return value * share + image[i]! * (1 - share);
  });
}
