/** Missing fields searched with the embedded engine: each attempt is drawn towards the image and given up when it falls behind. */

import { SeedproofError } from "../base/errors.ts";
import type { Json } from "../base/json.ts";
import { fitted } from "../compare/fit.ts";
import { measuresOf } from "../compare/metrics.ts";
import type { Vae } from "../engine/backend.ts";
import type { LearntWord } from "../engine/conditioning/chunk.ts";
import { type Assumed, requestOf } from "../engine/from-recipe.ts";
import { encodeImage } from "../engine/inpainting.ts";
import { generate } from "../engine/pipeline.ts";
import { fromRaster, toRaster } from "../engine/pixels.ts";
import type { PixelSize, Progress } from "../engine/request.ts";
import {
  type Attempt,
  type Judged,
  openFields,
  type SearchBudget,
  type Searched,
  searchFields,
} from "../engine/search.ts";
import type { Tensor } from "../engine/tensor.ts";
import type { Raster } from "../image/raster.ts";
import type { Recipe } from "../recipe/recipe.ts";
import type { ToolId } from "../recipe/tools.ts";
import { type EmbeddedEngine, openEmbedded } from "./embedded.ts";
import { adapterFiles } from "./generate-request.ts";
import { wordsOf } from "./learnt-words.ts";
import { listShelf } from "./model-shelf.ts";

/** How far is searched. */
export interface SearchSettings extends SearchBudget {
  readonly seeds?: readonly bigint[];
  /** Values to try by JSON pointer. */
  readonly values?: Readonly<Record<string, readonly Json[]>>;
}

/** What is searched for. */
export interface SearchSubject {
  readonly recipe: Recipe;
  readonly tool: ToolId;
  readonly original: Raster;
  /** Path of the model. */
  readonly model: string;
  readonly home: string;
  readonly mode: "reference" | "fast";
  readonly workers: number;
  readonly signal?: AbortSignal;
}

/** What was done, for the report. */
export interface SearchResult {
  readonly fields: readonly { readonly field: string; readonly values: number }[];
  readonly budget: SearchBudget;
  readonly runs: number;
  /** Of them given up before their last step. */
  readonly stoppedEarly: number;
  readonly seconds: number;
  readonly ended: Searched["ended"];
  /**
   * Nearest first, at most ten. `distance` is the mean difference of samples, 0 … 1; of attempts that were given up, that of the
   * latents relative to the image's.
   */
  readonly attempts: readonly Attempt[];
}

/** Attempts that a report shows. */
const SHOWN = 10;
/** Autoencoders of the shelf that are tried. */
const MAX_VAES = 4;
/** An attempt is given up when it is farther than the best at its noise level by this factor and this much. */
const BEHIND = { factor: 1.25, margin: 0.05, afterShare: 0.3 } as const;

/** The best recipe that was found, and all that had to be assumed for it. Throws as opening the engine does. */
export async function searchRecipe(
  subject: SearchSubject,
  settings: SearchSettings,
): Promise<{
  readonly recipe: Recipe;
  readonly vae?: string;
  readonly assumed: readonly Assumed[];
  readonly result: SearchResult;
}> {
  const { recipe, original, model, home, mode, workers } = subject;
  const since = performance.now();
  const fields = openFields(recipe, { tool: subject.tool, size: original, ...settings });
  const { adapters } = adapterFiles(recipe, home);
  const { positive = "", negative = "" } = recipe.prompt;
  const learnt = await wordsOf([positive, negative], recipe.dialect, home, recipe.adapters);
  const words = learnt.map(({ word }) => word);
  const engine = await openEmbedded({ model, mode, workers, adapters });
  try {
    const race = raceOf(engine, subject, words);
    const { runs, seconds, seed } = settings;
    const clock = (): number => performance.now() / 1000;
    const searched = await searchFields(recipe, fields, race.judge, { runs, seconds, seed }, clock);
    const best = searched.attempts[0];
    const vae = await vaeOf(subject, race.latent());
    const values = Object.entries(best?.values ?? {}).map(([field, value]): Assumed => ({ field, value }));
    return {
      recipe: searched.recipe,
      ...(vae && { vae: vae.path }),
      assumed: vae ? [...values, { field: "/models/vae", value: vae.name }] : values,
      result: {
        fields: fields.map(({ field, values }) => ({ field, values: values.length })),
        budget: { runs, seconds, seed },
        runs: searched.attempts.length,
        stoppedEarly: searched.attempts.filter(({ stoppedAt }) => stoppedAt !== undefined).length,
        seconds: Math.round(performance.now() - since) / 1000,
        ended: searched.ended,
        attempts: searched.attempts.slice(0, SHOWN),
      },
    };
  } finally {
    await engine.close();
  }
}

/** Distances of one attempt by noise level, falling. */
type Course = readonly { readonly sigma: number; readonly distance: number }[];

class Behind extends Error {}

/** dB at which a latent stands for its image: Stable Diffusion's autoencoders give 25 and more. */
const TRUSTED_PSNR = 20;
/** Distance of what cannot be drawn: behind everything that can. */
const UNDRAWN = 1e6;

/**
 * Draws attempts against the best so far. Attempts are judged by their pixels; on the way they are held against the image's
 * latent, but only where the model's autoencoder gives the image back, so that the latent stands for it.
 */
function raceOf(engine: EmbeddedEngine, { original, signal }: SearchSubject, words: readonly LearntWord[]) {
  const { vae } = engine.model;
  const targets = new Map<string, Promise<Tensor | undefined>>();
  let best: { readonly course: Course; readonly distance: number; readonly latent: Tensor } | undefined;
  const targetOf = (size: PixelSize): Promise<Tensor | undefined> => {
    const key = `${size.width}x${size.height}`;
    const made = targets.get(key) ?? trustedLatent(vae, sized(original, size));
    targets.set(key, made);
    return made;
  };
  const judge = async (recipe: Recipe): Promise<Judged> => {
    const { request: asked } = requestOf(recipe);
    const request = words.length > 0 ? { ...asked, words } : asked;
    const last = request.hires ? 1 : 0;
    const target = await targetOf(request.hires?.size ?? request.size);
    const course: { sigma: number; distance: number }[] = [];
    const onProgress = ({ pass, step, steps, sigma, denoised }: Progress): void => {
      if (pass !== last || !target) return;
      const distance = distanceOf(denoised, target);
      course.push({ sigma, distance });
      if (best && step + 1 >= BEHIND.afterShare * steps && isBehind(distance, best.course, sigma)) throw new Behind();
    };
    try {
      const { value } = await generate(engine.model, request, { onProgress, ...(signal && { signal }) }).next();
      const drawn = sized(toRaster(value!.pixels, "truncate"), original);
      const distance = pixelDistance(original, drawn);
      if (best && distance >= best.distance) return { distance };
      best = { course, distance, latent: value!.latent };
      return { distance, ...(distance === 0 && { identical: true }) };
    } catch (error) {
      if (error instanceof Behind) return { distance: course.at(-1)!.distance, stoppedAt: course.length };
      // Values that this engine cannot draw end their attempt, not the search.
      const cannot = error instanceof SeedproofError && error.code.startsWith("engine.") && !signal?.aborted;
      if (cannot) return { distance: UNDRAWN, stoppedAt: 0 };
      throw error;
    }
  };
  return { judge, latent: (): Tensor | undefined => best?.latent };
}

/** The image's latent where it decodes to the image again; a model of its own kind of pictures may not know this one. */
async function trustedLatent(vae: Vae, image: Raster): Promise<Tensor | undefined> {
  const latent = await encodeImage(vae, fromRaster(image)).catch(() => undefined);
  if (!latent) return undefined;
  const { psnr } = measuresOf(image, toRaster(await vae.decode(latent), "truncate"));
  return psnr === null || psnr >= TRUSTED_PSNR ? latent : undefined;
}

/** Mean difference of samples, 0 … 1. */
function pixelDistance(a: Raster, b: Raster): number {
  const { changedShare, meanDifference } = measuresOf(a, b);
  return changedShare === 0 ? 0 : Math.max(meanDifference / 255, Number.EPSILON);
}

function sized(raster: Raster, { width, height }: PixelSize): Raster {
  return raster.width === width && raster.height === height ? raster : fitted(raster, width, height);
}

/** Root mean square of the difference, relative to that of the target. */
function distanceOf({ data }: Tensor, target: Tensor): number {
  let [off, all] = [0, 0];
  for (let i = 0; i < data.length; i++) {
    const [d, t] = [data[i]! - target.data[i]!, target.data[i]!];
    off += d * d;
    all += t * t;
  }
  return Math.round(1e6 * Math.sqrt(off / Math.max(all, 1e-12))) / 1e6;
}

/** Held against the best where it was at this noise level or the last one above it: schedules differ in their levels. */
function isBehind(distance: number, course: Course, sigma: number): boolean {
  const at = course.findLast((point) => point.sigma >= sigma * 0.999) ?? course[0];
  return at !== undefined && distance > at.distance * BEHIND.factor + BEHIND.margin;
}

/** Which autoencoder of the shelf decodes nearest to the image, where none is recorded; nothing where the model's own does. */
async function vaeOf(
  { recipe, original, model, home, mode }: SearchSubject,
  latent: Tensor | undefined,
): Promise<{ readonly name: string; readonly path: string } | undefined> {
  const shelf = listShelf(home).filter(({ architecture, runs }) => architecture.kind === "vae" && runs);
  if (!latent || shelf.length === 0 || recipe.models.some(({ role }) => role === "vae")) return undefined;
  const apart = async (vae?: string): Promise<number> => {
    const engine = await openEmbedded({ model, mode, ...(vae !== undefined && { vae }) });
    try {
      const raster = toRaster(await engine.model.vae.decode(latent), "truncate");
      return measuresOf(original, sized(raster, original)).meanDifference;
    } finally {
      await engine.close();
    }
  };
  let nearest = { apart: await apart(), vae: undefined as (typeof shelf)[number] | undefined };
  for (const vae of shelf.slice(0, MAX_VAES)) {
    // An autoencoder of other latents is none for this model.
    const distance = await apart(vae.path).catch(() => Number.POSITIVE_INFINITY);
    if (distance < nearest.apart) nearest = { apart: distance, vae };
  }
  return nearest.vae;
}
