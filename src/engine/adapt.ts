/** Adapters and another autoencoder put into a model, before it goes on a backend. */

import { SeedproofError } from "../base/errors.ts";
import type { ModelParts } from "./load.ts";
import { type AdapterUse, type Merged, mergeAdapters } from "./weights/merge.ts";
import { vaeConfigOf } from "./weights/shapes.ts";
import { renameVae, singleFileModule } from "./weights/single-file.ts";
import type { Weights } from "./weights/weights.ts";

/** A model with adapters merged into its UNet and text encoders. */
export interface Adapted {
  readonly parts: ModelParts;
  /** For each adapter in the order given: its modules that no network of this model has. */
  readonly unused: readonly (readonly string[])[];
}

const LONE = ["lone-text-encoder"] as const;
const PAIR = ["text-encoder", "text-encoder-2"] as const;

/**
 * Merges adapters in the order given; another order may round otherwise.
 * @throws SeedproofError `engine.adapter-unfit` when an adapter has nothing for this model, `engine.weights-shape` when it
 *   was trained on another architecture
 */
export function withAdapters(parts: ModelParts, uses: readonly AdapterUse[]): Adapted {
  if (uses.length === 0) return { parts, unused: [] };
  const unet = mergeAdapters(parts.unet.weights, "unet", uses, singleFileNames(parts));
  const textUses = uses.map((use) => ({ ...use, weight: use.weightText ?? use.weight }));
  const encoders = parts.textEncoders.length === 1 ? LONE : PAIR;
  const texts = parts.textEncoders.map(({ weights }, i) => mergeAdapters(weights, encoders[i]!, textUses));
  const unused = uses.map((use, i) => unusedModules(use, [unet, ...texts], i));
  const textEncoders = parts.textEncoders.map((text, i) => ({ ...text, weights: texts[i]!.weights }));
  return { parts: { ...parts, unet: { ...parts.unet, weights: unet.weights }, textEncoders }, unused };
}

function unusedModules({ adapter }: AdapterUse, merged: readonly Merged[], use: number): string[] {
  const unused = [...adapter.keys()].filter((module) => !merged.some(({ used }) => used[use]!.has(module)));
  if (adapter.size > 0 && unused.length === adapter.size) {
    const message = `none of the adapter's ${adapter.size} modules is in this model, the first ${unused[0]}`;
    throw new SeedproofError("engine.adapter-unfit", message);
  }
  return unused;
}

/** The UNet's modules by diffusers' names → by the names of single files. */
function singleFileNames({ unet: { config, weights } }: ModelParts): Map<string, string> {
  const modules = [...weights.keys()].map((name) => name.replace(/\.(weight|bias)$/, ""));
  const pairs = modules.flatMap((module): [string, string][] => {
    const single = singleFileModule(module, config.layers[0]!, config.attentionUp);
    return single ? [[module, single]] : [];
  });
  return new Map(pairs);
}

/**
 * The model with another autoencoder, in diffusers' or CompVis' names, with or without `first_stage_model.`.
 * @throws SeedproofError `engine.weights-missing` when the weights are of no autoencoder, `engine.vae-unfit` when its
 *   latents have another number of channels
 */
export function withVae(parts: ModelParts, weights: Weights): ModelParts {
  const named = [...weights].map(([name, weight]) => [name.replace(/^first_stage_model\./, ""), weight] as const);
  const renamed = renameVae(new Map(named));
  const config = vaeConfigOf(renamed, parts.vae.config.scalingFactor);
  if (config.latentChannels !== parts.vae.config.latentChannels) {
    const message = `an autoencoder of ${config.latentChannels} latent channels for a model of ${parts.vae.config.latentChannels}`;
    throw new SeedproofError("engine.vae-unfit", message);
  }
  return { ...parts, vae: { config, weights: renamed } };
}
