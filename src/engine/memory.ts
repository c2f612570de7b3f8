/** What a model takes before it is loaded, and whether its weights are of the networks that they claim: graphs are built, no number is read. */

import { buildClip } from "./graph/clip.ts";
import { buildUNet } from "./graph/unet.ts";
import { buildVaeDecoder } from "./graph/vae.ts";
import type { ModelParts } from "./load.ts";
import { loadingBytes } from "./networks/sessions.ts";
import type { PixelSize } from "./request.ts";

/** One network's needs in bytes. */
export interface NetworkMemory {
  readonly network: "text encoder" | "unet" | "vae decoder";
  readonly weights: number;
  readonly activations: number;
  /** The most that loading and running take together. */
  readonly peak: number;
}

/** Tokens of one chunk: what prompts of up to 75 tokens are. */
const TOKENS = 77;

/**
 * The networks of a model at a size, in the order of their use. An engine holds text encoder, UNet and decoder together.
 * @throws SeedproofError `engine.weights-missing`, `engine.weights-shape` when weights are not those of the configuration;
 *   `engine.config-*`
 */
export function networkMemory({ textEncoders, unet, vae }: ModelParts, size: PixelSize): NetworkMemory[] {
  const factor = 1 << (vae.config.channels.length - 1);
  const [height, width] = [Math.ceil(size.height / factor), Math.ceil(size.width / factor)];
  const graphs = [
    ...textEncoders.map(({ config, weights }) => ["text encoder", buildClip(config, weights)] as const),
    ["unet", buildUNet(unet.config, unet.weights, { batch: 1, height, width, tokens: TOKENS })] as const,
    ["vae decoder", buildVaeDecoder(vae.config, vae.weights, height, width)] as const,
  ];
  return graphs.map(([network, { memory }]) => ({
    network,
    weights: memory.weights,
    activations: memory.activations,
    peak: loadingBytes(memory),
  }));
}
