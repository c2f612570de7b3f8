/** Adapters merged into weights before a graph is loaded: W + weight · ΔW, in float32, adapter after adapter. */

import { type Adapter, difference } from "./adapter.ts";
import { floatWeight, toFloat32, type Weight, type Weights } from "./weights.ts";

/** Which network weights belong to, for the prefixes that adapter files name it by. */
export type Network = "unet" | "text-encoder" | "text-encoder-2" | "lone-text-encoder";

/** An adapter and how strongly it is to count; 1 is as trained. */
export interface AdapterUse {
  readonly adapter: Adapter;
  readonly weight: number;
  /** For the text encoders; as `weight` where absent. */
  readonly weightText?: number;
}

/** Merged weights, and which modules of the adapters found their weight. */
export interface Merged {
  readonly weights: Weights;
  /** Modules used, for each adapter in the order given: those in no network's list change nothing. */
  readonly used: readonly ReadonlySet<string>[];
}

/**
 * The weights with adapters merged into them. Changed tensors are held in memory as float32; the others stay where they are.
 * A weight of 0 leaves the adapter out.
 * @param singleFileNames - diffusers module → its single-file name, for adapters trained on such names (SDXL's often are)
 * @throws SeedproofError `engine.weights-shape` when an adapter was trained on another architecture
 */
export function mergeAdapters(
  weights: Weights,
  network: Network,
  uses: readonly AdapterUse[],
  singleFileNames: ReadonlyMap<string, string> = new Map(),
): Merged {
  const merged = new Map(weights);
  const targets = targetsByName(weights, network, singleFileNames);
  const used = uses.map(({ adapter, weight }) => {
    const found = [...adapter].filter(([module]) => targets.has(module));
    for (const [module, parts] of weight === 0 ? [] : found) {
      const name = targets.get(module)!;
      merged.set(name, added(name, merged.get(name)!, difference(module, parts, merged.get(name)!.shape), weight));
    }
    return new Set(found.map(([module]) => module));
  });
  return { weights: merged, used };
}

function added(name: string, base: Weight, change: Float32Array, weight: number): Weight {
  const sum = toFloat32(name, base);
  const factor = Math.fround(weight);
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + factor * change[i]!;
  return floatWeight(base.shape, sum);
}

/** kohya's prefixes; SDXL's encoders are te1 and te2, a lone one is te, or te2 where a model has only SDXL's second, as the refiner. */
const KOHYA: Readonly<Record<Network, readonly string[]>> = {
  unet: ["lora_unet_"],
  "text-encoder": ["lora_te_", "lora_te1_"],
  "text-encoder-2": ["lora_te2_"],
  "lone-text-encoder": ["lora_te_", "lora_te1_", "lora_te2_"],
};

const DOTTED: Readonly<Record<Network, readonly string[]>> = {
  unet: ["unet.", "base_model.model.unet.", ""],
  "text-encoder": ["text_encoder."],
  "text-encoder-2": ["text_encoder_2."],
  "lone-text-encoder": ["text_encoder.", "text_encoder_2."],
};

/** Every name by which an adapter may call a module → the weight's name. */
function targetsByName(
  weights: Weights,
  network: Network,
  singleFile: ReadonlyMap<string, string>,
): Map<string, string> {
  const targets = new Map<string, string>();
  for (const name of weights.keys()) {
    if (!name.endsWith(".weight")) continue;
    const module = name.slice(0, -".weight".length);
    const dotted = module.replace(".to_out.0", ".to_out");
    for (const prefix of DOTTED[network]) for (const one of [module, dotted]) targets.set(prefix + one, name);
    for (const prefix of KOHYA[network]) {
      targets.set(prefix + module.replaceAll(".", "_"), name);
      const single = singleFile.get(module);
      if (single) targets.set(prefix + single.replaceAll(".", "_"), name);
    }
  }
  return targets;
}
