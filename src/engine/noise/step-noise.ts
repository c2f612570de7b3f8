/** The noise that samplers add on their way: draw after draw, or increments of Brownian paths. */

import type { StepNoise } from "../samplers/sampler.ts";
import { BrownianTree } from "./brownian-tree.ts";
import type { TorchMath } from "./torch-cpu.ts";

const f = Math.fround;

/** Noise of ancestral samplers: the next draw, whatever the step. */
export function drawnNoise(next: () => Float32Array<ArrayBuffer>): StepNoise {
  return () => next();
}

/**
 * Noise of the DPM++ SDE samplers: the path's increment between two noise levels over the root of their distance.
 * The path of A1111's batches is each image's own; ComfyUI gives one path to the whole batch.
 *
 * @param seeds - one a path, ≥ 0
 * @param size - numbers of one path's increment
 * @param sigmas - the run's noise levels; the path reaches from the lowest above zero to the highest
 * @see crowsonkb/k-diffusion, k_diffusion/sampling.py, BrownianTreeNoiseSampler
 */
export function brownianNoise(
  seeds: readonly bigint[],
  size: number,
  sigmas: Float32Array,
  math: TorchMath = "avx2",
): StepNoise {
  const positive = sigmas.filter((sigma) => sigma > 0);
  const [low, high] = [Math.min(...positive), Math.max(...positive)];
  // A run of one step has no path, and no use for one.
  const trees = low < high ? seeds.map((seed) => new BrownianTree(low, high, size, seed, math)) : [];
  return (sigma, next) => {
    const [from, to] = [Math.min(sigma, next), Math.max(sigma, next)];
    // Down the noise levels the path is walked backwards.
    const scale = f(Math.sqrt(f(f(to) - f(from)))) * (next < sigma ? -1 : 1);
    const noise = new Float32Array(seeds.length * size);
    for (const [i, tree] of trees.entries()) {
      noise.set(
        tree.increment(from, to).map((value) => value / scale),
        i * size,
      );
    }
    return noise;
  };
}
