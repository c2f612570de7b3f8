import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { levelsOf, scaledLinearAlphas } from "../../src/engine/levels.ts";
import { BrownianTree } from "../../src/engine/noise/brownian-tree.ts";
import { createGenerator } from "../../src/engine/noise/generator.ts";
import { brownianNoise, drawnNoise } from "../../src/engine/noise/step-noise.ts";
import { SAMPLERS, samplerInfo } from "../../src/engine/samplers/catalogue.ts";
import { type Latent, mix, type SamplerOptions, type StepNoise } from "../../src/engine/samplers/sampler.ts";
import { schedule } from "../../src/engine/schedules.ts";
import { mixtureDenoiser } from "./mixture.ts";

interface Trajectory {
  sampler: string;
  schedule?: string;
  options: SamplerOptions;
  seed: number;
  sigmas: number[];
  xs: string[];
}
const vectors = JSON.parse(readFileSync(join(import.meta.dirname, "vectors/samplers.json"), "utf8")) as {
  kdiffusion: Trajectory[];
  diffusers: Trajectory[];
};
const lcm = JSON.parse(readFileSync(join(import.meta.dirname, "vectors/lcm.json"), "utf8")) as {
  diffusers: (Trajectory & { prediction: string })[];
};
const SIZE = 32;

const floats = (base64: string): Float32Array => new Float32Array(new Uint8Array(Buffer.from(base64, "base64")).buffer);

/** Largest difference, relative to the spread of the latent that is expected. */
function distance(found: Float32Array, expected: Float32Array): number {
  const spread = Math.sqrt(expected.reduce((sum, value) => sum + value * value, 0) / expected.length);
  return found.reduce((worst, value, i) => Math.max(worst, Math.abs(value - expected[i]!)), 0) / spread;
}

/** All latents that a sampler passes, the result last. */
async function trajectory(row: Trajectory, start: (first: Latent) => Latent): Promise<Latent[]> {
  const generator = createGenerator("torch-cpu", BigInt(row.seed));
  const sigmas = Float32Array.from(row.sigmas);
  const x = start(generator.randn(SIZE));
  const draws = drawnNoise(() => generator.randn(SIZE));
  const { run, noise } = samplerInfo(row.sampler);
  const stepNoise = noise === "brownian" ? brownianNoise([BigInt(row.seed)], SIZE, sigmas) : draws;
  const xs: Latent[] = [];
  const onStep = ({ x: at }: { readonly x: Latent }): void => void xs.push(at);
  xs.push(await run({ x, sigmas, denoise: mixtureDenoiser, noise: stepNoise, options: row.options, onStep }));
  return xs;
}

describe("against k-diffusion", () => {
  test.each(vectors.kdiffusion)("$sampler follows the whole trajectory on $schedule, $options", async (row) => {
    const xs = await trajectory(row, (noise) => mix([Math.fround(row.sigmas[0]!), noise]));
    expect(xs).toHaveLength(row.xs.length);
    const far = xs.map((x, i) => distance(x, floats(row.xs[i]!)));
    expect(Math.max(...far)).toBeLessThan(1e-4);
  });
});

describe("against diffusers", () => {
  test.each(vectors.diffusers)("$sampler follows the whole trajectory, $options", async (row) => {
    // diffusers keeps the latent at unit variance, here it is image + σ · noise.
    const factor = (i: number): number => Math.sqrt(1 + row.sigmas[i]! * row.sigmas[i]!);
    const xs = await trajectory(row, (noise) => mix([factor(0), noise]));
    expect(xs).toHaveLength(row.xs.length);
    const far = xs.map((x, i) => distance(mix([1 / factor(i), x]), floats(row.xs[i]!)));
    expect(Math.max(...far)).toBeLessThan(1e-4);
  });
});

describe("against diffusers' LCMScheduler", () => {
  test.each(lcm.diffusers)("$sampler follows the whole trajectory of $times, $prediction", async (row) => {
    const factor = (i: number): number => Math.sqrt(1 + row.sigmas[i]! * row.sigmas[i]!);
    const xs = await trajectory(row, (noise) => mix([factor(0), noise]));
    expect(xs).toHaveLength(row.xs.length);
    // The scheduler's boundary terms, left out here, are 7e-6 at its lowest step and less above.
    const far = xs.map((x, i) => distance(mix([1 / factor(i), x]), floats(row.xs[i]!)));
    expect(Math.max(...far)).toBeLessThan(1e-4);
  });
});

test("every sampler of the catalogue is held against another implementation", () => {
  const held = new Set([...vectors.kdiffusion, ...vectors.diffusers, ...lcm.diffusers].map(({ sampler }) => sampler));
  expect(Object.keys(SAMPLERS).filter((id) => !held.has(id))).toEqual([]);
});

describe("orders", () => {
  const levels = levelsOf(scaledLinearAlphas());
  const still: StepNoise = () => new Float32Array(SIZE);
  const start = mix([10, createGenerator("torch-cpu", 3n).randn(SIZE)]);

  async function end(id: string, steps: number): Promise<Latent> {
    // To a level above zero: the last move to zero is Euler's everywhere.
    const sigmas = schedule("karras", { steps, levels, sigmaMax: 10, sigmaMin: 0.3 }).subarray(0, -1);
    return samplerInfo(id).run({ x: start, sigmas, denoise: mixtureDenoiser, noise: still, options: { eta: 0 } });
  }

  const limit = end("heun", 1000);

  // Doubling the steps divides a method's error by 2 to its order; float32 ends the gain near 1e-7.
  test.each([
    ["euler", 1],
    ["ddim", 1],
    ["euler-ancestral", 1],
    ["dpmpp-2m", 2],
    ["dpmpp-2s-a", 2],
    ["dpmpp-2m-sde", 2],
    ["dpmpp-2m-sde-heun", 2],
    ["dpmpp-sde", 2],
    ["dpm2", 2],
    ["heun", 2],
    ["unipc", 2],
    ["lms", 2.5],
    ["plms", 2],
  ])("%s converges to the path of the equation with order %d", async (id, order) => {
    const [exact, coarse, fine] = [await limit, await end(id, 40), await end(id, 80)];
    const gain = distance(coarse, exact) / distance(fine, exact);
    expect(gain).toBeGreaterThan(2 ** order * 0.8);
    expect(distance(fine, exact)).toBeLessThan(0.05);
  });
});

test("LCM is the model's answer, with fresh noise of the next level on it", async () => {
  const sigmas = Float32Array.of(14, 2, 0);
  const noise = createGenerator("torch-cpu", 4n).randn(SIZE);
  const x = mix([14, createGenerator("torch-cpu", 3n).randn(SIZE)]);
  const first = await mixtureDenoiser(x, 14);
  const expected = await mixtureDenoiser(mix([1, first], [2, noise]), 2);
  expect(await samplerInfo("lcm").run({ x, sigmas, denoise: mixtureDenoiser, noise: () => noise })).toEqual(expected);
});

test("the noise of a batch's Brownian paths is each image's own, of unit variance", () => {
  const sigmas = Float32Array.of(10, 4, 1, 0);
  const noise = brownianNoise([5n, 6n], 4, sigmas)(10, 4);
  expect(noise.subarray(4)).toEqual(brownianNoise([6n], 4, sigmas)(10, 4));
  const path = new BrownianTree(1, 10, 4, 5n).increment(4, 10);
  const scale = Math.fround(Math.sqrt(6));
  expect(noise.subarray(0, 4)).toEqual(path.map((value) => Math.fround(-value / scale)));
});

test("a sampler that is not there is refused by name", () => {
  expect(() => samplerInfo("toString")).toThrow(/there is no sampler "toString"; there are euler/);
});
