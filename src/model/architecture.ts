/** What a model file is, by the names and shapes of its tensors: names of files and their metadata may say anything. */

import type { TensorInfo } from "./header.ts";

/** What kind of file it is. */
export type ModelKind =
  | "checkpoint"
  | "unet"
  | "vae"
  | "textEncoder"
  | "lora"
  | "lycoris"
  | "embedding"
  | "controlnet"
  | "upscaler"
  | "unknown";

/** A file's kind and the family of models that it belongs to. */
export interface Architecture {
  readonly kind: ModelKind;
  /** `sd1 sd2 sdxl sdxl-refiner sd3 flux scenes`, or `unknown`. */
  readonly family: string;
  /** What the UNet does beside drawing from noise. */
  readonly variant?: "inpainting" | "edit";
  /** Numbers in all tensors. */
  readonly parameters: number;
  /** Number types, the commonest first. */
  readonly types: readonly string[];
}

/** Width of the texts that cross-attention reads → family. */
const FAMILIES: Readonly<Record<number, string>> = {
  ...{ 768: "sd1", 1024: "sd2", 2048: "sdxl", 1280: "sdxl-refiner" },
  /** The model that comes with this package, and whatever else is as small. */
  128: "scenes",
};

/** Tells a file by its tensors. */
export function architectureOf(tensors: readonly TensorInfo[]): Architecture {
  const shapes = new Map(tensors.map(({ name, shape }) => [name, shape]));
  const has = (form: RegExp): boolean => tensors.some(({ name }) => form.test(name));
  const kind = kindOf(has);
  const channels = find(shapes, /(?:^|\.)(?:input_blocks\.0\.0|conv_in)\.weight$/)?.[1];
  const family = familyOf(shapes, has);
  // Channels tell a variant only where the latent is known to have four.
  const variant = /^(?:checkpoint|unet)$/.test(kind) && /^sd/.test(family) ? VARIANTS[channels ?? 0] : undefined;
  return {
    kind,
    family,
    ...(variant && { variant }),
    parameters: tensors.reduce((sum, { shape }) => sum + shape.reduce((product, side) => product * side, 1), 0),
    types: typesOf(tensors),
  };
}

/** Channels that the UNet reads: the latent's 4, beside them a mask and an image, or an image. */
const VARIANTS: Readonly<Record<number, Architecture["variant"]>> = { 9: "inpainting", 8: "edit" };

/** The first form that a name has decides. */
const FORMS: readonly (readonly [RegExp, ModelKind])[] = [
  [/(?:lora_(?:down|up|A|B)|lora\.(?:down|up)|lora_linear_layer|_lora\.down)\b/, "lora"],
  [/(?:hada_w1|lokr_w1|oft_blocks|\.diff$|\.on_input$)/, "lycoris"],
  [/^(?:control_model\.|controlnet_cond_embedding|input_hint_block)/, "controlnet"],
  [/^model\.diffusion_model\./, "checkpoint"],
  [
    /^(?:double_blocks|joint_blocks)\.0\.|^(?:down_blocks|up_blocks)\.0\.(?:resnets|attentions)|^(?:time_embedding|add_embedding)\./,
    "unet",
  ],
  [/^(?:first_stage_model\.)?(?:encoder|decoder)\.(?:down|up|mid|conv_in|down_blocks|up_blocks)\b/, "vae"],
  [/(?:^|\.)text_model\.encoder\.layers\.0\.|^(?:encoder\.block\.0|transformer\.resblocks\.0)\./, "textEncoder"],
  [/^(?:emb_params|string_to_param|clip_[lg])$/, "embedding"],
  [/^(?:conv_first|body\.0\.rdb1|model\.0)\.|RRDB/, "upscaler"],
];

function kindOf(has: (form: RegExp) => boolean): ModelKind {
  // Diffusers' autoencoders and UNets share names of blocks; only UNets know the time.
  const [, kind = "unknown"] = FORMS.find(([form]) => has(form)) ?? [];
  if (kind !== "unet") return kind;
  return has(/^(?:encoder|decoder)\./) ? "vae" : "unet";
}

function familyOf(shapes: ReadonlyMap<string, readonly number[]>, has: (form: RegExp) => boolean): string {
  if (has(/double_blocks[._]0[._]img/)) return "flux";
  if (has(/joint_blocks[._]0[._]/)) return "sd3";
  if (has(/^lora_te2_|text_encoder_2|^clip_g$/)) return "sdxl";
  const reads =
    find(shapes, /attn2\.to_k\.weight$/)?.[1] ??
    find(shapes, /attn2[._]to_k[._](?:lora_down|lora_A|lora\.down)(?:\.default)?\.weight$/)?.[1] ??
    find(shapes, /^(?:emb_params|string_to_param|clip_l)$/)?.at(-1);
  return FAMILIES[reads ?? 0] ?? "unknown";
}

function find(shapes: ReadonlyMap<string, readonly number[]>, form: RegExp): readonly number[] | undefined {
  for (const [name, shape] of shapes) if (form.test(name)) return shape;
  return undefined;
}

function typesOf(tensors: readonly TensorInfo[]): string[] {
  const counts = new Map<string, number>();
  for (const { dtype } of tensors) counts.set(dtype, (counts.get(dtype) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([type]) => type);
}
