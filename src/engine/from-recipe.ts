/** From a recipe, as a file tells it, to a request that the engine can draw, with everything that had to be assumed. */

import type { Json } from "../base/json.ts";
import type { Pass, Recipe } from "../recipe/recipe.ts";
import type { Emphasis } from "./conditioning/emphasis.ts";
import type { Variation } from "./noise/draws.ts";
import { NOISE_SOURCES, type NoiseSource } from "./noise/generator.ts";
import type { Tool } from "./plan.ts";
import type { GenerateRequest, HiresPass, InitImage, PassSettings, PixelSize, PixelUpscaler } from "./request.ts";
import type { LatentUpscaler } from "./resample.ts";
import { SAMPLERS } from "./samplers/catalogue.ts";
import { SCHEDULES } from "./schedules.ts";
import { pixelUpscaler } from "./upscalers.ts";

/** A value that the recipe does not give. */
export interface Assumed {
  /** JSON pointer into the recipe. */
  readonly field: string;
  readonly value: Json;
}

/** What a recipe comes to. */
export interface Understood {
  readonly request: GenerateRequest;
  /** What the file does not say and what was taken for it, most of it the default of the program. */
  readonly assumed: readonly Assumed[];
  /** JSON pointers to what the engine cannot follow; the image will differ for it. */
  readonly unsupported: readonly string[];
}

/** What the caller has beside the recipe. */
export interface AtHand {
  readonly init?: Omit<InitImage, "denoise">;
  /** In place of what the recipe says or leaves open: the noise of another device is worth a try. */
  readonly source?: NoiseSource;
  /** The upscaler of a name that is recorded for hires fix. */
  readonly upscaler?: (name: string) => PixelUpscaler | undefined;
}

/** What A1111 and ComfyUI start with. */
const DEFAULTS = {
  seed: "0",
  steps: 20,
  cfg: 7,
  sampler: "euler",
  denoise: 0.75,
  size: { width: 512, height: 512 },
} as const;

/** A1111's spellings of its emphasis modes, and ours. */
const EMPHASES: Readonly<Record<string, Emphasis>> = {
  ...{ Original: "original", "No norm": "no-norm", Ignore: "ignore", None: "none" },
  ...{ original: "original", "no-norm": "no-norm", ignore: "ignore", none: "none" },
};

const SOURCES = { cpu: "torch-cpu", nv: "nv", gpu: "nv" } as const;

/** Names of A1111 and ComfyUI for stretching latents. Without antialiasing the two bilinear ones are equal when enlarging. */
const LATENT_METHODS: Readonly<Record<string, LatentUpscaler>> = {
  latent: "bilinear",
  "latent (antialiased)": "bilinear",
  "latent (bicubic)": "bicubic",
  "latent (nearest)": "nearest",
  "latent (nearest-exact)": "nearest-exact",
  "nearest-exact": "nearest-exact",
  bilinear: "bilinear",
  bicubic: "bicubic",
};

/** Whose customs a recipe follows: its dialect tells. */
export function toolOf(recipe: Recipe): Tool {
  return recipe.dialect === "comfyui" ? "comfyui" : "a1111";
}

/** Total: whatever is missing is assumed and said. */
export function requestOf(recipe: Recipe, atHand: AtHand = {}): Understood {
  const assumed: Assumed[] = [];
  const unsupported: string[] = [];
  const assume = <T extends Json>(field: string, recorded: T | undefined, otherwise: T): T => {
    if (recorded !== undefined) return recorded;
    assumed.push({ field, value: otherwise });
    return otherwise;
  };
  const tool = toolOf(recipe);
  const first = recipe.passes[0] ?? {};
  const settings = settingsOf(recipe, first, tool, assume, unsupported);
  const size = assume<PixelSize & { readonly [key: string]: Json }>("/size", sizeJson(recipe.size), DEFAULTS.size);
  const hires = recipe.passes
    .slice(1)
    .flatMap((pass, i) => hiresOf(pass, i + 1, { settings, size, tool }, atHand, unsupported));
  if (recipe.passes.length > 1 + hires.length || hires.length > 1) unsupported.push("/passes");
  const { init } = atHand;
  const variation = variationOf(recipe);
  const emphasis = EMPHASES[String(recipe.extra.emphasis ?? recipe.extra.Emphasis)];
  const request: GenerateRequest = {
    ...settings,
    tool,
    dialect: recipe.dialect,
    clipSkip: recipe.clipSkip ?? 1,
    size: { width: size.width, height: size.height },
    seeds: [BigInt(assume("/seed", recipe.seed ?? first.seed, DEFAULTS.seed))],
    source: atHand.source ?? sourceOf(recipe, tool, assume),
    ...(emphasis && { emphasis }),
    ...(variation && { variation }),
    ...(recipe.variation?.resizeFrom && { resizeFrom: recipe.variation.resizeFrom }),
    ...(recipe.rng?.ensd !== undefined && { ensd: recipe.rng.ensd }),
    ...(init && { init: { ...init, denoise: assume("/passes/0/denoise", first.denoise, DEFAULTS.denoise) } }),
    ...(hires[0] && { hires: hires[0] }),
  };
  return { request, assumed, unsupported };
}

type Assume = <T extends Json>(field: string, recorded: T | undefined, otherwise: T) => T;

function settingsOf(recipe: Recipe, pass: Pass, tool: Tool, assume: Assume, unsupported: string[]): PassSettings {
  const { eta } = recipe.rng ?? {};
  // A1111's "Negative Guidance minimum sigma".
  const sMinUncond = Number(recipe.extra.NGMS ?? 0);
  const sampler = assume("/passes/0/sampler", pass.sampler && samplerId(pass), DEFAULTS.sampler);
  // A1111 before 1.9 had the schedule in the sampler's name, and none there meant the model's own levels.
  const schedule = assume("/passes/0/scheduler", pass.scheduler?.id, tool === "comfyui" ? "normal" : "uniform");
  if (!Object.hasOwn(SAMPLERS, sampler)) unsupported.push("/passes/0/sampler");
  if (schedule !== "automatic" && !Object.hasOwn(SCHEDULES, schedule)) unsupported.push("/passes/0/scheduler");
  return {
    prompt: assume("/prompt/positive", recipe.prompt.positive, ""),
    negative: recipe.prompt.negative ?? "",
    steps: assume("/passes/0/steps", pass.steps, DEFAULTS.steps),
    cfg: assume("/passes/0/cfg", pass.cfg, DEFAULTS.cfg),
    sampler,
    schedule,
    ...(eta !== undefined && { options: { eta } }),
    ...(sMinUncond > 0 && { sMinUncond }),
  };
}

/** The sampler with the variant that is another method; ComfyUI's variants on the graphics card differ in noise alone. */
function samplerId({ sampler }: Pass): string | undefined {
  return sampler?.variant === "bh2" ? `${sampler.id}-bh2` : sampler?.id;
}

/** A1111 writes down every source but the graphics card, which its NV generator stands in for; we write down all. */
function sourceOf({ rng, extra }: Recipe, tool: Tool, assume: Assume): NoiseSource {
  const told = NOISE_SOURCES.find((source) => source === extra.noise);
  if (told) return told;
  if (tool === "comfyui") return "torch-cpu";
  return SOURCES[assume("/rng/source", rng?.source, "gpu")];
}

function variationOf({ variation }: Recipe): Variation | undefined {
  if (!variation?.strength) return undefined;
  return { seeds: [BigInt(variation.seed ?? "0")], strength: variation.strength };
}

function sizeJson(size: PixelSize | undefined): (PixelSize & { readonly [key: string]: Json }) | undefined {
  return size && { width: size.width, height: size.height };
}

/** The pass as hires fix, or nothing where it is something else or its upscaler is not at hand. */
function hiresOf(
  pass: Pass,
  index: number,
  { settings: first, size: from, tool }: { settings: PassSettings; size: PixelSize; tool: Tool },
  atHand: AtHand,
  unsupported: string[],
): HiresPass[] {
  if (pass.role !== "hires") return [];
  const { upscale } = pass;
  const name = upscale?.method ?? "Latent";
  const latent = LATENT_METHODS[name.toLowerCase()];
  const upscaler = latent ?? atHand.upscaler?.(name) ?? pixelUpscaler(name);
  if (!upscaler) {
    unsupported.push(`/passes/${index}/upscale/method`);
    return [];
  }
  return [
    {
      ...hiresSize(from, upscale, tool),
      denoise: pass.denoise ?? DEFAULTS.denoise,
      upscaler,
      ...(latent === undefined && { upscalerName: name }),
      prompt: pass.prompt?.positive ?? first.prompt,
      negative: pass.prompt?.negative ?? first.negative,
      steps: pass.steps || first.steps,
      cfg: pass.cfg ?? first.cfg,
      sampler: samplerId(pass) ?? first.sampler,
      schedule: pass.scheduler?.id ?? first.schedule,
    },
  ];
}

/**
 * Both sides as they are said; one alone keeps the proportions; else the factor counts. Where both are of other proportions
 * than the first pass, A1111 enlarges until they are covered and cuts the middle out; ComfyUI stretches.
 */
function hiresSize(from: PixelSize, upscale: Pass["upscale"], tool: Tool): Pick<HiresPass, "size" | "whole"> {
  // Both programs cut sides down to whole latent cells.
  const cells = (width: number, height: number): PixelSize => ({
    width: Math.max(Math.floor(width / 8) * 8, 8),
    height: Math.max(Math.floor(height / 8) * 8, 8),
  });
  const { width = 0, height = 0, factor = 2 } = upscale ?? {};
  const wide = cells(width, Math.floor((width * from.height) / from.width));
  const high = cells(Math.floor((height * from.width) / from.height), height);
  if (width === 0 && height === 0) return { size: cells(from.width * factor, from.height * factor) };
  if (height === 0) return { size: wide };
  if (width === 0) return { size: high };
  const size = cells(width, height);
  if (tool === "comfyui") return { size };
  const whole = from.width * height < from.height * width ? wide : high;
  return whole.width === size.width && whole.height === size.height ? { size } : { size, whole };
}
