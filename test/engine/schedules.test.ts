import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { betaQuantile } from "../../src/engine/beta-quantile.ts";
import { levelsOf, scaledLinearAlphas, sigmaAt, timeOf } from "../../src/engine/levels.ts";
import { SCHEDULES, schedule, timestepLevels, withoutPenultimate } from "../../src/engine/schedules.ts";

const vectors = JSON.parse(readFileSync(join(import.meta.dirname, "vectors/samplers.json"), "utf8")) as {
  levels: number[];
  times: [sigma: number, time: number, nearest: number][];
  quantiles: [p: number, a: number, b: number, x: number][];
  schedules: [id: string, steps: number, convention: "a1111" | "comfyui", sigmas: number[]][];
  diffusers: { sampler: string; steps: number; sigmas: number[] }[];
};
const levels = levelsOf(scaledLinearAlphas());

/** Largest difference relative to the expected numbers. */
function relative(found: ArrayLike<number>, expected: readonly number[]): number {
  expect(found.length).toBe(expected.length);
  return expected.reduce((worst, value, i) => Math.max(worst, Math.abs(found[i]! - value) / (value || 1)), 0);
}

test("the noise levels of Stable Diffusion are k-diffusion's, 0.0292 to 14.6146", () => {
  const picked = [0, 1, 10, 100, 500, 998, 999].map((i) => levels.sigmas[i]!);
  expect(relative(picked, vectors.levels)).toBeLessThan(2e-7);
  expect(levels.sigmas[999]).toBeCloseTo(14.6146, 4);
});

test("a noise level's training step is k-diffusion's, with a fraction or to the nearest", () => {
  for (const [sigma, time, nearest] of vectors.times) {
    expect(Math.abs(timeOf(levels, sigma) - time)).toBeLessThan(1e-3);
    expect(timeOf(levels, sigma, "nearest")).toBe(nearest);
  }
});

test("training step and noise level undo each other", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 999, noNaN: true }), (time) => {
      expect(Math.abs(timeOf(levels, sigmaAt(levels, time)) - time)).toBeLessThan(1e-3);
    }),
  );
});

test("quantiles of the beta distribution are scipy's", () => {
  for (const [p, a, b, x] of vectors.quantiles) expect(Math.abs(betaQuantile(p, a, b) - x)).toBeLessThan(1e-11 * x);
});

test.each(vectors.schedules)(
  "schedule %s of %d steps (%s) has the reference's levels",
  (id, steps, convention, sigmas) => {
    // Float32 logarithms and powers of the reference leave some units in the last place.
    expect(relative(schedule(id, { steps, levels, convention }), sigmas)).toBeLessThan(2e-6);
  },
);

test("schedules fall from the highest level to zero", () => {
  const steps = fc.integer({ min: 1, max: 150 });
  const convention = fc.constantFrom("a1111" as const, "comfyui" as const);
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(SCHEDULES)), steps, convention, (id, count, whose) => {
      const sigmas = schedule(id, { steps: count, levels, convention: whose });
      expect(sigmas.at(-1)).toBe(0);
      expect(sigmas[0]).toBeLessThanOrEqual(levels.sigmas[999]! * 1.000001);
      for (let i = 1; i < sigmas.length; i++) expect(sigmas[i]).toBeLessThan(sigmas[i - 1]!);
    }),
  );
});

test("timestep samplers go by the levels of diffusers, and end one move earlier in A1111", () => {
  for (const { sampler, steps, sigmas } of vectors.diffusers.filter((row) => row.sampler === "ddim")) {
    expect(sampler).toBe("ddim");
    expect(relative(timestepLevels(steps, levels, "diffusers"), sigmas)).toBeLessThan(1e-4);
    const ours = timestepLevels(steps, levels);
    expect([...ours]).toEqual([...timestepLevels(steps, levels, "diffusers").subarray(0, steps)]);
  }
  expect([...timestepLevels(20, levels)].at(-1)).toBe(levels.sigmas[1]);
  // A1111 rounds 1000 / 30 down, and so makes 31 levels.
  expect(timestepLevels(30, levels)).toHaveLength(31);
});

test("without the penultimate level a schedule keeps its end", () => {
  expect([...withoutPenultimate(Float32Array.of(5, 3, 1, 0))]).toEqual([5, 3, 0]);
});

test("unknown schedules and impossible counts of steps are refused", () => {
  expect(() => schedule("constructor", { steps: 20, levels })).toThrow(/there is no schedule/);
  for (const steps of [0, -1, 1.5, 1001, Number.NaN]) {
    expect(() => schedule("karras", { steps, levels })).toThrow(/a run has 1 to 1000/);
    expect(() => timestepLevels(steps, levels)).toThrow(/a run has 1 to 1000/);
  }
});
