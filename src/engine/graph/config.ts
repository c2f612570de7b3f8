/** Shapes of the networks, read from diffusers' `config.json` files. @see huggingface/diffusers, UNet2DConditionModel, AutoencoderKL */

import { SeedproofError } from "../../base/errors.ts";

/** What has to be known of a `UNet2DConditionModel` to build it. Lists go from the outermost level to the innermost. */
export interface UNetConfig {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly channels: readonly number[];
  /** Residual blocks a level on the way down; one more on the way up. */
  readonly layers: readonly number[];
  /** Which levels have attention, on the way down and on the way up (innermost first). */
  readonly attentionDown: readonly boolean[];
  readonly attentionUp: readonly boolean[];
  /** Attention heads by level. diffusers calls this `attention_head_dim`, a known misnomer. */
  readonly heads: readonly number[];
  readonly transformerLayers: readonly number[];
  /** Width of the text's hidden states. */
  readonly contextWidth: number;
  /** Whether the projections around a transformer are linear layers instead of 1×1 convolutions. */
  readonly linearProjection: boolean;
  readonly groups: number;
  readonly epsilon: number;
  /** Cosines before sines in the time embedding. */
  readonly flipSinToCos: boolean;
  readonly frequencyShift: number;
  /** SDXL's added conditioning: width of one time id's embedding and of pooled text and time ids together. */
  readonly added?: { readonly timeIdWidth: number; readonly inputWidth: number };
}

/** What has to be known of an `AutoencoderKL`. */
export interface VaeConfig {
  readonly channels: readonly number[];
  readonly layers: number;
  readonly latentChannels: number;
  readonly imageChannels: number;
  readonly groups: number;
  readonly quantConv: boolean;
  readonly postQuantConv: boolean;
  readonly midAttention: boolean;
  readonly scalingFactor: number;
}

/** What has to be known of a CLIP text model. */
export interface ClipConfig {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly inner: number;
  readonly tokens: number;
  readonly vocabulary: number;
  readonly activation: "quick_gelu" | "gelu";
  readonly epsilon: number;
  /** Width of the pooled and projected output, for a model with projection. */
  readonly projection?: number;
}

type Json = Readonly<Record<string, unknown>>;

/** Largest side of anything in a configuration: SDXL's largest is 10,240. A hostile file cannot ask for more. */
const MAX_SIDE = 65_536;
/** Most levels, layers and heads; SDXL has 4, 32 and 20. */
const MAX_COUNT = 256;

/**
 * Whether the parts of a UNet come out even: channels in groups and in heads, sines beside cosines.
 * @throws SeedproofError `engine.config-malformed`
 */
export function assertUNetParts({ channels, groups, heads, attentionDown, attentionUp, added }: UNetConfig): void {
  assertWhole(channels, groups, "channels by norm groups");
  const attends = channels.map(
    (_, level) => attentionDown[level]! || attentionUp.at(-1 - level)! || level === channels.length - 1,
  );
  channels.forEach((width, level) => {
    if (attends[level]) assertWhole([width], heads[level]!, "channels by heads");
  });
  assertWhole([channels[0]!, added?.timeIdWidth ?? 2], 2, "widths of a time embedding by 2");
  if (added && added.inputWidth <= 6 * added.timeIdWidth) throw malformed("no width is left for the pooled text");
}

/** @throws SeedproofError `engine.config-malformed` when a value is no multiple of the divisor, with `what` in its message */
export function assertWhole(values: readonly number[], divisor: number, what: string): void {
  const odd = values.find((value) => value % divisor !== 0);
  if (odd !== undefined) throw malformed(`${what}: ${odd} is no multiple of ${divisor}`);
}

/**
 * @param json - a parsed `unet/config.json`
 * @throws SeedproofError `engine.config-malformed`, or `engine.config-unsupported` for variants beyond SD 1.x, 2.x and SDXL
 */
export function unetConfig(json: unknown): UNetConfig {
  const c = object(json);
  const down = names(c, "down_block_types", [
    "CrossAttnDownBlock2D",
    "CrossAttnDownBlock2D",
    "CrossAttnDownBlock2D",
    "DownBlock2D",
  ]);
  const up = names(c, "up_block_types", [
    "UpBlock2D",
    "CrossAttnUpBlock2D",
    "CrossAttnUpBlock2D",
    "CrossAttnUpBlock2D",
  ]);
  const levels = down.length;
  if (up.length !== levels) throw malformed("down_block_types and up_block_types differ in length");
  refuse(c, {
    mid_block_type: "UNetMidBlock2DCrossAttn",
    act_fn: "silu",
    class_embed_type: null,
    encoder_hid_dim_type: null,
    time_embedding_type: "positional",
    time_cond_proj_dim: null,
    resnet_time_scale_shift: "default",
    resnet_skip_time_act: false,
    only_cross_attention: false,
    dual_cross_attention: false,
    attention_type: "default",
    cross_attention_norm: null,
    num_class_embeds: null,
    conv_in_kernel: 3,
    conv_out_kernel: 3,
    downsample_padding: 1,
    center_input_sample: false,
    time_embedding_act_fn: null,
    timestep_post_act: null,
    reverse_transformer_layers_per_block: null,
  });
  const config: UNetConfig = {
    inChannels: whole(c, "in_channels", 4),
    outChannels: whole(c, "out_channels", 4),
    channels: perLevel(c, "block_out_channels", levels, [320, 640, 1280, 1280], MAX_SIDE),
    layers: perLevel(c, "layers_per_block", levels, 2),
    attentionDown: down.map((type) => withAttention(type, "CrossAttnDownBlock2D", "DownBlock2D")),
    attentionUp: up.map((type) => withAttention(type, "CrossAttnUpBlock2D", "UpBlock2D")),
    heads: perLevel(c, "attention_head_dim", levels, 8),
    transformerLayers: perLevel(c, "transformer_layers_per_block", levels, 1),
    contextWidth: perLevel(c, "cross_attention_dim", levels, 1280, MAX_SIDE)[0]!,
    linearProjection: c.use_linear_projection === true,
    groups: whole(c, "norm_num_groups", 32),
    epsilon: real(c, "norm_eps", 1e-5),
    flipSinToCos: c.flip_sin_to_cos !== false,
    frequencyShift: real(c, "freq_shift", 0),
    ...addedConditioning(c),
  };
  assertUNetParts(config);
  return config;
}

function addedConditioning(c: Json): Pick<UNetConfig, "added"> {
  const type = c.addition_embed_type ?? null;
  if (type === null) return {};
  if (type !== "text_time") throw unsupported("addition_embed_type", type);
  return {
    added: {
      timeIdWidth: whole(c, "addition_time_embed_dim"),
      inputWidth: whole(c, "projection_class_embeddings_input_dim"),
    },
  };
}

/**
 * @param json - a parsed `vae/config.json`
 * @throws SeedproofError `engine.config-malformed` or `engine.config-unsupported`
 */
export function vaeConfig(json: unknown): VaeConfig {
  const c = object(json);
  const down = names(c, "down_block_types", ["DownEncoderBlock2D"]);
  for (const type of down) if (type !== "DownEncoderBlock2D") throw unsupported("down_block_types", type);
  for (const type of names(c, "up_block_types", ["UpDecoderBlock2D"])) {
    if (type !== "UpDecoderBlock2D") throw unsupported("up_block_types", type);
  }
  refuse(c, { act_fn: "silu", latents_mean: null, latents_std: null, shift_factor: null });
  const [channels, groups] = [
    perLevel(c, "block_out_channels", down.length, [64], MAX_SIDE),
    whole(c, "norm_num_groups", 32),
  ];
  assertWhole(channels, groups, "channels by norm groups");
  return {
    channels,
    groups,
    layers: whole(c, "layers_per_block", 1, MAX_COUNT),
    latentChannels: whole(c, "latent_channels", 4),
    imageChannels: whole(c, "in_channels", 3),
    quantConv: c.use_quant_conv !== false,
    postQuantConv: c.use_post_quant_conv !== false,
    midAttention: c.mid_block_add_attention !== false,
    scalingFactor: real(c, "scaling_factor", 0.18215),
  };
}

/**
 * @param json - a parsed `text_encoder/config.json`
 * @throws SeedproofError `engine.config-malformed` or `engine.config-unsupported`
 */
export function clipConfig(json: unknown): ClipConfig {
  const c = object(json);
  const activation = c.hidden_act ?? "quick_gelu";
  if (activation !== "quick_gelu" && activation !== "gelu") throw unsupported("hidden_act", activation);
  const architectures = Array.isArray(c.architectures) ? c.architectures : [];
  const [width, heads] = [whole(c, "hidden_size", 512), whole(c, "num_attention_heads", 8, MAX_COUNT)];
  assertWhole([width], heads, "width by heads");
  return {
    width,
    heads,
    layers: whole(c, "num_hidden_layers", 12, MAX_COUNT),
    inner: whole(c, "intermediate_size", 2048),
    tokens: whole(c, "max_position_embeddings", 77),
    vocabulary: whole(c, "vocab_size", 49408, 500_000),
    activation,
    epsilon: real(c, "layer_norm_eps", 1e-5),
    ...(architectures.includes("CLIPTextModelWithProjection") ? { projection: whole(c, "projection_dim", 512) } : {}),
  };
}

function object(json: unknown): Json {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw malformed("a configuration is an object");
  return json as Json;
}

function whole(c: Json, key: string, fallback?: number, most = MAX_SIDE): number {
  return wholeNumber(c[key] ?? fallback, key, most);
}

function wholeNumber(value: unknown, key: string, most: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 1 || value > most) {
    throw malformed(`${key} is ${JSON.stringify(value)}; a whole number from 1 to ${most} is needed`);
  }
  return value;
}

function real(c: Json, key: string, fallback: number): number {
  const value = c[key] ?? fallback;
  if (typeof value !== "number" || !(value >= 0)) throw malformed(`${key} is not a number of at least 0`);
  return value;
}

function perLevel(
  c: Json,
  key: string,
  levels: number,
  fallback: number | readonly number[],
  most = MAX_COUNT,
): number[] {
  const value = c[key] ?? fallback;
  const list: readonly unknown[] = Array.isArray(value) ? value : Array.from({ length: levels }, () => value);
  if (list.length !== levels) throw malformed(`${key} has ${list.length} values for ${levels} levels`);
  return list.map((item) => wholeNumber(item, key, most));
}

function names(c: Json, key: string, fallback: readonly string[]): readonly string[] {
  const value = c[key] ?? fallback;
  if (
    !Array.isArray(value) ||
    value.length < 1 ||
    value.length > 16 ||
    !value.every((item) => typeof item === "string")
  ) {
    throw malformed(`${key} is not a list of 1 to 16 names`);
  }
  return value;
}

function withAttention(type: string, attending: string, plain: string): boolean {
  if (type !== attending && type !== plain) throw unsupported("block type", type);
  return type === attending;
}

/** Options that only one value is built for: another one would silently give another network. */
function refuse(c: Json, built: Json): void {
  for (const [key, value] of Object.entries(built)) {
    if ((c[key] ?? value) !== value) throw unsupported(key, c[key]);
  }
}

function malformed(what: string): SeedproofError {
  return new SeedproofError("engine.config-malformed", what);
}

function unsupported(key: string, value: unknown): SeedproofError {
  return new SeedproofError("engine.config-unsupported", `${key} ${JSON.stringify(value)} is not supported`);
}
