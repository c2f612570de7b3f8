/** A job: images that were asked for, from the asking to the last one, as it stands in the workspace. */

import { z } from "zod";
import type { EngineIdentity } from "../../engine/engine.ts";
import type { Recipe } from "../../recipe/recipe.ts";

/** Images of one job: what A1111's sliders allow, 100 × 16. */
const MAX_IMAGES = 1_600;

/** A SHA-256 as its name in addresses and files. */
export const SHA256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Which engine: the embedded one in one of its modes, or a server by its address. */
export const ENGINE = z.discriminatedUnion("name", [
  z.object({ name: z.literal("embedded"), mode: z.enum(["reference", "fast"]).default("reference") }),
  z.object({ name: z.enum(["a1111", "comfyui", "sdcpp"]), url: z.url({ protocol: /^https?$/ }) }),
]);

/** What of a recipe must be there to draw it; the engine judges the rest. */
const RECIPE = z.looseObject({
  dialect: z.enum(["a1111", "comfyui", "novelai", "invokeai", "plain"]),
  prompt: z.looseObject({ positive: z.string().max(100_000).optional(), negative: z.string().max(100_000).optional() }),
  seed: z
    .string()
    .regex(/^\d{1,20}$/)
    .optional(),
  size: z.object({ width: z.int().min(8).max(8192), height: z.int().min(8).max(8192) }).optional(),
  passes: z
    .array(z.looseObject({ steps: z.int().min(1).max(1000).optional() }))
    .min(1)
    .max(16),
  models: z
    .array(z.looseObject({ role: z.string(), name: z.string() }))
    .max(32)
    .default([]),
  adapters: z
    .array(z.looseObject({ type: z.string(), name: z.string() }))
    .max(64)
    .default([]),
  extra: z.record(z.string(), z.unknown()).default({}),
});

/** What a job is asked for with. */
export const JOB_REQUEST = z.object({
  engine: ENGINE,
  recipe: RECIPE,
  count: z.int().min(1).max(MAX_IMAGES).default(1),
  /** Images of the workspace to start from, and what is painted anew. */
  init: SHA256.optional(),
  mask: SHA256.optional(),
  /** What the job belongs to: an X/Y/Z grid gives its cells one name. */
  group: z.string().max(100).optional(),
});

/** One image of a job. */
export interface JobImage {
  /** Its place in the job, from 0. */
  readonly index: number;
  readonly seed: string;
  readonly sha256: string;
  readonly pixelsSha256: string;
  /** Path below the workspace. */
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  readonly decision?: "kept" | "rejected";
  readonly why?: string;
}

/** Where a job stands. `stopped`: somebody asked for it. */
export type JobState = "queued" | "running" | "done" | "failed" | "stopped";

/** A job as it stands in its file and is told to the page. */
export interface Job {
  readonly id: string;
  /** RFC 3339, by the own clock. */
  readonly at: string;
  readonly state: JobState;
  readonly engine: z.output<typeof ENGINE>;
  readonly recipe: Recipe;
  readonly count: number;
  readonly init?: string;
  readonly mask?: string;
  readonly group?: string;
  readonly images: readonly JobImage[];
  readonly identity?: EngineIdentity;
  /** Session that it was recorded in. */
  readonly session?: string;
  /** What could not be followed, assumed or found, in both languages. */
  readonly notes: readonly { readonly en: string; readonly zh: string }[];
  readonly error?: { readonly code: string; readonly message: string };
}

/**
 * The recipe of one image of a job: seeds count up; with a variation the variation's seed does, as in A1111.
 */
export function recipeOfImage({ recipe }: Pick<Job, "recipe">, index: number): Recipe {
  const up = (seed: string | undefined): string => String(BigInt.asUintN(64, BigInt(seed ?? "0") + BigInt(index)));
  const { variation, passes } = recipe;
  if (variation?.strength) return { ...recipe, variation: { ...variation, seed: up(variation.seed) } };
  const seed = up(recipe.seed);
  return { ...recipe, seed, passes: passes.map((pass) => (pass.seed === recipe.seed ? { ...pass, seed } : pass)) };
}
