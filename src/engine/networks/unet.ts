/** A UNet of given weights on a backend. */

import { SeedproofError } from "../../base/errors.ts";
import type { Backend, Feeds, UNet, UNetConditions } from "../backend.ts";
import type { UNetConfig } from "../graph/config.ts";
import { buildUNet, type UNetSizes } from "../graph/unet.ts";
import { item, joinBatch, type Tensor } from "../tensor.ts";
import type { Weights } from "../weights/weights.ts";
import { sessions } from "./sessions.ts";

/**
 * The denoiser. A graph is built for each size that comes. Each item of a batch is run alone: then no result depends on
 * what else was in the batch, which native runtimes do not promise, and a pool runs the items side by side.
 * @param prediction - what the model was trained to give; not in its weights
 */
export function unetOn(backend: Backend, config: UNetConfig, weights: Weights, prediction: UNet["prediction"]): UNet {
  const held = sessions(backend, weights, (sizes: UNetSizes) => buildUNet(config, weights, sizes));
  const predict = async (x: Tensor, timestep: number, conditions: UNetConditions): Promise<Tensor> => {
    const [batch = 0, channels, height = 0, width = 0] = x.shape;
    if (channels !== config.inChannels)
      throw mismatch(`the latent has ${channels} channels, the UNet ${config.inChannels}`);
    const size = { batch: 1, height, width, tokens: conditions.context.shape[1]! };
    const time = { shape: [1], data: Float32Array.of(timestep) };
    return held.use(size, async (session) => {
      const runs = Array.from({ length: batch }, async (_, i) => {
        const feeds = { sample: item(x, i), timestep: time, ...conditionFeeds(config, conditions, i) };
        return (await session.run(feeds)).prediction!;
      });
      return joinBatch(await Promise.all(runs));
    });
  };
  return {
    inChannels: config.inChannels,
    latentChannels: config.outChannels,
    prediction,
    predict,
    close: held.close,
  };
}

function conditionFeeds({ added }: UNetConfig, { context, pooled, timeIds }: UNetConditions, i: number): Feeds {
  if (!added) return { context: item(context, i) };
  if (!pooled || !timeIds) throw mismatch("this UNet is also told pooled text and image sizes");
  return { context: item(context, i), pooled: item(pooled, i), time_ids: item(timeIds, i) };
}

function mismatch(what: string): SeedproofError {
  return new SeedproofError("engine.shape-mismatch", what);
}
