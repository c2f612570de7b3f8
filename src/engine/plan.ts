/** How a pass begins and ends: noise levels, and how noise and image are put together, by each program's custom. */

import { SeedproofError } from "../base/errors.ts";
import type { Levels, TimeRule } from "./levels.ts";
import type { SamplerInfo } from "./samplers/catalogue.ts";
import { schedule, timestepLevels, withoutPenultimate } from "./schedules.ts";

/** The programs whose customs are followed. */
export type Tool = "a1111" | "comfyui";

/** What a pass is planned from. */
export interface PlanRequest {
  readonly tool: Tool;
  readonly sampler: SamplerInfo;
  /** An id of `schedules.ts`, or `automatic`. */
  readonly schedule: string;
  readonly steps: number;
  readonly levels: Levels;
  /** How much of an existing image is given up, above 0 to 1; absent when drawing from noise alone. */
  readonly denoise?: number;
  /** A1111: the pass has as many steps as asked for, whatever `denoise` ("do exactly the amount of steps", hires fix). */
  readonly exactSteps?: boolean;
}

/** A pass ready to run, in the samplers' frame: x = image + σ · noise. */
export interface Plan {
  /** Falling; the last is the level of the result. */
  readonly sigmas: Float32Array;
  /** The start is image · imageFactor + noise · noiseFactor. */
  readonly imageFactor: number;
  readonly noiseFactor: number;
  /** The latent is the sampler's result times this. */
  readonly endFactor: number;
}

/** How each program tells the UNet the time. */
export const TIME_RULES: Readonly<Record<Tool, TimeRule>> = { a1111: "continuous", comfyui: "nearest" };

/** A1111 never gives up an image wholly. */
const A1111_MOST_DENOISE = 0.999;

/**
 * @throws SeedproofError `engine.steps-out-of-range`, `engine.schedule-unknown`, `engine.denoise-out-of-range`
 * @see A1111 modules/sd_samplers_kdiffusion.py, sd_samplers_timesteps.py; ComfyUI comfy/samplers.py; as behaviour
 */
export function planPass(request: PlanRequest): Plan {
  const { denoise, tool, sampler } = request;
  if (denoise !== undefined && !(denoise > 0 && denoise <= 1)) {
    throw new SeedproofError("engine.denoise-out-of-range", `denoising strength ${denoise}; it is above 0 and up to 1`);
  }
  if (tool === "comfyui") return planComfyUi(request);
  return sampler.onTimesteps ? planTimesteps(request) : planA1111(request);
}

function planComfyUi({ sampler, schedule: asked, steps, levels, denoise = 1 }: PlanRequest): Plan {
  const id = asked === "automatic" ? "normal" : asked;
  // Of a longer schedule the end is used.
  const all = denoise > 0.9999 ? steps : Math.trunc(steps / denoise);
  const discards = sampler.discardsInComfyUi ?? false;
  const whole = schedule(id, { steps: discards ? all + 1 : all, levels, convention: "comfyui" });
  const sigmas = (discards ? withoutPenultimate(whole) : whole).slice(-(steps + 1));
  const [first, highest] = [sigmas[0]!, levels.sigmas.at(-1)!];
  const isFull = first > highest * (1 - 1e-5);
  return { sigmas, imageFactor: 1, noiseFactor: isFull ? Math.sqrt(1 + first * first) : first, endFactor: 1 };
}

function planA1111(request: PlanRequest): Plan {
  const { steps, denoise, sampler, levels } = request;
  const id = request.schedule === "automatic" ? (sampler.automatic ?? "uniform") : request.schedule;
  const levelsFor = (count: number): Float32Array => {
    const whole = schedule(id, { steps: sampler.discardsPenultimate ? count + 1 : count, levels });
    return sampler.discardsPenultimate ? withoutPenultimate(whole) : whole;
  };
  if (denoise === undefined) {
    const sigmas = levelsFor(steps);
    return { sigmas, imageFactor: 0, noiseFactor: sigmas[0]!, endFactor: 1 };
  }
  const { all, used } = imageSteps(steps, denoise, request.exactSteps ?? false);
  const sigmas = levelsFor(all).slice(all - used - 1);
  return { sigmas, imageFactor: 1, noiseFactor: sigmas[0]!, endFactor: 1 };
}

/** A1111's count for images: `used` + 1 steps at the end of a schedule of `all`. */
function imageSteps(steps: number, denoise: number, exact: boolean): { readonly all: number; readonly used: number } {
  const share = Math.min(denoise, A1111_MOST_DENOISE);
  if (exact) return { all: Math.trunc(steps / share), used: steps - 1 };
  return { all: steps, used: Math.trunc(share * steps) };
}

/** Samplers on training steps keep the latent at unit variance: x √ᾱ there is x here, √ᾱ = 1/√(1 + σ²). */
function planTimesteps({ steps, levels, denoise, exactSteps }: PlanRequest): Plan {
  const spread = (sigma: number): number => Math.sqrt(1 + sigma * sigma);
  if (denoise === undefined) {
    const sigmas = timestepLevels(steps, levels);
    return { sigmas, imageFactor: 0, noiseFactor: spread(sigmas[0]!), endFactor: 1 / spread(sigmas.at(-1)!) };
  }
  const { all, used } = imageSteps(steps, denoise, exactSteps ?? false);
  const rising = timestepLevels(all, levels).reverse();
  // The image gets the noise of the step above the first that is denoised: A1111's count is so.
  const noised = rising[Math.min(used, rising.length - 1)]!;
  const sigmas = rising.slice(0, Math.max(used, 1)).reverse();
  const start = spread(sigmas[0]!) / spread(noised);
  return { sigmas, imageFactor: start, noiseFactor: start * noised, endFactor: 1 / spread(sigmas.at(-1)!) };
}
