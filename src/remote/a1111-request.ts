/**
 * A1111's HTTP API as a recipe, and a recipe as its request: `POST /sdapi/v1/txt2img` and `img2img`.
 * The field names are those that A1111 and Forge describe under `/docs` of a running server.
 */

import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import { isObject, type Json, type JsonObject } from "../base/json.ts";
import { typedHash } from "../recipe/hashes.ts";
import { networkTags } from "../recipe/prompt/networks.ts";
import { promptForA1111 } from "../recipe/prompt/write-a1111.ts";
import type { ModelRef, Named, Pass, Recipe } from "../recipe/recipe.ts";
import { readSampler, readScheduler, samplerIn, schedulerIn } from "../recipe/samplers.ts";
import { numberOf, seedOf, sizeOf, textOf } from "../recipe/values.ts";
import { loss } from "./loss.ts";

/** A request, and what of the recipe the API cannot say. */
export interface A1111Request {
  readonly path: "/sdapi/v1/txt2img" | "/sdapi/v1/img2img";
  readonly body: JsonObject;
  readonly losses: readonly Finding[];
}

/** Images beside the recipe, in Base64. */
export interface A1111Inputs {
  readonly init?: string;
  /** White where the image is painted anew. */
  readonly mask?: string;
}

/** How a server spells a pass' sampler and schedule; absent where it is asked in A1111's own words. */
export type A1111Spelling = (
  sampler: Named | undefined,
  scheduler: Named | undefined,
) => { readonly sampler?: string | undefined; readonly scheduler?: string | undefined };

const OWN_WORDS: A1111Spelling = (sampler, scheduler) => ({
  sampler: sampler && (samplerIn(sampler.id, "a1111") ?? sampler.raw),
  scheduler: scheduler && (schedulerIn(scheduler.id, "a1111") ?? scheduler.raw),
});

/**
 * The request that asks an A1111 server for this recipe: one image, nothing saved on its side, every setting said
 * instead of trusted.
 * @throws SeedproofError `remote.seed-too-large` for a seed that JSON readers would round
 */
export function a1111Request(recipe: Recipe, inputs: A1111Inputs = {}, spelling = OWN_WORDS): A1111Request {
  const first = recipe.passes[0] ?? {};
  const hires = recipe.passes.find(({ role }) => role === "hires");
  const names = spelling(first.sampler, first.scheduler);
  const body: Record<string, Json | undefined> = {
    prompt: promptOf(recipe),
    negative_prompt: promptForA1111(recipe.prompt.negative ?? "", recipe.dialect),
    seed: recipe.seed === undefined ? -1 : exactNumber(recipe.seed),
    ...variationFields(recipe),
    sampler_name: names.sampler,
    scheduler: names.scheduler,
    steps: first.steps,
    cfg_scale: first.cfg,
    distilled_cfg_scale: first.guidance,
    eta: recipe.rng?.eta,
    width: recipe.size?.width,
    height: recipe.size?.height,
    batch_size: 1,
    n_iter: 1,
    ...(hires && !inputs.init && hiresFields(hires, spelling)),
    ...(inputs.init !== undefined && imageFields(inputs, first)),
    override_settings: settingsOf(recipe),
    override_settings_restore_afterwards: true,
    send_images: true,
    save_images: false,
  };
  const path = inputs.init === undefined ? "/sdapi/v1/txt2img" : "/sdapi/v1/img2img";
  return { path, body: defined(body), losses: lossesOf(recipe, inputs) };
}

/** Adapters are words of A1111's prompt; those that it does not name yet are put at its end. */
function promptOf({ prompt, dialect, adapters }: Recipe): string {
  const text = promptForA1111(prompt.positive ?? "", dialect);
  const named = networkTags(text).map(({ name }) => name);
  const tags = adapters
    .filter(({ type, name }) => (type === "lora" || type === "lycoris") && !named.includes(name))
    .map(({ type, name, weight = 1, weightText = weight }) => {
      const both = weight === weightText ? weight : `${weightText}:${weight}`;
      return `<${type === "lora" ? "lora" : "lyco"}:${name}:${both}>`;
    });
  return [text, ...tags].filter((part) => part !== "").join(" ");
}

/** What is masked is filled with the image itself, as a mask over a latent is; the rest is A1111's default. */
function imageFields({ init, mask }: A1111Inputs, { denoise }: Pass): Record<string, Json | undefined> {
  return {
    init_images: [init!],
    denoising_strength: denoise ?? 0.75,
    resize_mode: 0,
    ...(mask !== undefined && {
      ...{ mask, mask_blur: 0, inpainting_fill: 1, inpaint_full_res: false, inpainting_mask_invert: 0 },
    }),
  };
}

/** The recipe that a request asks for, as far as it says; settings that it leaves to the server are absent. */
export function recipeOfA1111Request(path: string, body: Json): Recipe {
  const fields = isObject(body) ? body : {};
  const settings = isObject(fields.override_settings) ? fields.override_settings : {};
  const seed = seedOf(fields.seed);
  const mode = !path.includes("img2img") ? "txt2img" : fields.mask ? "inpaint" : "img2img";
  const [model, vae] = [textOf(settings.sd_model_checkpoint), textOf(settings.sd_vae)];
  const clipSkip = numberOf(settings.CLIP_stop_at_last_layers);
  const size = sizeOf(fields.width, fields.height);
  return {
    dialect: "a1111",
    mode,
    prompt: { positive: tidy(fields.prompt), negative: tidy(fields.negative_prompt) },
    ...(seed !== undefined && { seed }),
    ...variationOf(fields),
    ...(size && { size }),
    ...(clipSkip !== undefined && { clipSkip }),
    ...randomOf(fields, settings),
    passes: passesOf(fields, seed, mode),
    models: [
      ...(model === undefined ? [] : [modelNamed("checkpoint", model)]),
      ...(vae === undefined || /^(?:automatic|none)$/i.test(vae) ? [] : [modelNamed("vae", vae)]),
    ],
    adapters: networkTags(textOf(fields.prompt) ?? "").map(({ type, name, weight = 1, weightText = weight }) => ({
      ...{ type, name, weight, weightText, hashes: [] },
    })),
    ...(mode === "txt2img"
      ? {}
      : { inputs: mode === "inpaint" ? [{ role: "init" }, { role: "mask" }] : [{ role: "init" }] }),
    extra: extrasOf(fields),
  };
}

/** `name [hash]`, or either alone, as A1111 takes it. */
function modelNamed(role: ModelRef["role"], text: string): ModelRef {
  const [, name = text, hash = ""] = /^(.*?)(?: \[([0-9a-f]{8,64})\])?$/i.exec(text) ?? [];
  return { role, name, hashes: [typedHash(hash) ?? typedHash(name) ?? []].flat() };
}

/** A strength of 0 is no variation. */
function variationOf(fields: JsonObject): Pick<Recipe, "variation"> {
  const [strength = 0, seed] = [numberOf(fields.subseed_strength), seedOf(fields.subseed)];
  const resizeFrom = sizeOf(fields.seed_resize_from_w, fields.seed_resize_from_h);
  const resized = resizeFrom && resizeFrom.width > 0 && resizeFrom.height > 0 ? { resizeFrom } : {};
  if (strength === 0 && !("resizeFrom" in resized)) return {};
  return {
    variation: { ...(strength > 0 && { strength }), ...(strength > 0 && seed !== undefined && { seed }), ...resized },
  };
}

function randomOf(fields: JsonObject, settings: JsonObject): Pick<Recipe, "rng"> {
  const source = (["cpu", "gpu", "nv"] as const).find((one) => one === textOf(settings.randn_source)?.toLowerCase());
  const [ensd, eta] = [numberOf(settings.eta_noise_seed_delta), numberOf(fields.eta)];
  const rng = { ...(source && { source }), ...(ensd ? { ensd } : {}), ...(eta !== undefined && { eta }) };
  return Object.keys(rng).length === 0 ? {} : { rng };
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
  const [width, height] = [numberOf(fields.hr_resize_x), numberOf(fields.hr_resize_y)];
  const [positive, negative] = [textOf(fields.hr_prompt), textOf(fields.hr_negative_prompt)];
  const hires: Pass = {
    ...second,
    role: "hires",
    ...(denoise !== undefined && { denoise }),
    // Empty prompts are those of the first pass, sides of 0 follow the factor.
    ...((positive || negative) && { prompt: { ...(positive && { positive }), ...(negative && { negative }) } }),
    upscale: {
      ...{ ...(method !== undefined && { method }), ...(factor !== undefined && { factor }) },
      ...{ ...(width && { width }), ...(height && { height }) },
    },
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

function hiresFields(pass: Pass, spelling: A1111Spelling): Record<string, Json | undefined> {
  const { steps, denoise, upscale, cfg, prompt } = pass;
  const { sampler, scheduler } = spelling(pass.sampler, pass.scheduler);
  return {
    enable_hr: true,
    hr_second_pass_steps: steps,
    denoising_strength: denoise,
    hr_scale: upscale?.factor,
    hr_upscaler: upscale?.method,
    hr_resize_x: upscale?.width,
    hr_resize_y: upscale?.height,
    hr_sampler_name: sampler,
    hr_scheduler: scheduler,
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

function lossesOf(recipe: Recipe, inputs: A1111Inputs): Finding[] {
  const { dialect } = recipe;
  const passes = recipe.passes.flatMap(({ role, node, startStep, endStep }, i) => {
    if (startStep !== undefined || endStep !== undefined) return [loss(`/passes/${i}/startStep`, NOTES.parts)];
    const isAsked = i === 0 || (role === "hires" && inputs.init === undefined);
    return isAsked ? [] : [loss(`/passes/${i}`, NOTES.pass(role ?? node ?? String(i + 1)))];
  });
  const given = { init: inputs.init, mask: inputs.mask, control: undefined, reference: undefined };
  const missing = (recipe.inputs ?? []).flatMap(({ role }, i) =>
    given[role] === undefined ? [loss(`/inputs/${i}`, NOTES.input(role))] : [],
  );
  const adapters = recipe.adapters.flatMap(({ type, name }, i) =>
    type === "lora" || type === "lycoris" || type === "embedding" ? [] : [loss(`/adapters/${i}`, NOTES.adapter(name))],
  );
  return [
    ...(dialect === "a1111" ? [] : [loss("/prompt", NOTES.dialect(dialect))]),
    ...passes,
    ...missing,
    ...adapters,
  ];
}

const NOTES = {
  dialect: (dialect: string) => ({
    en: `the prompt is of the dialect ${dialect}; A1111 gets the same texts and weights and applies them by its own rule`,
    zh: `提示词为 ${dialect} 语法；A1111 得到相同的文本与权重，但按其自身规则应用`,
  }),
  pass: (name: string) => ({ en: `pass ${name} is left out`, zh: `省略阶段 ${name}` }),
  parts: { en: "A1111 runs a pass from its first step to its last", zh: "A1111 从第一步运行到最后一步" },
  input: (role: string) => ({ en: `input image (${role}) is left out`, zh: `省略输入图像（${role}）` }),
  adapter: (name: string) => ({ en: `${name} needs an extension and an image`, zh: `${name} 需要扩展与图像` }),
};

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
