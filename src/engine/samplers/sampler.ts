/**
 * What a sampler is: a way from noise to image through falling noise levels, seeing the model only as a denoiser.
 *
 * Everything here is in the frame of Karras et al. (2022): x = image + σ · noise. A step's coefficients are worked out
 * in doubles; each number of the latent is summed in doubles in a fixed order and rounded once to float32.
 *
 * @see T. Karras et al., "Elucidating the design space of diffusion-based generative models", NeurIPS 2022
 */

/** The numbers of a batch of latents; which shape they have is the denoiser's affair. */
export type Latent = Float32Array<ArrayBuffer>;

/** The clean latent that the model expects behind x at noise level σ > 0. */
export type Denoiser = (x: Latent, sigma: number) => Promise<Latent>;

/** The noise that belongs to a step from one noise level down to another, of unit variance. */
export type StepNoise = (sigma: number, next: number) => Latent;

/** What is seen of a step before it is made. */
export interface Step {
  /** 0 for the first. */
  readonly index: number;
  readonly total: number;
  readonly sigma: number;
  readonly x: Latent;
  readonly denoised: Latent;
}

/** Settings that some samplers read. */
export interface SamplerOptions {
  /** Share of fresh noise in ancestral and SDE samplers: 0 none, 1 all. Default 1; 0 in DDIM. */
  readonly eta?: number;
  /** Multiplies all fresh noise. Default 1. */
  readonly sNoise?: number;
  /** Karras et al.'s stochasticity of Euler, Heun and DPM2, default 0, and the noise levels between which it acts. */
  readonly sChurn?: number;
  readonly sTmin?: number;
  readonly sTmax?: number;
}

/** One run of a sampler. */
export interface SamplerRun {
  /** Starting latent at noise level `sigmas[0]`. */
  readonly x: Latent;
  /** Falling noise levels; the last is the level of the result, mostly 0. */
  readonly sigmas: Float32Array;
  readonly denoise: Denoiser;
  readonly noise: StepNoise;
  readonly options?: SamplerOptions;
  /** Called once a step, after the first call of the model; the sampler waits for it. What it throws ends the run. */
  readonly onStep?: (step: Step) => void | Promise<void>;
}

/** Runs from the first noise level to the last and gives the latent there. */
export type Sampler = (run: SamplerRun) => Promise<Latent>;

/** The sum of latents, each times its factor, in the order given. */
export function mix(...terms: readonly (readonly [factor: number, latent: Float32Array])[]): Latent {
  const sum = new Float32Array(terms[0]?.[1].length ?? 0);
  for (let i = 0; i < sum.length; i++) {
    let value = 0;
    for (const [factor, latent] of terms) value += factor * latent[i]!;
    sum[i] = value;
  }
  return sum;
}

/** The slope dx/dσ at x: the direction of the noise. Karras et al. (2022), equation 3. */
export function slope(x: Latent, sigma: number, denoised: Latent): Latent {
  return mix([1 / sigma, x], [-1 / sigma, denoised]);
}

/**
 * How far down an ancestral step goes, and how much noise brings it back up to `next`.
 * @see crowsonkb/k-diffusion, k_diffusion/sampling.py, get_ancestral_step
 */
export function ancestralStep(
  sigma: number,
  next: number,
  eta: number,
): { readonly down: number; readonly up: number } {
  if (eta === 0) return { down: next, up: 0 };
  const up = Math.min(next, eta * Math.sqrt((next * next * (sigma * sigma - next * next)) / (sigma * sigma)));
  return { down: Math.sqrt(next * next - up * up), up };
}

/** One step of a run: where it starts and where it leads. */
export interface Interval {
  readonly index: number;
  readonly sigma: number;
  readonly next: number;
}

/** The steps from each noise level to the next. */
export function intervals({ sigmas }: SamplerRun): Interval[] {
  return Array.from(sigmas.subarray(1), (next, index) => ({ index, sigma: sigmas[index]!, next }));
}

/** The first thing in every step: the model's answer at x, which the caller gets to see. */
export async function predict(run: SamplerRun, index: number, x: Latent, sigma: number): Promise<Latent> {
  const denoised = await run.denoise(x, sigma);
  await run.onStep?.({ index, total: run.sigmas.length - 1, sigma, x, denoised });
  return denoised;
}

/** x with the fresh noise of an ancestral step. */
export function withNoise(run: SamplerRun, x: Latent, { sigma, next }: Interval, up: number): Latent {
  if (next === 0 || up === 0) return x;
  return mix([1, x], [(run.options?.sNoise ?? 1) * up, run.noise(sigma, next)]);
}
