/**
 * Noise schedules: which noise levels a run goes through. Names and rules of A1111 and ComfyUI, which differ in one.
 *
 * Numbers are rounded to float32 where PyTorch rounds them. What is left is PyTorch's own logarithm, root and power, off
 * by one unit in the last place in 1 to 17 of 100 numbers, and not the same on every processor. It matters: Brownian
 * paths are read at noise levels rounded to 1e-6, so that a last digit at level 14 changes an SDE sampler's noise by
 * some 1e-3.
 */

import { SeedproofError } from "../base/errors.ts";
import { exp, pow } from "../base/math-exp.ts";
import { fma32 } from "../base/math-float32.ts";
import { log } from "../base/math-log.ts";
import { betaQuantile } from "./beta-quantile.ts";
import { type Levels, sigmaAt, timeOf } from "./levels.ts";

/** What a schedule is made for. */
export interface ScheduleRequest {
  /** Steps of the run, 1 … 1000. Some schedules give other counts than asked for. */
  readonly steps: number;
  readonly levels: Levels;
  /** Whose "Beta" is meant; all other schedules agree. Default A1111. */
  readonly convention?: "a1111" | "comfyui";
  /** Bounds in place of the model's own, where the recipe names them. */
  readonly sigmaMin?: number;
  readonly sigmaMax?: number;
  /** Steepness of Karras' schedule, 7 where the recipe says nothing. */
  readonly rho?: number;
}

const f = Math.fround;

type Rule = (request: ScheduleRequest & { readonly sigmaMin: number; readonly sigmaMax: number }) => number[];

/** Most steps that are taken; the tools stop at 150, models have 1000 training steps. */
const MAX_STEPS = 1000;
/** Both parameters of the "Beta" schedule's distribution. B. Lee et al., "Beta sampling is all you need" (2024). */
const BETA = 0.6;

/** `count` numbers evenly from `from` to `to`, both included; one number is `from`. As NumPy's `linspace`. */
function evenly(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => (count === 1 ? from : from + ((to - from) * i) / (count - 1)));
}

/** `torch.linspace` in float32 as AVX2 code computes it: from both ends to the middle. */
function evenly32(from: number, to: number, count: number): number[] {
  const [start, end] = [f(from), f(to)];
  if (count === 1) return [start];
  const step = f(f(end - start) / (count - 1));
  const half = Math.floor(count / 2);
  return Array.from({ length: count }, (_, i) => (i < half ? fma32(step, i, start) : fma32(-step, count - 1 - i, end)));
}

/** Even in training steps. */
const normal: Rule = ({ steps, levels, sigmaMin, sigmaMax }) =>
  evenly32(timeOf(levels, sigmaMax), timeOf(levels, sigmaMin), steps).map((time) => sigmaAt(levels, time));

/** As `normal` with one step more, the last of which is left out. */
const sgmUniform: Rule = (request) => normal({ ...request, steps: request.steps + 1 }).slice(0, -1);

/** Even in σ^(1/ρ). Karras et al. (2022), equation 5. */
const karras: Rule = ({ steps, sigmaMin, sigmaMax, rho = 7 }) => {
  const [low, high] = [pow(sigmaMin, 1 / rho), pow(sigmaMax, 1 / rho)];
  return evenly32(0, 1, steps).map((share) => pow(f(f(high) + f(share * f(low - high))), rho));
};

/** Even in ln σ. */
const exponential: Rule = ({ steps, sigmaMin, sigmaMax }) => evenly32(log(sigmaMax), log(sigmaMin), steps).map(exp);

/** Every n-th of the model's levels, counted from the highest. */
const simple: Rule = ({ steps, levels: { sigmas } }) =>
  evenly(0, steps - 1, steps).map((i) => sigmas[sigmas.length - 1 - Math.trunc(i * (sigmas.length / steps))]!);

/** Every n-th of the model's levels, counted from the second lowest. */
const ddimUniform: Rule = ({ steps, levels: { sigmas } }) => {
  const stride = Math.max(Math.floor(sigmas.length / steps), 1);
  const picked: number[] = [];
  for (let i = 1; i < sigmas.length; i += stride) picked.unshift(sigmas[i]!);
  return picked;
};

/** Quantiles of the beta distribution: A1111 spreads σ itself by them, ComfyUI whole training steps. */
const beta: Rule = ({ steps, levels: { sigmas }, convention, sigmaMin, sigmaMax }) => {
  if (convention !== "comfyui") {
    return evenly(1, 0, steps).map((p) => sigmaMin + betaQuantile(p, BETA, BETA) * (sigmaMax - sigmaMin));
  }
  const shares = evenly(1, 0, steps + 1).slice(0, -1);
  const times = shares.map((p) => roundHalfEven(betaQuantile(p, BETA, BETA) * (sigmas.length - 1)));
  return times.filter((time, i) => time !== times[i - 1]).map((time) => sigmas[time]!);
};

function roundHalfEven(x: number): number {
  const down = Math.floor(x);
  return x - down === 0.5 ? down + (down % 2) : Math.round(x);
}

/** Schedules by the ids of `recipe/samplers.ts`. */
export const SCHEDULES: Readonly<Record<string, Rule>> = {
  uniform: normal,
  normal,
  karras,
  exponential,
  sgm_uniform: sgmUniform,
  simple,
  ddim_uniform: ddimUniform,
  beta,
};

/**
 * The noise levels of a run, falling, with a zero at the end.
 * @throws SeedproofError `engine.schedule-unknown`, `engine.steps-out-of-range`
 */
export function schedule(id: string, request: ScheduleRequest): Float32Array<ArrayBuffer> {
  const rule = Object.hasOwn(SCHEDULES, id) ? SCHEDULES[id] : undefined;
  if (!rule) {
    const known = Object.keys(SCHEDULES).join(", ");
    throw new SeedproofError("engine.schedule-unknown", `there is no schedule "${id}"; there are ${known}`);
  }
  checkSteps(request.steps);
  const { sigmas } = request.levels;
  const { sigmaMin = sigmas[0]!, sigmaMax = sigmas[sigmas.length - 1]! } = request;
  return Float32Array.of(...rule({ ...request, sigmaMin, sigmaMax }), 0);
}

function checkSteps(steps: number): void {
  if (Number.isInteger(steps) && steps >= 1 && steps <= MAX_STEPS) return;
  throw new SeedproofError("engine.steps-out-of-range", `${steps} steps; a run has 1 to ${MAX_STEPS}`);
}

/** A schedule made for one step more, without its last level above zero: what DPM2 and DPM++ 3M SDE run on in A1111. */
export function withoutPenultimate(sigmas: Float32Array): Float32Array<ArrayBuffer> {
  return Float32Array.of(...sigmas.subarray(0, -2), ...sigmas.subarray(-1));
}

/**
 * Noise levels of the samplers that go by training steps (DDIM, PLMS, UniPC), falling.
 *
 * `a1111` takes every n-th step from step 1 and ends at the lowest of them: one move fewer than steps asked for, and
 * some noise is left. `diffusers` takes the same steps ("leading", offset 1) and one more move, to step 0.
 *
 * @throws SeedproofError `engine.steps-out-of-range`
 * @see AUTOMATIC1111/stable-diffusion-webui, modules/sd_samplers_timesteps.py, as behaviour; diffusers' DDIMScheduler
 */
export function timestepLevels(
  steps: number,
  { sigmas }: Levels,
  convention: "a1111" | "diffusers" = "a1111",
): Float32Array<ArrayBuffer> {
  checkSteps(steps);
  const count = sigmas.length;
  const stride = Math.max(Math.floor(count / steps), 1);
  const times: number[] = [];
  for (let time = 0; time < count && (convention === "a1111" || times.length < steps); time += stride) {
    times.unshift(Math.min(time + 1, count - 1));
  }
  if (convention === "diffusers") times.push(0);
  return Float32Array.from(times, (time) => sigmas[time]!);
}
