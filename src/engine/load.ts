/** Models as files hold them: diffusers folders and single-file checkpoints, to the parts that run on a backend. */

import { SeedproofError } from "../base/errors.ts";
import { isObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import type { ByteSource } from "../image/source.ts";
import type { Backend, DiffusionModel, UNet } from "./backend.ts";
import { type ClipConfig, clipConfig, type UNetConfig, unetConfig, type VaeConfig, vaeConfig } from "./graph/config.ts";
import { scaledLinearAlphas } from "./levels.ts";
import { type TextReading, textEncoderOn } from "./networks/text-encoder.ts";
import { unetOn } from "./networks/unet.ts";
import { vaeOn } from "./networks/vae.ts";
import { tokenizer } from "./tokenizer/bpe.ts";
import { huggingFaceVocabulary, type Vocabulary } from "./tokenizer/vocabulary.ts";
import { readWeights } from "./weights/files.ts";
import { clipConfigOf, unetConfigOf, vaeConfigOf } from "./weights/shapes.ts";
import { renameClip, renameVae, splitSingleFile } from "./weights/single-file.ts";
import type { Weights } from "./weights/weights.ts";

/** A network of a model: its shape and its weights. */
export interface Network<Config> {
  readonly config: Config;
  readonly weights: Weights;
}

/** A model as data: what adapters are merged into and what is then put on a backend. */
export interface ModelParts {
  readonly textEncoders: readonly (Network<ClipConfig> & { readonly reading: TextReading })[];
  readonly unet: Network<UNetConfig> & { readonly prediction: UNet["prediction"] };
  readonly vae: Network<VaeConfig>;
  readonly alphasCumprod: Float32Array<ArrayBuffer>;
}

/** A model's folder, as a host gives it. Paths have forward slashes. */
export interface ModelFolder {
  /** The text of a file, or `undefined` where there is none. */
  readonly text: (path: string) => string | undefined;
  /** A file to read ranges of, or `undefined` where there is none. */
  readonly open: (path: string) => ByteSource | undefined;
}

/**
 * A diffusers folder: `unet/`, `vae/`, `scheduler/`, and `text_encoder/`, `text_encoder_2/` with their tokenizers.
 * @throws SeedproofError `engine.model-incomplete` when a file is missing, and whatever configurations and weights throw
 */
export function readModelFolder(folder: ModelFolder): ModelParts {
  const json = (path: string): unknown => required(tryJson(folder.text(path) ?? ""), path);
  const unet = {
    config: unetConfig(json("unet/config.json")),
    weights: networkWeights(folder, "unet/diffusion_pytorch_model"),
  };
  const names = ["text_encoder", "text_encoder_2"].filter((name) => folder.text(`${name}/config.json`) !== undefined);
  if (names.length === 0) throw incomplete("text_encoder/config.json");
  const scheduler = json("scheduler/scheduler_config.json");
  return {
    textEncoders: names.map((name) => ({
      config: clipConfig(json(`${name}/config.json`)),
      weights: renameClip(networkWeights(folder, `${name}/model`)),
      reading: textReading(folder, name.replace("text_encoder", "tokenizer"), unet.config.added !== undefined),
    })),
    unet: {
      ...unet,
      prediction: isObject(scheduler) && scheduler.prediction_type === "v_prediction" ? "v" : "epsilon",
    },
    vae: {
      config: vaeConfig(json("vae/config.json")),
      weights: renameVae(networkWeights(folder, "vae/diffusion_pytorch_model")),
    },
    alphasCumprod: alphasOf(scheduler),
  };
}

/** Training noise: all of Stable Diffusion is scaled linear, with these ends where the configuration says none. */
function alphasOf(scheduler: unknown): Float32Array<ArrayBuffer> {
  if (!isObject(scheduler)) throw incomplete("scheduler/scheduler_config.json");
  const {
    beta_schedule: kind = "scaled_linear",
    trained_betas: betas = null,
    rescale_betas_zero_snr: zero = false,
  } = scheduler;
  if (kind !== "scaled_linear" || betas !== null || zero !== false) {
    throw new SeedproofError(
      "engine.config-unsupported",
      `training noise ${JSON.stringify({ kind, betas, zero })} is not supported`,
    );
  }
  const number = (value: unknown, fallback: number): number => (typeof value === "number" ? value : fallback);
  const { beta_start: first, beta_end: last, num_train_timesteps: count } = scheduler;
  return scaledLinearAlphas(number(first, 0.00085), number(last, 0.012), number(count, 1000));
}

/** SDXL reads the layer before the last without its norm; folders of all others end with the layer that they read. */
function textReading(folder: ModelFolder, path: string, sdxl: boolean): TextReading {
  const vocab = required(tryJson(folder.text(`${path}/vocab.json`) ?? ""), `${path}/vocab.json`);
  const vocabulary = huggingFaceVocabulary(vocab, required(folder.text(`${path}/merges.txt`), `${path}/merges.txt`));
  return {
    tokenizer: tokenizer(vocabulary),
    padding: paddingOf(vocabulary, tryJson(folder.text(`${path}/special_tokens_map.json`) ?? "")),
    trainedSkip: sdxl ? 2 : 1,
    finalNorm: !sdxl,
  };
}

function paddingOf(vocabulary: Vocabulary, special: unknown): number {
  const named = isObject(special) ? special.pad_token : undefined;
  const token = isObject(named) ? named.content : named;
  return (typeof token === "string" ? vocabulary.ids.get(token) : undefined) ?? vocabulary.end;
}

function networkWeights(folder: ModelFolder, stem: string): Weights {
  const file = folder.open(`${stem}.safetensors`) ?? folder.open(`${stem}.fp16.safetensors`);
  return readWeights(required(file, `${stem}.safetensors`)).weights;
}

/** What a single file does not say of itself. */
export interface SingleFileOptions {
  /** CLIP's vocabulary: checkpoints bring none. */
  readonly vocabulary: Vocabulary;
  /** What the model predicts, where its file does not tell; noise by default. SD 2.x at 768 pixels predicts velocity. */
  readonly prediction?: UNet["prediction"];
}

/**
 * A single-file checkpoint of the SD 1.x, 2.x or SDXL kind, recognised by the shapes of its weights.
 * @throws SeedproofError `engine.weights-missing` when it is none, and whatever reading weights throws
 */
export function readCheckpoint(source: ByteSource, { vocabulary, prediction }: SingleFileOptions): ModelParts {
  const { weights, metadata } = readWeights(source);
  const split = splitSingleFile(weights);
  const unet = unetConfigOf(split.unet);
  const sdxl = unet.added !== undefined;
  const told = weights.has("v_pred") || /^v/.test(String(metadata["modelspec.prediction_type"] ?? ""));
  return {
    textEncoders: split.textEncoders.map((text) => {
      const config = clipConfigOf(text);
      const openClip = config.activation === "gelu";
      const reading = {
        trainedSkip: sdxl || openClip ? 2 : 1,
        finalNorm: !sdxl,
        padding: openClip ? 0 : vocabulary.end,
      };
      return { config, weights: text, reading: { ...reading, tokenizer: tokenizer(vocabulary) } };
    }),
    unet: { config: unet, weights: split.unet, prediction: prediction ?? (told ? "v" : "epsilon") },
    vae: { config: vaeConfigOf(split.vae, sdxl ? 0.13025 : 0.18215), weights: split.vae },
    alphasCumprod: scaledLinearAlphas(),
  };
}

/**
 * A model on a backend; its networks are loaded when they are first used.
 * @param hashes - SHA-256 of its weight files by name
 */
export function modelOn(backend: Backend, parts: ModelParts, hashes: DiffusionModel["hashes"]): DiffusionModel {
  const { unet, vae } = parts;
  return {
    textEncoders: parts.textEncoders.map(({ config, weights, reading }) =>
      textEncoderOn(backend, config, weights, reading),
    ),
    unet: unetOn(backend, unet.config, unet.weights, unet.prediction),
    vae: vaeOn(backend, vae.config, vae.weights),
    alphasCumprod: parts.alphasCumprod,
    hashes,
  };
}

function required<T>(value: T | undefined, path: string): T {
  if (value === undefined) throw incomplete(path);
  return value;
}

function incomplete(path: string): SeedproofError {
  return new SeedproofError("engine.model-incomplete", `the model's folder has no readable ${path}`);
}
