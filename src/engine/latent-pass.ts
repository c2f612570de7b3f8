/** One pass over a latent, as ComfyUI's sampler nodes run it: from any step to any step, with or without noise of its own. */

import type { DiffusionModel } from "./backend.ts";
import type { LearntWord } from "./conditioning/chunk.ts";
import { type ConditionedPrompt, conditionPrompt } from "./conditioning/condition.ts";
import { guidedDenoiser, withImage } from "./guidance.ts";
import { inpaintingChannels, inpaintingOf } from "./inpainting.ts";
import { type Levels, levelsOf } from "./levels.ts";
import { comfyuiDraws } from "./noise/draws.ts";
import { brownianNoise, drawnNoise } from "./noise/step-noise.ts";
import { planPass, TIME_RULES } from "./plan.ts";
import type { Hooks } from "./request.ts";
import { samplerInfo } from "./samplers/catalogue.ts";
import { mix } from "./samplers/sampler.ts";
import { sizeOf, type Tensor, tensor } from "./tensor.ts";

/** A prompt and the text encoders that read it; they may be another model's than the one that draws. */
export interface TextOf {
  readonly text: string;
  readonly model: DiffusionModel;
  readonly clipSkip: number;
  /** Textual inversions that the text may name. */
  readonly words?: readonly LearntWord[];
}

/** What a pass is told. */
export interface LatentPass {
  readonly model: DiffusionModel;
  readonly positive: TextOf;
  readonly negative: TextOf;
  /** [batch, channels, h, w], scaled. */
  readonly latent: Tensor;
  /** h · w cells of the latent, 0 keep … 1 paint anew. */
  readonly mask?: Float32Array;
  readonly seed: bigint;
  readonly steps: number;
  readonly cfg: number;
  /** Ids of `samplers/catalogue.ts` and `schedules.ts`. */
  readonly sampler: string;
  readonly schedule: string;
  /** Above 0 to 1. */
  readonly denoise: number;
  /** False: the latent holds its noise already. */
  readonly addNoise?: boolean;
  /** First and last step of the schedule that are run; all where absent. */
  readonly from?: number;
  readonly to?: number;
  /** Whether a pass that ends early hands on the noise that is left; else its last step goes to the end. */
  readonly keepNoise?: boolean;
}

/**
 * The latent after the pass. Noise is ComfyUI's: one stream of PyTorch's CPU generator for the whole batch.
 * @throws SeedproofError as `generate` of `pipeline.ts`
 */
export async function runLatentPass(pass: LatentPass, hooks: Hooks = {}): Promise<Tensor> {
  const { model, latent, mask, seed } = pass;
  const sampler = samplerInfo(pass.sampler);
  const levels = levelsOf(model.alphasCumprod);
  const sigmas = sigmasOf(pass, levels);
  if (sigmas.length < 2) return latent;
  const [batch, ...shape] = latent.shape as [number, number, number, number];
  const draws = comfyuiDraws(shape as [number, number, number], seed, batch);
  const noise = pass.addNoise === false ? new Float32Array(latent.data.length) : draws.next().data;
  // What was not added must still be drawn: what samplers add later comes behind it.
  if (pass.addNoise === false) draws.next();
  const x = mix([1, latent.data], [noiseFactor(sigmas[0]!, levels), noise]);
  const inpainting = mask && inpaintingOf("comfyui", latent.data, mask, noise);
  const [height, width] = [shape[1]! * model.vae.factor, shape[2]! * model.vae.factor];
  const extra = await inpaintingChannels(model, { width, height });
  const calls = pass.steps * sampler.calls;
  const denoise = guidedDenoiser(
    {
      ...{ unet: model.unet, levels, timeRule: TIME_RULES.comfyui, cfg: pass.cfg },
      positive: await conditioned(pass.positive, calls),
      negative: await conditioned(pass.negative, calls),
      timeIds: [height, width, 0, 0, height, width],
      ...(extra && { extra }),
      ...(inpainting && { inpainting }),
      ...(hooks.signal && { signal: hooks.signal }),
    },
    shape,
  );
  const result = await sampler.run({
    ...{ x, sigmas, denoise },
    noise:
      sampler.noise === "brownian"
        ? brownianNoise([seed], sizeOf(shape) * batch, sigmas, "avx2")
        : drawnNoise(() => draws.next().data),
    onStep: async ({ index, total, sigma, denoised }) => {
      const at = { image: 0, pass: 0, step: index, steps: total, sigma } as const;
      await hooks.onProgress?.({ ...at, denoised: tensor(latent.shape, denoised) });
    },
  });
  return tensor(latent.shape, withImage(result, inpainting));
}

/** The part of the schedule between two steps. @see ComfyUI comfy/samplers.py (KSampler.sample), as behaviour */
function sigmasOf(pass: LatentPass, levels: Levels): Float32Array {
  const { steps, denoise, schedule, from = 0, to = steps } = pass;
  const sampler = samplerInfo(pass.sampler);
  const plan = planPass({ tool: "comfyui", sampler, schedule, steps, levels, denoise });
  const last = Math.min(to, plan.sigmas.length - 1);
  const part = plan.sigmas.slice(0, last + 1);
  if (!pass.keepNoise && last < plan.sigmas.length - 1) part[last] = 0;
  return part.slice(Math.min(from, part.length));
}

/** At the model's highest level the start has unit variance below the noise. */
function noiseFactor(sigma: number, levels: Levels): number {
  const isFull = sigma > levels.sigmas.at(-1)! * (1 - 1e-5);
  return isFull ? Math.sqrt(1 + sigma * sigma) : sigma;
}

function conditioned({ text, model, clipSkip, words }: TextOf, calls: number): Promise<ConditionedPrompt[]> {
  const how = { dialect: "comfyui", clipSkip, range: { steps: calls }, ...(words && { words }) } as const;
  return conditionPrompt(text, model.textEncoders, how);
}
