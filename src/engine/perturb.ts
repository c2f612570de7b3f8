/** A model computed a little otherwise, as other kernels, cards and precisions would: for measuring what that does to images. */

import type { DiffusionModel } from "./backend.ts";
import type { ModelParts, Network } from "./load.ts";
import { TorchGenerator } from "./noise/torch-cpu.ts";
import { tensor } from "./tensor.ts";
import { floatWeight, toFloat32, type Weights } from "./weights/weights.ts";

/**
 * The model with every answer of its UNet off by relative noise: x · (1 + share · n), n standard normal.
 * @param seed - of the noise; one stream over all answers
 */
export function withNoisyUNet(model: DiffusionModel, share: number, seed: bigint): DiffusionModel {
  const stream = new TorchGenerator(seed, "avx2");
  const predict: DiffusionModel["unet"]["predict"] = async (...args) => {
    const answer = await model.unet.predict(...args);
    const noise = stream.randn(answer.data.length);
    return tensor(
      answer.shape,
      answer.data.map((value, i) => value * (1 + share * noise[i]!)),
    );
  };
  return { ...model, unet: { ...model.unet, predict } };
}

/** The model with all weights rounded to bfloat16, ties to even, and computed in float32. */
export function roundedToBfloat16(parts: ModelParts): ModelParts {
  const rounded = <T extends Network<unknown>>(network: T): T => ({
    ...network,
    weights: roundedWeights(network.weights),
  });
  return {
    ...parts,
    textEncoders: parts.textEncoders.map(rounded),
    unet: rounded(parts.unet),
    vae: rounded(parts.vae),
  };
}

function roundedWeights(weights: Weights): Weights {
  const entries = [...weights].map(([name, weight]) => {
    const read = (): Uint8Array => {
      const bits = new Uint32Array(toFloat32(name, weight).buffer);
      for (let i = 0; i < bits.length; i++) {
        const word = bits[i]!;
        bits[i] = ((word + 0x7fff + ((word >>> 16) & 1)) & 0xffff0000) >>> 0;
      }
      return new Uint8Array(bits.buffer);
    };
    return [name, { ...floatWeight(weight.shape, new Float32Array(0)), read }] as const;
  });
  return new Map(entries);
}
