/** An autoencoder of given weights on a backend. */

import type { Backend, Vae } from "../backend.ts";
import type { VaeConfig } from "../graph/config.ts";
import { buildVaeDecoder, buildVaeEncoder } from "../graph/vae.ts";
import { type Tensor, tensor } from "../tensor.ts";
import type { Weights } from "../weights/weights.ts";
import { sessions } from "./sessions.ts";

/** Log-variances are clamped so, as in training. @see diffusers, DiagonalGaussianDistribution */
const LOG_VARIANCE = { least: -30, most: 20 } as const;

interface Size {
  readonly height: number;
  readonly width: number;
}

/** Encoder and decoder; either is loaded when it is first used. */
export function vaeOn(backend: Backend, config: VaeConfig, weights: Weights): Vae {
  const decoders = sessions(
    backend,
    weights,
    ({ height, width }: Size) => buildVaeDecoder(config, weights, height, width),
    1,
  );
  const encoders = sessions(
    backend,
    weights,
    ({ height, width }: Size) => buildVaeEncoder(config, weights, height, width),
    1,
  );
  const decode = async (latent: Tensor): Promise<Tensor> => {
    const unscaled = tensor(
      latent.shape,
      latent.data.map((value) => value / config.scalingFactor),
    );
    return decoders.use(sizeOfImage(latent), async (session) => (await session.run({ latent: unscaled })).image!);
  };
  const encode = async (pixels: Tensor): ReturnType<Vae["encode"]> => {
    const { moments } = await encoders.use(sizeOfImage(pixels), (session) => session.run({ image: pixels }));
    return splitMoments(moments!);
  };
  return {
    factor: 1 << (config.channels.length - 1),
    latentChannels: config.latentChannels,
    scalingFactor: config.scalingFactor,
    decode,
    encode,
    close: async () => {
      await decoders.close();
      await encoders.close();
    },
  };
}

const sizeOfImage = ({ shape }: Tensor): Size => ({ height: shape[2]!, width: shape[3]! });

/** [1, 2·channels, h, w] into means and clamped log-variances. */
function splitMoments(moments: Tensor): { readonly mean: Tensor; readonly logVariance: Tensor } {
  const [batch = 1, both = 0, ...sides] = moments.shape;
  const shape = [batch, both / 2, ...sides];
  const half = moments.data.length / 2;
  const clamp = (value: number): number => Math.min(Math.max(value, LOG_VARIANCE.least), LOG_VARIANCE.most);
  return {
    mean: tensor(shape, moments.data.slice(0, half)),
    logVariance: tensor(shape, moments.data.slice(half).map(clamp)),
  };
}
