/** The nodes that are run here: ComfyUI's core graph, each with its inputs as ComfyUI describes them. @see ComfyUI nodes.py */

import type { Json, JsonObject } from "../../base/json.ts";
import { SAMPLERS } from "../../engine/samplers/catalogue.ts";
import { SCHEDULES } from "../../engine/schedules.ts";
import { samplerIn, schedulerIn } from "../../recipe/samplers.ts";

/** Types of what links carry. */
export type LinkType = "MODEL" | "CLIP" | "VAE" | "CONDITIONING" | "LATENT" | "IMAGE" | "MASK";

/** Lists that depend on what is at hand. */
export interface GraphLists {
  readonly checkpoints: readonly string[];
  readonly loras: readonly string[];
  readonly vaes: readonly string[];
  /** Uploaded images. */
  readonly images: readonly string[];
}

/** Lists, and whether an image can be loaded that is not listed: `name.png [output]`. */
export interface GraphOffers extends GraphLists {
  readonly hasImage: (name: string) => boolean;
}

/** One input of a node. */
export type InputKind =
  | { readonly link: LinkType }
  | { readonly list: keyof GraphLists | readonly string[]; readonly upload?: true }
  | {
      readonly number: "INT" | "FLOAT";
      readonly default: number;
      readonly min: number;
      readonly max: number;
      readonly step?: number;
    }
  | { readonly text: string; readonly multiline?: true };

/** A node. */
export interface NodeDefinition {
  readonly inputs: Readonly<Record<string, InputKind>>;
  readonly optional?: readonly string[];
  readonly outputs: readonly LinkType[];
  readonly display: string;
  readonly category: string;
  /** Its result leaves the graph. */
  readonly isOutput?: true;
}

/**
 * Samplers of the engine, as ComfyUI spells them. Its `_gpu` forms draw a Brownian path on the model's device: where that is
 * the processor, as here, they are the plain ones.
 */
export const COMFY_SAMPLERS: readonly string[] = Object.entries(SAMPLERS).flatMap(([id, { noise }]) => {
  if (id === "unipc-bh2") return ["uni_pc_bh2"];
  const names = [samplerIn(id, "comfyui"), noise === "brownian" ? samplerIn(id, "comfyui", "gpu") : undefined];
  return names.filter((name) => name !== undefined);
});
/** Its schedules. */
export const COMFY_SCHEDULES: readonly string[] = Object.keys(SCHEDULES).flatMap(
  (id) => schedulerIn(id, "comfyui") ?? [],
);

/** Ways of stretching that are followed. */
const METHODS = ["nearest-exact", "bilinear", "area", "bicubic"] as const;
/** Largest side in pixels, as ComfyUI's. */
const MAX_SIDE = 16_384;
const side = (value: number, step: number): InputKind => ({
  number: "INT",
  default: value,
  min: 16,
  max: MAX_SIDE,
  step,
});
const link = (of: LinkType): InputKind => ({ link: of });
const strength: InputKind = { number: "FLOAT", default: 1, min: -100, max: 100, step: 0.01 };
const steps: InputKind = { number: "INT", default: 20, min: 1, max: 10_000 };
const cfg: InputKind = { number: "FLOAT", default: 8, min: 0, max: 100, step: 0.1 };
const seed: InputKind = { number: "INT", default: 0, min: 0, max: Number(1n << 64n) };
const onOff: InputKind = { list: ["enable", "disable"] };
const guided = { positive: link("CONDITIONING"), negative: link("CONDITIONING"), latent_image: link("LATENT") };
const resized = {
  upscale_method: { list: METHODS },
  width: scaled(),
  height: scaled(),
  crop: { list: ["disabled", "center"] },
};

/** 0 keeps the proportions. */
function scaled(): InputKind {
  return { number: "INT", default: 512, min: 0, max: MAX_SIDE };
}

/** By class. */
export const NODES: Readonly<Record<string, NodeDefinition>> = {
  CheckpointLoaderSimple: {
    inputs: { ckpt_name: { list: "checkpoints" } },
    outputs: ["MODEL", "CLIP", "VAE"],
    ...{ display: "Load Checkpoint", category: "loaders" },
  },
  LoraLoader: {
    inputs: {
      ...{ model: link("MODEL"), clip: link("CLIP"), lora_name: { list: "loras" } },
      strength_model: strength,
      strength_clip: strength,
    },
    outputs: ["MODEL", "CLIP"],
    ...{ display: "Load LoRA", category: "loaders" },
  },
  VAELoader: { inputs: { vae_name: { list: "vaes" } }, outputs: ["VAE"], display: "Load VAE", category: "loaders" },
  CLIPTextEncode: {
    inputs: { text: { text: "", multiline: true }, clip: link("CLIP") },
    outputs: ["CONDITIONING"],
    ...{ display: "CLIP Text Encode (Prompt)", category: "conditioning" },
  },
  CLIPSetLastLayer: {
    inputs: { clip: link("CLIP"), stop_at_clip_layer: { number: "INT", default: -1, min: -24, max: -1 } },
    outputs: ["CLIP"],
    ...{ display: "CLIP Set Last Layer", category: "conditioning" },
  },
  EmptyLatentImage: {
    inputs: { width: side(512, 8), height: side(512, 8), batch_size: { number: "INT", default: 1, min: 1, max: 64 } },
    outputs: ["LATENT"],
    ...{ display: "Empty Latent Image", category: "latent" },
  },
  KSampler: {
    inputs: {
      ...{
        model: link("MODEL"),
        seed,
        steps,
        cfg,
        sampler_name: { list: COMFY_SAMPLERS },
        scheduler: { list: COMFY_SCHEDULES },
      },
      ...{ ...guided, denoise: { number: "FLOAT", default: 1, min: 0, max: 1, step: 0.01 } },
    },
    outputs: ["LATENT"],
    ...{ display: "KSampler", category: "sampling" },
  },
  KSamplerAdvanced: {
    inputs: {
      ...{ model: link("MODEL"), add_noise: onOff, noise_seed: seed, steps, cfg },
      ...{ sampler_name: { list: COMFY_SAMPLERS }, scheduler: { list: COMFY_SCHEDULES }, ...guided },
      start_at_step: { number: "INT", default: 0, min: 0, max: 10_000 },
      end_at_step: { number: "INT", default: 10_000, min: 0, max: 10_000 },
      return_with_leftover_noise: { list: ["disable", "enable"] },
    },
    outputs: ["LATENT"],
    ...{ display: "KSampler (Advanced)", category: "sampling" },
  },
  VAEDecode: {
    inputs: { samples: link("LATENT"), vae: link("VAE") },
    outputs: ["IMAGE"],
    ...{ display: "VAE Decode", category: "latent" },
  },
  VAEEncode: {
    inputs: { pixels: link("IMAGE"), vae: link("VAE") },
    outputs: ["LATENT"],
    ...{ display: "VAE Encode", category: "latent" },
  },
  VAEEncodeForInpaint: {
    inputs: {
      ...{ pixels: link("IMAGE"), vae: link("VAE"), mask: link("MASK") },
      grow_mask_by: { number: "INT", default: 6, min: 0, max: 64 },
    },
    outputs: ["LATENT"],
    ...{ display: "VAE Encode (for Inpainting)", category: "latent/inpaint" },
  },
  SetLatentNoiseMask: {
    inputs: { samples: link("LATENT"), mask: link("MASK") },
    outputs: ["LATENT"],
    ...{ display: "Set Latent Noise Mask", category: "latent/inpaint" },
  },
  LatentUpscale: {
    inputs: { samples: link("LATENT"), ...resized },
    outputs: ["LATENT"],
    ...{ display: "Upscale Latent", category: "latent" },
  },
  LatentUpscaleBy: {
    inputs: {
      ...{ samples: link("LATENT"), upscale_method: { list: METHODS } },
      scale_by: { number: "FLOAT", default: 1.5, min: 0.01, max: 8, step: 0.01 },
    },
    outputs: ["LATENT"],
    ...{ display: "Upscale Latent By", category: "latent" },
  },
  LoadImage: {
    inputs: { image: { list: "images", upload: true } },
    outputs: ["IMAGE", "MASK"],
    ...{ display: "Load Image", category: "image" },
  },
  LoadImageMask: {
    inputs: { image: { list: "images", upload: true }, channel: { list: ["alpha", "red", "green", "blue"] } },
    outputs: ["MASK"],
    ...{ display: "Load Image (as Mask)", category: "mask" },
  },
  ImageScale: {
    inputs: { image: link("IMAGE"), ...resized },
    outputs: ["IMAGE"],
    ...{ display: "Upscale Image", category: "image/upscaling" },
  },
  SaveImage: {
    inputs: { images: link("IMAGE"), filename_prefix: { text: "ComfyUI" } },
    outputs: [],
    ...{ display: "Save Image", category: "image", isOutput: true },
  },
  PreviewImage: {
    inputs: { images: link("IMAGE") },
    outputs: [],
    ...{ display: "Preview Image", category: "image", isOutput: true },
  },
};

/** A node in the form of `/object_info`. */
export function objectInfo(name: string, lists: GraphLists): JsonObject {
  const { inputs, optional = [], outputs, display, category, isOutput = false } = NODES[name]!;
  const described = (wanted: boolean): [string, Json][] =>
    Object.entries(inputs)
      .filter(([input]) => optional.includes(input) === wanted)
      .map(([input, kind]) => [input, describedInput(kind, lists)]);
  return {
    input: {
      required: Object.fromEntries(described(false)),
      ...(optional.length > 0 && { optional: Object.fromEntries(described(true)) }),
    },
    input_order: { required: described(false).map(([input]) => input) },
    is_input_list: false,
    output: [...outputs],
    output_is_list: outputs.map(() => false),
    output_name: [...outputs],
    ...{ name, display_name: display, description: "", python_module: "nodes", category, output_node: isOutput },
  };
}

/** The choices of a list. */
export function choicesOf(list: keyof GraphLists | readonly string[], lists: GraphLists): readonly string[] {
  return typeof list === "string" ? lists[list] : list;
}

function describedInput(kind: InputKind, lists: GraphLists): Json {
  if ("link" in kind) return [kind.link];
  if ("list" in kind) return [[...choicesOf(kind.list, lists)], kind.upload ? { image_upload: true } : {}];
  if ("text" in kind) return ["STRING", { default: kind.text, multiline: kind.multiline ?? false }];
  const { number, step = 1, ...range } = kind;
  return [number, { ...range, step }];
}
