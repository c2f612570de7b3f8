/** `POST /sdapi/v1/txt2img` and `img2img`: a client's request drawn by the engine and answered in A1111's form. */

import { randomInt, randomUUID } from "node:crypto";
import { SeedproofError } from "../../../base/errors.ts";
import type { Json, JsonObject } from "../../../base/json.ts";
import { isObject } from "../../../base/json.ts";
import type { Capabilities, EngineImage, EngineOrder } from "../../../engine/engine.ts";
import { ownTexts } from "../../../engine/own-png.ts";
import type { Recipe } from "../../../recipe/recipe.ts";
import { numberOf, seedOf, textOf } from "../../../recipe/values.ts";
import { writeInfotext } from "../../../recipe/write-infotext.ts";
import { recipeOfA1111Request } from "../../../remote/a1111-request.ts";
import { offeredModel, offeredName, offeredSampler, offeredSchedule } from "../../../remote/offers.ts";
import { type FaceDeps, recorded } from "../deps.ts";
import type { Turns } from "../turns.ts";
import { FaceError } from "./errors.ts";
import type { Job, Jobs } from "./jobs.ts";
import type { Options } from "./options.ts";
import { isFilled, type Prepared, prepare } from "./pictures.ts";

/** What generating needs. */
export interface Drawing {
  readonly deps: FaceDeps;
  readonly turns: Turns;
  readonly jobs: Jobs;
  readonly options: Options;
}

/** A1111 draws random seeds below this. */
const RANDOM_SEEDS = 4_294_967_294;
/** Least time between previews in milliseconds: each takes the autoencoder once. */
const PREVIEW_MS = 1_500;

/** Draws a request. @throws FaceError, BadRequest, SeedproofError: nothing was drawn; an interrupted job gives what was ready */
export async function drawA1111(drawing: Drawing, path: string, text: string, fields: JsonObject): Promise<JsonObject> {
  const { deps, turns, options } = drawing;
  refuseScripts(fields);
  const tell = await recorded(deps.record, { kind: "a1111", path, body: text });
  try {
    const prepared = path.endsWith("img2img") ? await prepare(fields) : undefined;
    const offers = await deps.engine.capabilities();
    const { recipe, lost } = wanted(path, fields, options.get(), offers, prepared);
    // The embedded engine refuses what it cannot follow; a server leaves it out, and says so here.
    const left = deps.engine.name === "embedded" ? [] : (await deps.engine.resolve(orderOf(recipe, prepared))).losses;
    const images = await turns.run(() => drawAll(drawing, recipe, fields, prepared));
    await tell({
      status: "done",
      images: images.map(({ bytes }) => bytes),
      seeds: images.map(({ seed }) => seed),
      cached: false,
    });
    return answerOf(fields, recipe, images, [...lost, ...left.map(({ text }) => text.en)]);
  } catch (error) {
    await tell({ status: "failed", why: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}

/** Scripts are A1111's own programs: without them the image would be another one. */
function refuseScripts(fields: JsonObject): void {
  if (textOf(fields.script_name)) throw new FaceError(422, `Script '${textOf(fields.script_name)}' not found`);
  const always = isObject(fields.alwayson_scripts) ? Object.entries(fields.alwayson_scripts) : [];
  const used = always.find(([, script]) => isObject(script) && Array.isArray(script.args) && script.args.length > 0);
  if (used) throw new FaceError(422, `always on script ${used[0]} not found`);
  if (fields.restore_faces === true)
    throw new FaceError(422, "restore_faces needs a model that this engine does not have");
  if (fields.tiling === true) throw new FaceError(422, "tiling is not followed");
  if (textOf(fields.refiner_checkpoint)) throw new FaceError(422, "a refiner is not followed");
  if (isFilled(fields.styles)) throw new FaceError(422, "there are no styles");
}

/** The request as a recipe, with the settings that stand where it says nothing and names of what is at hand. */
function wanted(
  path: string,
  fields: JsonObject,
  settings: JsonObject,
  offers: Capabilities,
  prepared: Prepared | undefined,
): { recipe: Recipe; lost: string[] } {
  const own = isObject(fields.override_settings) ? fields.override_settings : {};
  const asked = recipeOfA1111Request(path, { ...fields, override_settings: { ...settings, ...own } });
  const lost: string[] = [];
  const models = asked.models.flatMap((model) => {
    if (model.role === "vae") {
      if (offeredName(model.name, offers.vaes) === undefined) throw new FaceError(422, `there is no VAE ${model.name}`);
      return [model];
    }
    // Nothing chosen yet: the first model, as `options` says.
    if (model.name === "") return offers.models.slice(0, 1).map(({ name, hashes }) => ({ ...model, name, hashes }));
    const found = offeredModel(model, offers.models);
    if (!found)
      throw new FaceError(
        422,
        `there is no checkpoint ${model.name}; A1111 would have taken another one and said nothing`,
      );
    return [{ ...model, name: found.name }];
  });
  // Only what is offered is looked for: a name is no path.
  const adapters = asked.adapters.filter(({ name }) => {
    const here = offeredName(name, offers.adapters) !== undefined;
    if (!here) lost.push(`Networks not found: ${name}`);
    return here;
  });
  checkNames(asked, offers);
  for (const [name, plain] of Object.entries(CHURN)) {
    const value = numberOf(fields[name]);
    if (value !== undefined && value !== plain) lost.push(`${name} ${value} is not followed`);
  }
  const size = prepared?.size ?? asked.size ?? { width: 512, height: 512 };
  const seed = asked.seed ?? String(randomInt(RANDOM_SEEDS));
  const [first = {}, ...others] = asked.passes;
  const passes = [{ steps: 50, cfg: 7, ...first, seed }, ...others];
  return { recipe: { ...asked, seed, size, models, adapters, passes, extra: {}, ...mixed(asked, fields) }, lost };
}

/** Settings of samplers that are not followed, and the values that change nothing. */
const CHURN = { s_churn: 0, s_tmin: 0, s_noise: 1, s_min_uncond: 0 } as const;

/** A variation's seed of −1 is drawn at random too. */
function mixed({ variation }: Recipe, fields: JsonObject): Pick<Recipe, "variation"> {
  if (!variation) return {};
  return {
    variation: { ...variation, seed: variation.seed ?? seedOf(fields.subseed) ?? String(randomInt(RANDOM_SEEDS)) },
  };
}

function checkNames({ passes }: Recipe, { samplers, schedules, upscalers }: Capabilities): void {
  for (const { sampler, scheduler, upscale } of passes) {
    const method = upscale?.method;
    if (method && offeredName(method, upscalers) === undefined && !/^latent/i.test(method))
      throw new FaceError(422, `could not find upscaler named ${method}`);
    if (sampler && offeredSampler(sampler, samplers) === undefined) throw new FaceError(404, "Sampler not found");
    const plain = scheduler?.id === "automatic" || scheduler?.raw === "Use same scheduler";
    if (scheduler && !plain && offeredSchedule(scheduler, schedules) === undefined) {
      throw new FaceError(404, "Scheduler not found");
    }
  }
}

/** All images of a request. Each is an order of its own, so that it can be skipped. */
async function drawAll(
  drawing: Drawing,
  recipe: Recipe,
  fields: JsonObject,
  prepared?: Prepared,
): Promise<EngineImage[]> {
  const count = (numberOf(fields.batch_size) ?? 1) * (numberOf(fields.n_iter) ?? 1);
  const job = drawing.jobs.begin(textOf(fields.force_task_id) || `task(${randomUUID()})`, count);
  const images: EngineImage[] = [];
  try {
    for (; job.image < count && !job.stop.signal.aborted; job.image++) {
      job.skip = new AbortController();
      const image = await drawOne(drawing, job, numbered(recipe, job.image), prepared);
      if (image) images.push(image);
    }
  } finally {
    drawing.jobs.end(job);
  }
  return images;
}

/** With a variation the seed stays and the variation's is counted up. */
function numbered(recipe: Recipe, index: number): Recipe {
  const counted = (seed: string): string => String(BigInt.asUintN(64, BigInt(seed) + BigInt(index)));
  const { variation, seed = "0" } = recipe;
  if (variation?.strength) return { ...recipe, variation: { ...variation, seed: counted(variation.seed ?? "0") } };
  const passes = recipe.passes.map((pass) => (pass.seed === seed ? { ...pass, seed: counted(seed) } : pass));
  return { ...recipe, seed: counted(seed), passes };
}

function orderOf(recipe: Recipe, prepared: Prepared | undefined): EngineOrder {
  return { recipe, ...(prepared && { init: prepared.init }), ...(prepared?.mask && { mask: prepared.mask }) };
}

async function drawOne(
  { deps, options }: Drawing,
  job: Job,
  recipe: Recipe,
  prepared?: Prepared,
): Promise<EngineImage | undefined> {
  const signal = AbortSignal.any([job.stop.signal, job.skip.signal]);
  const hooks = {
    signal,
    ...(options.get().live_previews_enable === true && { previewMs: PREVIEW_MS }),
    onProgress: (at: NonNullable<Job["at"]>) => {
      job.at = at;
      if (at.preview) job.preview = at.preview;
    },
  };
  try {
    const { value } = await deps.engine.generate(orderOf(recipe, prepared), hooks).next();
    if (!value) throw new SeedproofError("engine.process-failed", "no image was drawn");
    if (!prepared?.finish || deps.engine.name !== "embedded") return value;
    // What is kept of the original is laid back pixel by pixel; a connected server has done so itself.
    const whole = await prepared.finish(value.bytes);
    return { ...value, bytes: ownTexts(whole, value.recipe) };
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

function answerOf(
  fields: JsonObject,
  recipe: Recipe,
  images: readonly EngineImage[],
  lost: readonly string[],
): JsonObject {
  const infotexts = images.map(({ recipe: drawn }) => writeInfotext(drawn).text);
  const number = (seed: string | undefined): Json => (seed === undefined ? -1 : Number(seed));
  const [first] = recipe.passes;
  const model = images[0]?.recipe.models.find(({ role }) => role === "checkpoint");
  const seeds = images.map(({ seed }) => number(seed));
  const info = {
    prompt: recipe.prompt.positive ?? "",
    all_prompts: images.map(() => recipe.prompt.positive ?? ""),
    negative_prompt: recipe.prompt.negative ?? "",
    all_negative_prompts: images.map(() => recipe.prompt.negative ?? ""),
    seed: seeds[0] ?? number(recipe.seed),
    all_seeds: seeds,
    subseed: number(recipe.variation?.seed),
    all_subseeds: images.map(({ recipe: drawn }) => number(drawn.variation?.seed)),
    subseed_strength: recipe.variation?.strength ?? 0,
    ...{ width: recipe.size?.width ?? 0, height: recipe.size?.height ?? 0 },
    sampler_name: first?.sampler?.raw ?? "Euler",
    ...{ cfg_scale: first?.cfg ?? 7, steps: first?.steps ?? 20, batch_size: numberOf(fields.batch_size) ?? 1 },
    restore_faces: false,
    sd_model_name: model?.name ?? null,
    sd_model_hash: model?.hashes[0]?.value.slice(0, 10) ?? null,
    denoising_strength: first?.denoise ?? null,
    extra_generation_params: {},
    index_of_first_image: 0,
    infotexts,
    styles: [],
    job_timestamp: "0",
    clip_skip: recipe.clipSkip ?? 1,
    is_using_inpainting_conditioning: false,
    version: "seedproof",
    // Ours: what was asked for and not followed, and what the engine says of the run.
    seedproof: {
      lost: [...lost],
      findings: JSON.parse(JSON.stringify(images.flatMap(({ findings }) => findings))) as Json,
    },
  };
  return {
    images: fields.send_images === false ? [] : images.map(({ bytes }) => Buffer.from(bytes).toString("base64")),
    parameters: { ...fields, ...(fields.include_init_images === true ? {} : { init_images: null, mask: null }) },
    info: withSeeds(JSON.stringify(info), images),
  };
}

/** Seeds beyond 2^53 are numbers all the same: A1111's clients read them so. */
function withSeeds(text: string, images: readonly EngineImage[]): string {
  const exact = images.map(({ seed }) => seed).join(", ");
  return text
    .replace(/"all_seeds":\[[^\]]*\]/, `"all_seeds":[${exact}]`)
    .replace(/"seed":[-\d.e+]+/, images[0] ? `"seed":${images[0].seed}` : "$&");
}
