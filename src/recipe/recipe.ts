/** A recipe: all that determines a generated image, normalised over every generator. The shape is public interface. */

import type { Json } from "../base/json.ts";

/** Kinds of model hash. A hash is never compared with one of another kind. */
export type HashKind = "sha256" | "autov1" | "autov2" | "autov3" | "swarm" | "blake3" | "crc32";

/** A hash with its kind; `value` is lower-case hex without prefix. */
export interface TypedHash {
  readonly kind: HashKind;
  readonly value: string;
}

/** A name as the canonical id beside the spelling that was recorded. */
export interface Named {
  readonly id: string;
  readonly raw: string;
  /** What makes another picture with the same method: `gpu`, `bh2`, `v3` … */
  readonly variant?: string;
}

/** How a prompt's weights and keywords are to be understood. */
export type Dialect = "a1111" | "comfyui" | "novelai" | "invokeai" | "plain";

/** What was done: made from noise, from an image, and so on. */
export type Mode = "txt2img" | "img2img" | "inpaint" | "outpaint" | "edit" | "upscale" | "video";

/** One run of a sampler on the way to the image, in order. Every field is absent where the file does not say. */
export interface Pass {
  /** Decimal digits, 0 … 2^64-1. */
  readonly seed?: string;
  readonly steps?: number;
  readonly startStep?: number;
  readonly endStep?: number;
  readonly cfg?: number;
  /** Distilled guidance (Flux), not classifier-free guidance. */
  readonly guidance?: number;
  /** 0 … 1; 1 replaces the latent wholly by noise. */
  readonly denoise?: number;
  /** Whether the pass adds noise of its own first, and hands on what noise it leaves; both of runs in parts. */
  readonly addNoise?: boolean;
  readonly leftoverNoise?: boolean;
  readonly sampler?: Named;
  readonly scheduler?: Named;
  readonly model?: string;
  readonly prompt?: { readonly positive?: string; readonly negative?: string };
  readonly size?: Size;
  /** How the latent or image was enlarged before this pass. */
  readonly upscale?: {
    readonly method?: string;
    readonly factor?: number;
    readonly width?: number;
    readonly height?: number;
  };
  /** What the pass is, in the tool's words: `base`, `hires`, `refiner`, `adetailer`, or a graph's node id. */
  readonly node?: string;
  readonly role?: string;
}

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** One model file or service model. */
export interface ModelRef {
  readonly role: "checkpoint" | "vae" | "refiner" | "unet" | "textEncoder" | "upscaler";
  readonly name: string;
  readonly hashes: readonly TypedHash[];
}

/** Something that changes a model's effect: LoRA, embedding, control net … `weight` applies to the model. */
export interface Adapter {
  readonly type: "lora" | "lycoris" | "hypernetwork" | "embedding" | "controlnet" | "ipadapter" | "t2i";
  readonly name: string;
  readonly weight?: number;
  readonly weightText?: number;
  readonly hashes: readonly TypedHash[];
  /** First and last part of the steps on which it acts, 0 … 1. */
  readonly start?: number;
  readonly end?: number;
  readonly preprocessor?: string;
}

/** One part of a prompt for a region or character; the centre is a fraction of the image, 0 … 1. */
export interface PromptPart {
  readonly text: string;
  readonly role: "positive" | "negative";
  readonly center?: { readonly x: number; readonly y: number };
  readonly region?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** An input image or mask that the recipe needs besides models. */
export interface RecipeInput {
  readonly role: "init" | "mask" | "control" | "reference";
  readonly name?: string;
}

/** All that determines a generated image, as far as the file says it. */
export interface Recipe {
  readonly toolVersion?: string;
  readonly dialect: Dialect;
  readonly mode?: Mode;
  /** As recorded; CRLF became LF, trimmed at both ends. */
  readonly prompt: {
    readonly positive?: string;
    readonly negative?: string;
    /** What the user typed, where the tool expanded it (wildcards, styles). */
    readonly template?: string;
    readonly negativeTemplate?: string;
    readonly styles?: readonly string[];
    readonly parts?: readonly PromptPart[];
  };
  readonly seed?: string;
  readonly variation?: { readonly seed?: string; readonly strength?: number; readonly resizeFrom?: Size };
  readonly size?: Size;
  readonly clipSkip?: number;
  readonly rng?: { readonly source?: "cpu" | "gpu" | "nv"; readonly ensd?: number; readonly eta?: number };
  readonly batch?: { readonly size?: number; readonly index?: number };
  readonly passes: readonly Pass[];
  readonly models: readonly ModelRef[];
  readonly adapters: readonly Adapter[];
  readonly inputs?: readonly RecipeInput[];
  /** RFC 3339 in UTC, as the tool claims it. */
  readonly time?: string;
  /** Everything recorded that is not modelled above, verbatim, by the tool's own key. */
  readonly extra: { readonly [key: string]: Json };
}
