/** From a request to images: prompts, noise, passes, pixels, in the order and by the customs of A1111 or ComfyUI. */

import { SeedproofError } from "../base/errors.ts";
import type { DiffusionModel, Vae } from "./backend.ts";
import { type ConditionedPrompt, conditionPrompt } from "./conditioning/condition.ts";
import { guidedDenoiser, withImage } from "./guidance.ts";
import { encodeImage, inpaintingChannels, inpaintingOf } from "./inpainting.ts";
import { type Levels, levelsOf } from "./levels.ts";
import { a1111Draws, comfyuiDraws, type LatentShape, type NoiseDraws } from "./noise/draws.ts";
import { brownianNoise, drawnNoise } from "./noise/step-noise.ts";
import type { TorchMath } from "./noise/torch-cpu.ts";
import { planPass, TIME_RULES } from "./plan.ts";
import type { Generated, GenerateRequest, HiresPass, Hooks, PassSettings, PixelSize } from "./request.ts";
import { resample } from "./resample.ts";
import { type SamplerInfo, samplerInfo } from "./samplers/catalogue.ts";
import { mix, type StepNoise } from "./samplers/sampler.ts";
import { item, sizeOf, type Tensor, tensor } from "./tensor.ts";

/** Largest side in pixels: what A1111's sliders allow four times over, so that no request asks for more memory than there is. */
const MAX_SIDE = 8192;

/**
 * Draws the images one after the other; each is there as soon as it is done, so that a stopped request can go on with
 * the seeds that are left. Pure in its arguments: the same model, request and runtime give the same bits.
 *
 * @throws SeedproofError `engine.size-unfit`, `engine.sampler-unknown`, `engine.schedule-unknown`,
 *   `engine.steps-out-of-range`, `engine.denoise-out-of-range`, `engine.seed-out-of-range`, `engine.not-a-number`;
 *   the reason of the signal when it is aborted
 */
export async function* generate(
  model: DiffusionModel,
  request: GenerateRequest,
  hooks: Hooks = {},
): AsyncGenerator<Generated> {
  checkSize(request.size, model.vae);
  if (request.hires) checkSize(request.hires.size, model.vae);
  // Images of A1111's batches do not depend on each other; ComfyUI's share their noise.
  const batches = request.tool === "comfyui" ? [request.seeds] : request.seeds.map((seed) => [seed]);
  let image = 0;
  for (const seeds of batches) {
    const batch = { model, request, hooks, levels: levelsOf(model.alphasCumprod), image, seeds };
    const latents = await runBatch(batch);
    for (const [i, seed] of seeds.entries()) {
      hooks.signal?.throwIfAborted();
      const latent = item(latents, i);
      yield { image: image + i, seed, latent, pixels: await model.vae.decode(latent) };
    }
    image += seeds.length;
  }
}

/** Images that are drawn together. */
interface Batch {
  readonly model: DiffusionModel;
  readonly request: GenerateRequest;
  readonly hooks: Hooks;
  readonly levels: Levels;
  /** Place of the first in the request. */
  readonly image: number;
  readonly seeds: readonly bigint[];
}

async function runBatch(batch: Batch): Promise<Tensor> {
  const { model, request } = batch;
  const { init, hires } = request;
  const image = init && repeated(await encodeImage(model.vae, init.pixels), batch.seeds.length);
  const first = await runPass(batch, {
    settings: request,
    pass: 0,
    size: request.size,
    ...(init && image && { start: { image, denoise: init.denoise, exactSteps: init.exactSteps ?? false } }),
    ...(init?.mask && { mask: init.mask }),
  });
  if (!hires) return first;
  const start = { image: await enlarge(model.vae, first, hires), denoise: hires.denoise, exactSteps: true };
  const settings = { ...request, ...hires };
  return runPass(batch, { settings, pass: 1, size: hires.size, start });
}

/** One pass over a batch. */
interface Pass {
  readonly settings: PassSettings;
  readonly pass: 0 | 1;
  readonly size: PixelSize;
  readonly start?: { readonly image: Tensor; readonly denoise: number; readonly exactSteps: boolean };
  readonly mask?: Float32Array;
}

async function runPass(batch: Batch, pass: Pass): Promise<Tensor> {
  const { model, request, hooks, levels, seeds } = batch;
  const { settings, start } = pass;
  const sampler = samplerInfo(settings.sampler);
  const plan = planPass({
    tool: request.tool,
    sampler,
    schedule: settings.schedule,
    steps: settings.steps,
    levels,
    ...(start && { denoise: start.denoise, exactSteps: start.exactSteps }),
  });
  const shape = latentShape(model.vae, pass.size);
  const draws = drawsOf(batch, shape);
  const noise = draws.next().data;
  const x = start
    ? mix([plan.imageFactor, start.image.data], [plan.noiseFactor, noise])
    : mix([plan.noiseFactor, noise]);
  const inpainting = start && pass.mask && inpaintingOf(request.tool, start.image.data, pass.mask, noise);
  const extra = await inpaintingChannels(model, pass.size, request.init);
  const denoise = guidedDenoiser(
    {
      unet: model.unet,
      levels,
      timeRule: TIME_RULES[request.tool],
      ...(await conditionPass(batch, pass, sampler)),
      cfg: settings.cfg,
      sMinUncond: settings.sMinUncond ?? 0,
      rescale: settings.rescale ?? 0,
      timeIds: [pass.size.height, pass.size.width, 0, 0, pass.size.height, pass.size.width],
      ...(extra && { extra }),
      ...(inpainting && { inpainting }),
      ...(hooks.signal && { signal: hooks.signal }),
    },
    shape,
  );
  const full = [seeds.length, ...shape];
  const result = await sampler.run({
    x,
    sigmas: plan.sigmas,
    denoise,
    noise: stepNoise(batch, sampler, draws, sizeOf(shape), plan.sigmas),
    ...(settings.options && { options: settings.options }),
    onStep: async ({ index, total, sigma, denoised }) => {
      const progress = { image: batch.image, pass: pass.pass, step: index, steps: total, sigma };
      await hooks.onProgress?.({ ...progress, denoised: tensor(full, denoised) });
    },
  });
  return tensor(full, withImage(plan.endFactor === 1 ? result : mix([plan.endFactor, result]), inpainting));
}

function latentShape({ latentChannels, factor }: Vae, { width, height }: PixelSize): LatentShape {
  return [latentChannels, height / factor, width / factor];
}

/** Every pass starts its streams anew: A1111 makes a new set of generators for hires fix. */
function drawsOf({ request, model, seeds, image }: Batch, shape: LatentShape): NoiseDraws {
  const { tool, source, variation, resizeFrom, ensd } = request;
  if (tool === "comfyui") return comfyuiDraws(shape, seeds[0]!, seeds.length, source);
  const { factor } = model.vae;
  return a1111Draws(shape, seeds, {
    source,
    ...(variation && { variation: { ...variation, seeds: variation.seeds.slice(image) } }),
    ...(resizeFrom && {
      resizeFrom: [Math.floor(resizeFrom.height / factor), Math.floor(resizeFrom.width / factor)] as const,
    }),
    ...(ensd !== undefined && { ensd }),
  });
}

function stepNoise(
  { request, seeds }: Batch,
  { noise }: SamplerInfo,
  draws: NoiseDraws,
  size: number,
  sigmas: Float32Array,
): StepNoise {
  if (noise !== "brownian") return drawnNoise(() => draws.next().data);
  const math: TorchMath = request.source === "torch-cpu-libm" ? "libm" : "avx2";
  const whole = request.tool === "comfyui";
  return brownianNoise(whole ? seeds.slice(0, 1) : seeds, whole ? size * seeds.length : size, sigmas, math);
}

/** Both prompts of a pass. Editing counts in calls of the model, and goes on counting in hires fix. */
async function conditionPass(
  { model, request }: Batch,
  { settings, pass }: Pass,
  { calls }: SamplerInfo,
): Promise<{ positive: ConditionedPrompt[]; negative: ConditionedPrompt[] }> {
  const { dialect, clipSkip, emphasis, words } = request;
  const baseSteps = request.steps * samplerInfo(request.sampler).calls;
  const how = {
    dialect,
    clipSkip,
    range: { steps: settings.steps * calls, ...(pass === 1 && { baseSteps }) },
    ...(emphasis && { emphasis }),
    ...(words && { words }),
  };
  return {
    positive: await conditionPrompt(settings.prompt, model.textEncoders, how),
    // A1111 combines positive prompts alone; in a negative one AND is a word, which the tokenizer reads in lower case.
    negative: await conditionPrompt(settings.negative.replace(/\bAND\b/g, "and"), model.textEncoders, how),
  };
}

function repeated({ shape, data }: Tensor, count: number): Tensor {
  const all = tensor([count, ...shape.slice(1)]);
  for (let i = 0; i < count; i++) all.data.set(data, i * data.length);
  return all;
}

/** The first pass at the size of the second: stretched as latents, or enlarged as pixels, image by image. */
async function enlarge(vae: Vae, latents: Tensor, { size, whole = size, upscaler }: HiresPass): Promise<Tensor> {
  const [, height, width] = latentShape(vae, whole);
  const [, rows, columns] = latentShape(vae, size);
  if (typeof upscaler === "string") return middleOf(resample(latents, height, width, upscaler), rows, columns);
  const enlarged = tensor([latents.shape[0]!, latents.shape[1]!, height, width]);
  for (let i = 0; i < latents.shape[0]!; i++) {
    const pixels = await upscaler(await vae.decode(item(latents, i)), whole);
    const { data } = await encodeImage(vae, pixels);
    enlarged.data.set(data, i * data.length);
  }
  return middleOf(enlarged, rows, columns);
}

/** The middle of a latent; of an odd rest the larger half is behind it, as in A1111. */
function middleOf(latents: Tensor, rows: number, columns: number): Tensor {
  const [batch, channels, height, width] = latents.shape as [number, number, number, number];
  if (rows === height && columns === width) return latents;
  const middle = tensor([batch, channels, rows, columns]);
  const [top, left] = [Math.floor((height - rows) / 2), Math.floor((width - columns) / 2)];
  for (let row = 0; row < batch * channels * rows; row++) {
    const from = (Math.floor(row / rows) * height + top + (row % rows)) * width + left;
    middle.data.set(latents.data.subarray(from, from + columns), row * columns);
  }
  return middle;
}

function checkSize({ width, height }: PixelSize, { factor }: Vae): void {
  const fits = [width, height].every((side) => Number.isInteger(side / factor) && side > 0 && side <= MAX_SIDE);
  if (fits) return;
  const message = `${width}x${height} pixels; sides are multiples of ${factor} up to ${MAX_SIDE}`;
  throw new SeedproofError("engine.size-unfit", message);
}
