/** From a request that was drawn to the recipe that the image records: what {@link requestOf} reads back. */

import { canonicalJson, type Json } from "../base/json.ts";
import type { Adapter, ModelRef, Named, Pass, Recipe } from "../recipe/recipe.ts";
import { samplerIn, schedulerIn } from "../recipe/samplers.ts";
import type { EngineFingerprint } from "./fingerprint.ts";
import type { GenerateRequest, HiresPass, PassSettings } from "./request.ts";

/** What stands beside the request in a recipe. */
export interface RecipeParts {
  readonly toolVersion: string;
  readonly models: readonly ModelRef[];
  readonly adapters: readonly Adapter[];
  readonly fingerprint: EngineFingerprint;
}

/** The recipe of one image of a request. @param image - its place in the request */
export function recipeOf(request: GenerateRequest, image: number, parts: RecipeParts): Recipe {
  const { tool, dialect, init, hires, source, variation, resizeFrom, ensd, options } = request;
  const { toolVersion, models, adapters, fingerprint } = parts;
  const batch = tool === "comfyui" && request.seeds.length > 1;
  const seed = String(batch ? request.seeds[0] : request.seeds[image]);
  const mixed = variation && {
    seed: String(variation.seeds[image] ?? 0n),
    strength: variation.strength,
  };
  return {
    toolVersion,
    dialect,
    mode: init ? (init.mask ? "inpaint" : "img2img") : "txt2img",
    prompt: { positive: request.prompt, negative: request.negative },
    seed,
    ...((mixed || resizeFrom) && { variation: { ...mixed, ...(resizeFrom && { resizeFrom }) } }),
    size: request.size,
    clipSkip: request.clipSkip,
    rng: {
      source: source === "nv" ? "nv" : "cpu",
      ...(ensd !== undefined && { ensd }),
      ...(options?.eta !== undefined && { eta: options.eta }),
    },
    ...(batch && { batch: { size: request.seeds.length, index: image } }),
    passes: [passOf(request, seed, init?.denoise), ...(hires ? [hiresPassOf(request, hires, seed)] : [])],
    models,
    adapters,
    ...(init && { inputs: [{ role: "init" }, ...(init.mask ? [{ role: "mask" } as const] : [])] }),
    extra: {
      engine: JSON.parse(canonicalJson(fingerprint)) as Json,
      noise: source,
      ...(request.emphasis && { emphasis: request.emphasis }),
    },
  };
}

function passOf(settings: PassSettings, seed: string, denoise?: number): Pass {
  return {
    seed,
    steps: settings.steps,
    cfg: settings.cfg,
    sampler: samplerName(settings.sampler),
    scheduler: { id: settings.schedule, raw: schedulerIn(settings.schedule, "a1111") ?? settings.schedule },
    ...(denoise !== undefined && { denoise }),
  };
}

/** The two forms of UniPC are one sampler to recipes. */
function samplerName(id: string): Named {
  if (id === "unipc-bh2") return { id: "unipc", raw: "uni_pc_bh2", variant: "bh2" };
  return { id, raw: samplerIn(id, "a1111") ?? id };
}

function hiresPassOf(request: GenerateRequest, hires: HiresPass, seed: string): Pass {
  const method = typeof hires.upscaler === "string" ? METHODS[hires.upscaler] : (hires.upscalerName ?? "pixels");
  return {
    ...passOf({ ...request, ...hires }, seed, hires.denoise),
    role: "hires",
    prompt: { positive: hires.prompt ?? request.prompt, negative: hires.negative ?? request.negative },
    upscale: { method, ...hires.size },
  };
}

const METHODS = {
  nearest: "Latent (nearest)",
  "nearest-exact": "Latent (nearest-exact)",
  bilinear: "Latent",
  bicubic: "Latent (bicubic)",
} as const;
