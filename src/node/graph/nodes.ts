/** What each node does. @see definitions.ts for their inputs; ComfyUI nodes.py, as behaviour */

import { SeedproofError } from "../../base/errors.ts";
import type { LearntWord } from "../../engine/conditioning/chunk.ts";
import { encodeImage } from "../../engine/inpainting.ts";
import { runLatentPass } from "../../engine/latent-pass.ts";
import type { Hooks } from "../../engine/request.ts";
import { item, type Tensor, tensor } from "../../engine/tensor.ts";
import type { Raster } from "../../image/raster.ts";
import { readSampler, readScheduler } from "../../recipe/samplers.ts";
import type { EmbeddedEngine } from "../embedded.ts";
import { assertNumbers, channelOf, greyed, grownMask, loaded, maskFor, resized, wholeCells } from "./pictures.ts";
import type {
  ClipValue,
  ConditioningValue,
  ImageValue,
  LatentValue,
  MaskValue,
  ModelValue,
  NodeOutputs,
  VaeValue,
} from "./values.ts";

/** What nodes work with. */
export interface NodeTools {
  open(model: ModelValue): Promise<EmbeddedEngine>;
  openVae(vae: VaeValue): Promise<EmbeddedEngine>;
  /** Textual inversions that a text names. */
  words(text: string): Promise<readonly LearntWord[]>;
  /** An uploaded image. */
  image(name: string): Promise<Raster>;
  /** Hands an image on as a file; saved ones stay. */
  put(
    image: Tensor,
    place: { readonly kind: "output" | "temp"; readonly prefix: string; readonly index: number },
  ): Promise<void>;
  readonly hooks: Hooks;
}

/** Inputs of one node, links replaced by what they carry. */
type Inputs = Readonly<Record<string, unknown>>;

type Run = (inputs: Inputs, tools: NodeTools) => Promise<NodeOutputs> | NodeOutputs;

const num = (value: unknown): number => Number(value);
const txt = (value: unknown): string => String(value);

/** By class. */
export const RUNS: Readonly<Record<string, Run>> = {
  CheckpointLoaderSimple: ({ ckpt_name }) => {
    const model: ModelValue = { checkpoint: txt(ckpt_name), adapters: [] };
    return [model, { ...model, clipSkip: 1 } satisfies ClipValue, { checkpoint: model.checkpoint } satisfies VaeValue];
  },
  LoraLoader: ({ model, clip, lora_name, strength_model, strength_clip }) => {
    const adapter = { name: txt(lora_name), weight: num(strength_model), weightText: num(strength_clip) };
    const [m, c] = [model as ModelValue, clip as ClipValue];
    if (adapter.weight === 0 && adapter.weightText === 0) return [m, c];
    return [
      { ...m, adapters: [...m.adapters, adapter] },
      { ...c, adapters: [...c.adapters, adapter] },
    ];
  },
  VAELoader: ({ vae_name }) => [{ vae: txt(vae_name) } satisfies VaeValue],
  CLIPTextEncode: ({ text, clip }) => [{ text: txt(text), clip: clip as ClipValue } satisfies ConditioningValue],
  CLIPSetLastLayer: ({ clip, stop_at_clip_layer }) => [{ ...(clip as ClipValue), clipSkip: -num(stop_at_clip_layer) }],
  EmptyLatentImage: async ({ width, height, batch_size }, tools) => {
    // Four channels and eight pixels a cell, as ComfyUI's node takes for granted; the sampler gives it its model's channels.
    tools.hooks.signal?.throwIfAborted();
    const shape = [num(batch_size), 4, Math.floor(num(height) / 8), Math.floor(num(width) / 8)];
    // The pixels that will come of it.
    assertNumbers([num(batch_size), 3, num(height), num(width)]);
    return [{ samples: tensor(shape) }];
  },
  KSampler: async (inputs, tools) => [
    await sampled(inputs, tools, { seed: inputs.seed, denoise: num(inputs.denoise) }),
  ],
  KSamplerAdvanced: async (inputs, tools) => [
    await sampled(inputs, tools, {
      seed: inputs.noise_seed,
      denoise: 1,
      addNoise: inputs.add_noise === "enable",
      from: num(inputs.start_at_step),
      to: num(inputs.end_at_step),
      keepNoise: inputs.return_with_leftover_noise === "enable",
    }),
  ],
  VAEDecode: async ({ samples, vae }, tools) => {
    const { model } = await tools.openVae(vae as VaeValue);
    const latent = (samples as LatentValue).samples;
    const images: Tensor[] = [];
    for (let i = 0; i < latent.shape[0]!; i++) {
      tools.hooks.signal?.throwIfAborted();
      images.push(await model.vae.decode(item(latent, i)));
    }
    return [images satisfies ImageValue];
  },
  VAEEncode: async ({ pixels, vae }, tools) => [
    { samples: await encoded(pixels as ImageValue, vae as VaeValue, tools) },
  ],
  VAEEncodeForInpaint: async ({ pixels, vae, mask, grow_mask_by }, tools) => {
    const { model } = await tools.openVae(vae as VaeValue);
    const whole = (pixels as ImageValue).map((image) => wholeCells(image, model.vae.factor));
    const [, , height, width] = whole[0]!.shape as [number, number, number, number];
    const hard = grownMask(mask as MaskValue, width, height, 0);
    const samples = await encoded(
      whole.map((image) => greyed(image, hard)),
      vae as VaeValue,
      tools,
    );
    return [{ samples, mask: grownMask(mask as MaskValue, width, height, num(grow_mask_by)) } satisfies LatentValue];
  },
  SetLatentNoiseMask: ({ samples, mask }) => [{ ...(samples as LatentValue), mask: mask as MaskValue }],
  LatentUpscale: ({ samples, ...how }) => [stretched(samples as LatentValue, how)],
  LatentUpscaleBy: ({ samples, upscale_method, scale_by }) => {
    const [, , rows, columns] = (samples as LatentValue).samples.shape as [number, number, number, number];
    const to = (cells: number): number => Math.round(cells * num(scale_by)) * 8;
    return [
      stretched(samples as LatentValue, { upscale_method, width: to(columns), height: to(rows), crop: "disabled" }),
    ];
  },
  LoadImage: async ({ image }, tools) => {
    const { image: pixels, mask } = loaded(await tools.image(txt(image)));
    return [pixels, mask];
  },
  LoadImageMask: async ({ image, channel }, tools) => [channelOf(await tools.image(txt(image)), txt(channel))],
  ImageScale: ({ image, ...how }) => [(image as ImageValue).map((one) => resized(one, resizing(how), 1))],
  SaveImage: async ({ images, filename_prefix }, tools) => {
    for (const [index, image] of (images as ImageValue).entries()) {
      await tools.put(image, { kind: "output", prefix: txt(filename_prefix), index });
    }
    return [];
  },
  PreviewImage: async ({ images }, tools) => {
    for (const [index, image] of (images as ImageValue).entries()) {
      await tools.put(image, { kind: "temp", prefix: "ComfyUI_temp", index });
    }
    return [];
  },
};

function resizing({ upscale_method, width, height, crop }: Inputs) {
  return { method: txt(upscale_method), width: num(width), height: num(height), crop: txt(crop) };
}

function stretched({ samples, mask }: LatentValue, how: Inputs): LatentValue {
  return { samples: resized(samples, resizing(how), 8), ...(mask && { mask }) };
}

async function encoded(images: ImageValue, vae: VaeValue, { openVae, hooks }: NodeTools): Promise<Tensor> {
  const { model } = await openVae(vae);
  const latents: Tensor[] = [];
  for (const image of images) {
    hooks.signal?.throwIfAborted();
    latents.push(await encodeImage(model.vae, wholeCells(image, model.vae.factor)));
  }
  const [first] = latents;
  const all = tensor([latents.length, ...first!.shape.slice(1)]);
  for (const [i, { data }] of latents.entries()) all.data.set(data, i * data.length);
  return all;
}

interface Part {
  readonly seed: unknown;
  readonly denoise: number;
  readonly addNoise?: boolean;
  readonly from?: number;
  readonly to?: number;
  readonly keepNoise?: boolean;
}

async function sampled(inputs: Inputs, tools: NodeTools, { seed, ...part }: Part): Promise<LatentValue> {
  const latent = inputs.latent_image as LatentValue;
  // A strength of 0 leaves everything as it is.
  if (part.denoise === 0) return latent;
  const { model } = await tools.open(inputs.model as ModelValue);
  const start = withChannels(latent.samples, model.vae.latentChannels);
  const [, , rows, columns] = start.shape as [number, number, number, number];
  const text = async ({ text, clip }: ConditioningValue) => {
    const { checkpoint, adapters, clipSkip } = clip;
    const words = await tools.words(text);
    return { text, model: (await tools.open({ checkpoint, adapters })).model, clipSkip, words };
  };
  const samples = await runLatentPass(
    {
      ...{ model, latent: start, ...part },
      positive: await text(inputs.positive as ConditioningValue),
      negative: await text(inputs.negative as ConditioningValue),
      ...(latent.mask && { mask: maskFor(latent.mask, rows, columns) }),
      seed: BigInt.asUintN(64, BigInt(typeof seed === "number" ? Math.trunc(seed) : String(seed))),
      steps: num(inputs.steps),
      cfg: num(inputs.cfg),
      sampler: samplerId(txt(inputs.sampler_name)),
      schedule: readScheduler(txt(inputs.scheduler)).id,
    },
    tools.hooks,
  );
  return { ...latent, samples };
}

/** An empty latent is one of any model, as in ComfyUI; one that holds something is of its own. */
function withChannels(latent: Tensor, channels: number): Tensor {
  const [batch, own, ...cells] = latent.shape as [number, number, number, number];
  if (own === channels) return latent;
  if (latent.data.every((value) => value === 0)) return tensor([batch, channels, ...cells]);
  throw new SeedproofError("engine.shape-mismatch", `a latent of ${own} channels for a model of ${channels}`);
}

function samplerId(name: string): string {
  const { id, variant } = readSampler(name).sampler;
  return variant === "bh2" ? `${id}-bh2` : id;
}
