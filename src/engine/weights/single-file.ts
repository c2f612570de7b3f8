/** Single-file checkpoints (the layout of CompVis and Stability AI) with their tensors under diffusers' names. */

import { SeedproofError } from "../../base/errors.ts";
import { bytesOf, floatWeight, toFloat32, type Weight, type Weights } from "./weights.ts";

/** The networks of a checkpoint. */
export interface CheckpointWeights {
  readonly unet: Weights;
  readonly vae: Weights;
  /** One for SD 1.x and 2.x, two for SDXL in the order in which their states are joined. */
  readonly textEncoders: readonly Weights[];
}

const UNET = "model.diffusion_model.";
const VAE = "first_stage_model.";

/** Where text encoders are in the known families: CLIP by Hugging Face's names, OpenCLIP by its own. */
const TEXT_PLACES: readonly { readonly prefix: string; readonly rename: (weights: Weights) => Weights }[] = [
  { prefix: "cond_stage_model.transformer.", rename: renameClip },
  { prefix: "cond_stage_model.model.", rename: renameOpenClip },
  { prefix: "conditioner.embedders.0.transformer.", rename: renameClip },
  // The refiner of SDXL has only OpenCLIP, in the first place.
  { prefix: "conditioner.embedders.0.model.", rename: renameOpenClip },
  { prefix: "conditioner.embedders.1.model.", rename: renameOpenClip },
];

/** Whether these are the weights of a single-file checkpoint. */
export function isSingleFile(weights: Weights): boolean {
  return weights.has(`${UNET}input_blocks.0.0.weight`);
}

/**
 * The networks of a single-file checkpoint. Tensors are renamed and cut, never copied, but for OpenCLIP's projection.
 * @throws SeedproofError `engine.weights-missing` when it has no UNet
 */
export function splitSingleFile(weights: Weights): CheckpointWeights {
  if (!isSingleFile(weights)) {
    throw new SeedproofError(
      "engine.weights-missing",
      `no ${UNET}input_blocks.0.0.weight: not a single-file checkpoint`,
    );
  }
  return {
    unet: renameUNet(under(weights, UNET)),
    vae: renameVae(under(weights, VAE)),
    textEncoders: TEXT_PLACES.flatMap(({ prefix, rename }) => {
      const part = under(weights, prefix);
      return part.size > 0 ? [rename(part)] : [];
    }),
  };
}

function under(weights: Weights, prefix: string): Weights {
  const inside = [...weights].filter(([name]) => name.startsWith(prefix));
  return new Map(inside.map(([name, weight]) => [name.slice(prefix.length), weight]));
}

type Rule = readonly [RegExp, string | ((match: readonly string[]) => string)];

/** Every name by the first rule that fits it; names without a rule stay as they are. */
function rename(weights: Weights, rules: readonly Rule[]): Map<string, Weight> {
  const newName = (name: string): string => {
    for (const [pattern, to] of rules) {
      const match = pattern.exec(name);
      if (match) return typeof to === "string" ? name.replace(pattern, to) : to(match);
    }
    return name;
  };
  return new Map([...weights].map(([name, weight]) => [newName(name), weight]));
}

/** Parts of a residual block, by their place in CompVis' sequences. */
const RESNET: Readonly<Record<string, string>> = {
  "in_layers.0": "norm1",
  "in_layers.2": "conv1",
  "emb_layers.1": "time_emb_proj",
  "out_layers.0": "norm2",
  "out_layers.3": "conv2",
  skip_connection: "conv_shortcut",
};

const resnetPart = (rest: string): string =>
  rest.replace(/^(\w+?(?:\.\d)?)\.(weight|bias)$/, (_, part, kind) => `${RESNET[part] ?? part}.${kind}`);

/**
 * input_blocks count through all levels: the first convolution, then for each level its residual blocks and the
 * downsampler; output_blocks: for each level its residual blocks, the last with the upsampler in it.
 */
export function renameUNet(weights: Weights): Weights {
  const perLevel = residualBlocksPerLevel(weights) + 1;
  const down = ([, index, part, rest]: readonly string[]): string => {
    const [level, i] = [Math.floor((Number(index) - 1) / perLevel), (Number(index) - 1) % perLevel];
    const prefix = `down_blocks.${level}`;
    if (part === "1") return `${prefix}.attentions.${i}.${rest}`;
    return rest!.startsWith("op.")
      ? `${prefix}.downsamplers.0.conv.${rest!.slice(3)}`
      : `${prefix}.resnets.${i}.${resnetPart(rest!)}`;
  };
  const up = ([, index, part, rest]: readonly string[]): string => {
    const [level, i] = [Math.floor(Number(index) / perLevel), Number(index) % perLevel];
    const prefix = `up_blocks.${level}`;
    if (part === "0") return `${prefix}.resnets.${i}.${resnetPart(rest!)}`;
    return rest!.startsWith("conv.") ? `${prefix}.upsamplers.0.${rest}` : `${prefix}.attentions.${i}.${rest}`;
  };
  return rename(weights, [
    [/^input_blocks\.0\.0\./, "conv_in."],
    [/^input_blocks\.(\d+)\.(\d)\.(.+)$/, down],
    [/^middle_block\.1\./, "mid_block.attentions.0."],
    [
      /^middle_block\.(0|2)\.(.+)$/,
      ([, place, rest]) => `mid_block.resnets.${place === "0" ? 0 : 1}.${resnetPart(rest!)}`,
    ],
    [/^output_blocks\.(\d+)\.(\d)\.(.+)$/, up],
    [/^out\.0\./, "conv_norm_out."],
    [/^out\.2\./, "conv_out."],
    [/^time_embed\.0\./, "time_embedding.linear_1."],
    [/^time_embed\.2\./, "time_embedding.linear_2."],
    [/^label_emb\.0\.0\./, "add_embedding.linear_1."],
    [/^label_emb\.0\.2\./, "add_embedding.linear_2."],
  ]);
}

/**
 * The single-file name of a UNet's module, for adapters trained on such names: `down_blocks.1.attentions.0.proj_in` is
 * `input_blocks.4.1.proj_in` where levels have two residual blocks.
 * @param layers - residual blocks of each level
 * @param attends - whether a level of the way up has attention, innermost first
 */
export function singleFileModule(module: string, layers: number, attends: readonly boolean[]): string | undefined {
  const parts =
    /^(down_blocks|mid_block|up_blocks)\.(?:(\d+)\.)?(resnets|attentions|downsamplers|upsamplers)\.(\d+)\.(.+)$/.exec(
      module,
    );
  if (!parts) return SINGLE_MODULES[module];
  const [, side, level, kind, i, rest = ""] = parts;
  const part = kind === "resnets" ? (RESNET_BACK[rest] ?? rest) : rest;
  if (side === "mid_block") return `middle_block.${kind === "attentions" ? 1 : 2 * Number(i)}.${part}`;
  const start = Number(level) * (layers + 1);
  const place = kind === "attentions" ? 1 : 0;
  if (kind === "downsamplers") return `input_blocks.${start + layers + 1}.0.op`;
  if (kind === "upsamplers") return `output_blocks.${start + layers}.${attends[Number(level)] ? 2 : 1}.${part}`;
  return side === "down_blocks"
    ? `input_blocks.${start + 1 + Number(i)}.${place}.${part}`
    : `output_blocks.${start + Number(i)}.${place}.${part}`;
}

const RESNET_BACK: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(RESNET).map(([from, to]) => [to, from]),
);

const SINGLE_MODULES: Readonly<Record<string, string>> = {
  conv_in: "input_blocks.0.0",
  conv_norm_out: "out.0",
  conv_out: "out.2",
  "time_embedding.linear_1": "time_embed.0",
  "time_embedding.linear_2": "time_embed.2",
  "add_embedding.linear_1": "label_emb.0.0",
  "add_embedding.linear_2": "label_emb.0.2",
};

/** The first downsampler stands behind the first level's residual blocks; a UNet of one level has none. */
function residualBlocksPerLevel(weights: Weights): number {
  const places = [...weights.keys()].flatMap((name) => /^input_blocks\.(\d+)\.0\.op\.weight$/.exec(name)?.[1] ?? []);
  if (places.length > 0) return Math.min(...places.map(Number)) - 1;
  return new Set([...weights.keys()].map((name) => /^input_blocks\.(\d+)\./.exec(name)?.[1])).size - 2;
}

/** CompVis' autoencoder, and the attention names of diffusers before 0.17. */
export function renameVae(weights: Weights): Weights {
  const levels = new Set([...weights.keys()].flatMap((name) => /^decoder\.up\.(\d+)\./.exec(name)?.[1] ?? [])).size;
  const block = (rest: string): string =>
    rest
      .replace(/^block\./, "resnets.")
      .replace("nin_shortcut", "conv_shortcut")
      .replace(/^(down|up)sample\./, "$1samplers.0.");
  const middle = ([, side, rest]: readonly string[]): string =>
    `${side}.mid_block.${rest!
      .replace("block_1.", "resnets.0.")
      .replace("block_2.", "resnets.1.")
      .replace("attn_1.norm.", "attentions.0.group_norm.")
      .replace("attn_1.proj_out.", "attentions.0.to_out.0.")
      .replace(/^attn_1\.([qkv])\./, "attentions.0.to_$1.")}`;
  return rename(weights, [
    [/^(encoder)\.down\.(\d+)\.(.+)$/, ([, , level, rest]) => `encoder.down_blocks.${level}.${block(rest!)}`],
    [
      /^(decoder)\.up\.(\d+)\.(.+)$/,
      ([, , level, rest]) => `decoder.up_blocks.${levels - 1 - Number(level)}.${block(rest!)}`,
    ],
    [/^(encoder|decoder)\.mid\.(.+)$/, middle],
    [/^(encoder|decoder)\.norm_out\./, "$1.conv_norm_out."],
    [/attentions\.0\.query\./, "attentions.0.to_q."],
    [/attentions\.0\.key\./, "attentions.0.to_k."],
    [/attentions\.0\.value\./, "attentions.0.to_v."],
    [/attentions\.0\.proj_attn\./, "attentions.0.to_out.0."],
  ]);
}

/** Hugging Face's CLIP; transformers 5 writes it without the outer `text_model.`. */
export function renameClip(weights: Weights): Weights {
  return rename(weights, [[/^(?=embeddings\.|encoder\.|final_layer_norm\.)/, "text_model."]]);
}

/** OpenCLIP's text transformer: queries, keys and values are one matrix there, and the projection is transposed. */
export function renameOpenClip(weights: Weights): Weights {
  const cut = [...weights].flatMap(([name, weight]): [string, Weight][] => {
    const inside = /^(.+\.attn)\.in_proj_(weight|bias)$/.exec(name);
    if (inside) return ["q", "k", "v"].map((part, i) => [`${inside[1]}.${part}_proj.${inside[2]}`, third(weight, i)]);
    return [[name, name === "text_projection" ? transposed(name, weight) : weight]];
  });
  return rename(new Map(cut), [
    [/^token_embedding\./, "text_model.embeddings.token_embedding."],
    [/^positional_embedding$/, "text_model.embeddings.position_embedding.weight"],
    [/^ln_final\./, "text_model.final_layer_norm."],
    [/^text_projection$/, "text_projection.weight"],
    [/^transformer\.resblocks\.(\d+)\.ln_([12])\./, "text_model.encoder.layers.$1.layer_norm$2."],
    [/^transformer\.resblocks\.(\d+)\.attn\./, "text_model.encoder.layers.$1.self_attn."],
    [/^transformer\.resblocks\.(\d+)\.mlp\.c_fc\./, "text_model.encoder.layers.$1.mlp.fc1."],
    [/^transformer\.resblocks\.(\d+)\.mlp\.c_proj\./, "text_model.encoder.layers.$1.mlp.fc2."],
  ]);
}

/** The i-th third of a weight's rows. */
function third(weight: Weight, i: number): Weight {
  const rows = weight.shape[0]! / 3;
  const shape = [rows, ...weight.shape.slice(1)];
  const bytes = shape.reduce((product, side) => product * side, bytesOf[weight.type]);
  return { type: weight.type, shape, read: () => weight.read().subarray(i * bytes, (i + 1) * bytes) };
}

function transposed(name: string, weight: Weight): Weight {
  const [rows, columns] = weight.shape as [number, number];
  const read = (): Uint8Array => {
    const from = toFloat32(name, weight);
    const to = Float32Array.from(from, (_, i) => from[(i % rows) * columns + Math.floor(i / rows)]!);
    return floatWeight([columns, rows], to).read();
  };
  return { type: "F32", shape: [columns, rows], read };
}
