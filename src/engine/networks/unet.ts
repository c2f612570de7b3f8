/** A UNet of given weights on a backend. */

import { SeedproofError } from "../../base/errors.ts";
import type { Backend, Feeds, UNet, UNetConditions } from "../backend.ts";
import type { UNetConfig } from "../graph/config.ts";
import { buildUNet, type UNetSizes } from "../graph/unet.ts";
import type { Tensor } from "../tensor.ts";
import type { Weights } from "../weights/weights.ts";
import { sessions } from "./sessions.ts";

/**
 * The denoiser. A graph is built for each size and batch that comes.
 * @param prediction - what the model was trained to give; not in its weights
 */
export function unetOn(backend: Backend, config: UNetConfig, weights: Weights, prediction: UNet["prediction"]): UNet {
  const held = sessions(backend, weights, (sizes: UNetSizes) => buildUNet(config, weights, sizes));
  const predict = async (x: Tensor, timestep: number, conditions: UNetConditions): Promise<Tensor> => {
    const [batch = 0, channels, height = 0, width = 0] = x.shape;
    if (channels !== config.inChannels)
      throw mismatch(`the latent has ${channels} channels, the UNet ${config.inChannels}`);
    const session = await held.get({ batch, height, width, tokens: conditions.context.shape[1]! });
    const time = { shape: [1], data: Float32Array.of(timestep) };
    const feeds = { sample: x, timestep: time, context: conditions.context, ...addedFeeds(config, conditions) };
    return (await session.run(feeds)).prediction!;
  };
  return {
    inChannels: config.inChannels,
    latentChannels: config.outChannels,
    prediction,
    predict,
    close: held.close,
  };
}

function addedFeeds({ added }: UNetConfig, { pooled, timeIds }: UNetConditions): Feeds {
  if (!added) return {};
  if (!pooled || !timeIds) throw mismatch("this UNet is also told pooled text and image sizes");
  return { pooled, time_ids: timeIds };
}

function mismatch(what: string): SeedproofError {
  return new SeedproofError("engine.shape-mismatch", what);
}
