/** What links between nodes carry. */

import type { Tensor } from "../../engine/tensor.ts";

/** An adapter on the way to a model. */
export interface GraphAdapter {
  readonly name: string;
  readonly weight: number;
  readonly weightText: number;
}

/** A checkpoint with adapters: MODEL. */
export interface ModelValue {
  readonly checkpoint: string;
  readonly adapters: readonly GraphAdapter[];
}

/** CLIP. */
export interface ClipValue extends ModelValue {
  /** 1 for the last layer. */
  readonly clipSkip: number;
}

/** VAE: a checkpoint's own, or one from a file of its own. */
export type VaeValue = { readonly checkpoint: string } | { readonly vae: string };

/** CONDITIONING: the text is encoded when a sampler runs. */
export interface ConditioningValue {
  readonly text: string;
  readonly clip: ClipValue;
}

/** LATENT: [batch, channels, h, w], scaled as the UNet reads it. */
export interface LatentValue {
  readonly samples: Tensor;
  readonly mask?: MaskValue;
}

/** MASK: 0 keep … 1 paint anew, row-major. */
export interface MaskValue {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array<ArrayBuffer>;
}

/** IMAGE: [1, 3, height, width] each, −1 … 1. */
export type ImageValue = readonly Tensor[];

/** The outputs of a node, by their number. */
export type NodeOutputs = readonly unknown[];
