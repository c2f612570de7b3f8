/**
 * What the engine asks of a neural runtime, and of the three networks of a latent diffusion model. Hosts implement
 * {@link Backend}; the graph builder implements the networks over it; samplers and pipeline see only the networks.
 */

import type { Tensor } from "./tensor.ts";
import type { Tokenizer } from "./tokenizer/bpe.ts";

/** Whole numbers for a graph's integer inputs (token ids), as ONNX int64. */
export interface Ints {
  readonly shape: readonly number[];
  readonly data: BigInt64Array<ArrayBuffer>;
}

/** Named inputs of a run. A `Float32Array` tensor is an ONNX float, a `BigInt64Array` one an ONNX int64. */
export type Feeds = Readonly<Record<string, Tensor | Ints>>;

/** A weight file that a graph refers to by name. It is read when the runtime takes it: a model's weights are many gigabytes. */
export interface ExternalData {
  /** The `location` that the graph's initializers name. */
  readonly path: string;
  /** Length in bytes. */
  readonly size: number;
  /** @throws SeedproofError `engine.weights-not-finite` when the numbers hold NaN or infinity */
  readonly read: () => Uint8Array;
}

/** A loaded graph. It holds native or WebAssembly memory until it is closed. */
export interface Session {
  /** @throws SeedproofError `engine.run-failed` when the runtime refuses the inputs or runs out of memory */
  run(feeds: Feeds): Promise<Readonly<Record<string, Tensor>>>;
  close(): Promise<void>;
}

/** What fixes the bits of a run. Two results may be compared bit for bit only when these are equal. */
export interface RuntimeIdentity {
  /** `reference`: WebAssembly, the same bits everywhere. `fast`: native code, the same bits on this kind of machine. */
  readonly mode: "reference" | "fast";
  /** Package and exact version, for example `onnxruntime-web 1.30.0`. */
  readonly runtime: string;
  /** SHA-256 of the .wasm or of the native library, lower-case hex; absent where the host cannot read it. */
  readonly binarySha256?: string;
  /** Pinned level of graph optimisation: another one gives other bits. */
  readonly optimization: "disabled" | "basic" | "extended" | "all";
  /** CPU features that the native library chooses its code by; only in `fast`. */
  readonly cpu?: string;
}

/** A neural runtime: ONNX Runtime in WebAssembly or native. */
export interface Backend {
  readonly identity: RuntimeIdentity;
  /** Bytes that a graph may take now, weights and activations. */
  readonly availableMemory: () => number;
  /**
   * Loads an ONNX graph whose weights lie in external data.
   * @param graph - a serialised ONNX `ModelProto` without weights
   * @throws SeedproofError `engine.load-failed` when the runtime refuses the graph or its weights
   */
  load(graph: Uint8Array, external: readonly ExternalData[]): Promise<Session>;
}

/** What the text encoder gives for one batch of token chunks. */
export interface Encoded {
  /** [chunks, 77, width]: the hidden states that cross-attention reads, clip skip applied. */
  readonly hidden: Tensor;
  /** [chunks, projection width]: the pooled and projected end-of-text state; absent in models without one. */
  readonly pooled?: Tensor;
}

/** A text encoder: token ids to hidden states. */
export interface TextEncoder {
  /** Text to the ids that this encoder was trained on. */
  readonly tokenizer: Tokenizer;
  /** Id that fills a chunk behind its end mark: the end mark itself for CLIP ViT-L, 0 for OpenCLIP. */
  readonly padding: number;
  /** Token ids of one chunk with its begin and end marks: 77 for CLIP. */
  readonly chunkLength: number;
  readonly width: number;
  /** Number of transformer layers: the largest clip skip. */
  readonly layers: number;
  /**
   * @param chunks - each `chunkLength` ids, begin, end and padding included
   * @param clipSkip - 1 for the last layer, 2 for the one before it …; the final layer norm is applied as the model was trained
   * @param embeddings - vectors that take the place of token embeddings (textual inversion), each `width` numbers
   * @throws SeedproofError `engine.clip-skip` when the model has fewer layers
   */
  encode(
    chunks: readonly (readonly number[])[],
    clipSkip: number,
    embeddings?: readonly EmbeddingPatch[],
  ): Promise<Encoded>;
  close(): Promise<void>;
}

/** One textual-inversion vector: in chunk `chunk` at position `position`. */
export interface EmbeddingPatch {
  readonly chunk: number;
  readonly position: number;
  readonly vector: Float32Array;
}

/** What the UNet is told beside the latent and the time. */
export interface UNetConditions {
  /** [batch, tokens, width]: hidden states of the text encoder(s). */
  readonly context: Tensor;
  /** [batch, projection width]: pooled text, for models with added conditioning (SDXL and the shipped one). */
  readonly pooled?: Tensor;
  /** [batch, 6]: original height, width, crop top, left, target height, width in pixels (SDXL). */
  readonly timeIds?: Tensor;
}

/** A denoising UNet. */
export interface UNet {
  /** Channels of the latent that it reads; 9 for inpainting models (latent, mask, masked image). */
  readonly inChannels: number;
  readonly latentChannels: number;
  /** What its output is: noise, or velocity. */
  readonly prediction: "epsilon" | "v";
  /**
   * @param x - [batch, inChannels, height/f, width/f], already scaled by c_in
   * @param timestep - 0 … 999, may have a fraction; one for the whole batch
   * @returns [batch, latentChannels, height/f, width/f]
   */
  predict(x: Tensor, timestep: number, conditions: UNetConditions): Promise<Tensor>;
  close(): Promise<void>;
}

/** A variational autoencoder between pixels and latents. */
export interface Vae {
  /** Pixels a side that one latent cell stands for: 8 in Stable Diffusion. */
  readonly factor: number;
  readonly latentChannels: number;
  /** Latents are encoder output times this: 0.18215 in SD 1.x, 0.13025 in SDXL. Both functions below apply it. */
  readonly scalingFactor: number;
  /** @param latent - [1, channels, h, w], scaled; @returns [1, 3, h·factor, w·factor], nominally −1 … 1 */
  decode(latent: Tensor): Promise<Tensor>;
  /**
   * @param pixels - [1, 3, height, width], −1 … 1
   * @returns mean and log-variance of the latent distribution, [1, channels, h, w] each, before scaling
   */
  encode(pixels: Tensor): Promise<{ readonly mean: Tensor; readonly logVariance: Tensor }>;
  close(): Promise<void>;
}

/** A model ready to run: the networks, what was trained with them, and the hashes that name them. */
export interface DiffusionModel {
  readonly textEncoders: readonly TextEncoder[];
  readonly unet: UNet;
  readonly vae: Vae;
  /** Cumulative products of 1 − β over the training steps, first to last; float32 values. */
  readonly alphasCumprod: Float32Array;
  /** SHA-256 of every graph and weight file by name; part of the engine's fingerprint. */
  readonly hashes: Readonly<Record<string, string>>;
}
