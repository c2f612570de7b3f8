/**
 * A1111's HTTP API as a recipe, and a recipe as its request: `POST /sdapi/v1/txt2img` and `img2img`.
 * The field names are those that A1111 and Forge describe under `/docs` of a running server.
 */

import { SeedproofError } from "../base/errors.ts";
import { isObject, type Json, type JsonObject } from "../base/json.ts";
import type { Pass, Recipe } from "../recipe/recipe.ts";
import { readSampler, readScheduler, samplerIn, schedulerIn } from "../recipe/samplers.ts";
import { numberOf, seedOf, sizeOf, textOf } from "../recipe/values.ts";

/** A request, and what of the recipe the API cannot say. */
export interface A1111Request {
  readonly path: "/sdapi/v1/txt2img";
  readonly body: JsonObject;
  readonly losses: readonly string[];
}

/**
 * The request that asks an A1111 server for this recipe: one image, nothing saved on its side, every setting said
 * instead of trusted.
 * @throws SeedproofError `remote.seed-too-large` for a seed that JSON readers would round
 */
export function a1111Request(recipe: Recipe): A1111Request {
  const first = recipe.passes[0] ?? {};
  const hires = recipe.passes.find(({ role }) => role === "hires");
  const losses = lossesOf(recipe);
  const body: Record<string, Json | undefined> = {
    prompt: recipe.prompt.positive ?? "",
    negative_prompt: recipe.prompt.negative ?? "",
    seed: recipe.seed === undefined ? -1 : exactNumber(recipe.seed),
    ...variationFields(recipe),
    ...samplerFields(first),
    steps: first.steps,
    cfg_scale: first.cfg,
    distilled_cfg_scale: first.guidance,
    width: recipe.size?.width,
    height: recipe.size?.height,
    batch_size: 1,
    n_iter: 1,
    ...(hires && hiresFields(hires)),
    override_settings: settingsOf(recipe),
    override_settings_restore_afterwards: true,
    send_images: true,
    save_images: false,
  };
  return { path: "/sdapi/v1/txt2img", body: defined(body), losses };
}

/** The recipe that a request asks for, as far as it says; settings that it leaves to the server are absent. */
export function recipeOfA1111Request(path: string, body: Json): Recipe {
  const fields = isObject(body) ? body : {};
  const settings = isObject(fields.override_settings) ? fields.override_settings : {};
  const seed = seedOf(fields.seed);
  const mode = !path.includes("img2img") ? "txt2img" : fields.mask ? "inpaint" : "img2img";
  const model = textOf(settings.sd_model_checkpoint);
  const clipSkip = numberOf(settings.CLIP_stop_at_last_layers);
  const size = sizeOf(fields.width, fields.height);
  return {
    dialect: "a1111",
    mode,
    prompt: { positive: tidy(fields.prompt), negative: tidy(fields.negative_prompt) },
    ...(seed !== undefined && { seed }),
    ...(size && { size }),
    ...(clipSkip !== undefined && { clipSkip }),
    passes: passesOf(fields, seed, mode),
    models: model === undefined ? [] : [{ role: "checkpoint", name: model, hashes: [] }],
    adapters: [],
    ...(mode === "txt2img"
      ? {}
      : { inputs: mode === "inpaint" ? [{ role: "init" }, { role: "mask" }] : [{ role: "init" }] }),
    extra: extrasOf(fields),
  };
}

/** Images and masks are inputs by their hash, not text; what has a field of its own is not repeated. */
const NOT_EXTRA =
  /^(?:prompt|negative_prompt|seed|steps|cfg_scale|width|height|sampler_(?:name|index)|scheduler|denoising_strength|init_images|mask|hr_.*|enable_hr)$/;

function extrasOf(fields: JsonObject): JsonObject {
  const kept = Object.entries(fields).filter(([key, value]) => !NOT_EXTRA.test(key) && !isPicture(value));
  return Object.fromEntries(kept.slice(0, 200));
}

/** Base64 pictures inside script arguments. */
function isPicture(value: Json): boolean {
  return JSON.stringify(value).length > 20_000;
}

function passesOf(fields: JsonObject, seed: string | undefined, mode: string): Pass[] {
  const denoise = numberOf(fields.denoising_strength);
  const first = passOf(fields.sampler_name ?? fields.sampler_index, fields.scheduler, fields.steps, fields.cfg_scale);
  const base: Pass = {
    ...first,
    ...(seed !== undefined && { seed }),
    ...(mode !== "txt2img" && denoise !== undefined && { denoise }),
  };
  if (fields.enable_hr !== true) return [base];
  const second = passOf(fields.hr_sampler_name, fields.hr_scheduler, fields.hr_second_pass_steps, fields.hr_cfg);
  const [factor, method] = [numberOf(fields.hr_scale), textOf(fields.hr_upscaler)];
  const hires: Pass = {
    ...second,
    role: "hires",
    ...(denoise !== undefined && { denoise }),
    upscale: { ...(method !== undefined && { method }), ...(factor !== undefined && { factor }) },
  };
  return [base, hires];
}

function passOf(
  sampler: Json | undefined,
  schedule: Json | undefined,
  steps: Json | undefined,
  cfg: Json | undefined,
): Pass {
  const name = textOf(sampler);
  const read = name === undefined || name === "" ? undefined : readSampler(name);
  const said = textOf(schedule);
  const scheduler = said ? readScheduler(said) : read?.scheduler;
  const [count, scale] = [numberOf(steps), numberOf(cfg)];
  return {
    ...(read && { sampler: read.sampler }),
    ...(scheduler && { scheduler }),
    ...(count !== undefined && count > 0 && { steps: count }),
    ...(scale !== undefined && { cfg: scale }),
  };
}

function samplerFields({ sampler, scheduler }: Pass): Record<string, Json | undefined> {
  return {
    sampler_name: sampler && (samplerIn(sampler.id, "a1111") ?? sampler.raw),
    scheduler: scheduler && (schedulerIn(scheduler.id, "a1111") ?? scheduler.raw),
  };
}

function hiresFields({
  steps,
  denoise,
  upscale,
  sampler,
  scheduler,
  cfg,
  prompt,
}: Pass): Record<string, Json | undefined> {
  return {
    enable_hr: true,
    hr_second_pass_steps: steps,
    denoising_strength: denoise,
    hr_scale: upscale?.factor,
    hr_upscaler: upscale?.method,
    hr_resize_x: upscale?.width,
    hr_resize_y: upscale?.height,
    hr_sampler_name: sampler && (samplerIn(sampler.id, "a1111") ?? sampler.raw),
    hr_scheduler: scheduler && (schedulerIn(scheduler.id, "a1111") ?? scheduler.raw),
    hr_cfg: cfg,
    hr_prompt: prompt?.positive,
    hr_negative_prompt: prompt?.negative,
  };
}

function variationFields({ variation }: Recipe): Record<string, Json | undefined> {
  if (!variation) return {};
  return {
    subseed: variation.seed === undefined ? undefined : exactNumber(variation.seed),
    subseed_strength: variation.strength,
    seed_resize_from_w: variation.resizeFrom?.width,
    seed_resize_from_h: variation.resizeFrom?.height,
  };
}

/** A checkpoint is asked for by its hash where one is known: names differ from machine to machine. */
function settingsOf({ models, clipSkip, rng }: Recipe): JsonObject {
  const checkpoint = models.find(({ role }) => role === "checkpoint");
  const vae = models.find(({ role }) => role === "vae");
  const hash = checkpoint?.hashes.find(({ kind }) => kind === "sha256" || kind === "autov2");
  return defined({
    sd_model_checkpoint: hash?.value.slice(0, 10) ?? checkpoint?.name,
    sd_vae: vae?.name,
    CLIP_stop_at_last_layers: clipSkip,
    eta_noise_seed_delta: rng?.ensd,
    randn_source: rng?.source?.toUpperCase(),
  });
}

function lossesOf(recipe: Recipe): string[] {
  return [
    ...(recipe.dialect === "a1111" ? [] : [`prompt dialect ${recipe.dialect} is read as a1111`]),
    ...recipe.passes
      .filter(({ role }, i) => i > 0 && role !== "hires")
      .map(({ role, node }) => `pass ${role ?? node ?? "after the first"} is left out`),
    ...(recipe.inputs ?? []).map(({ role }) => `input image (${role}) is left out`),
  ];
}

function exactNumber(seed: string): number {
  const value = Number(seed);
  if (Number.isSafeInteger(value)) return value;
  throw new SeedproofError(
    "remote.seed-too-large",
    `the seed ${seed} is larger than this server's JSON can carry exactly`,
  );
}

function tidy(value: Json | undefined): string {
  return (textOf(value) ?? "").replaceAll("\r\n", "\n").trim();
}

function defined(fields: Record<string, Json | undefined>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter((field): field is [string, Json] => field[1] !== undefined));
}
