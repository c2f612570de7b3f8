/** A recipe as a job of stable-diffusion.cpp's server. @see leejet/stable-diffusion.cpp, examples/server/api.md */

import type { Finding } from "../base/findings.ts";
import { isObject, type Json, type JsonObject } from "../base/json.ts";
import type { Capabilities } from "../engine/engine.ts";
import { networkTags } from "../recipe/prompt/networks.ts";
import { promptForA1111 } from "../recipe/prompt/write-a1111.ts";
import type { Pass, Recipe } from "../recipe/recipe.ts";
import { loss, notOffered } from "./loss.ts";
import { offeredName, offeredSampler, offeredSchedule } from "./offers.ts";

/** Images beside the recipe, in Base64. */
export interface SdcppInputs {
  readonly init?: string;
  readonly mask?: string;
}

/** The body of `POST /sdcpp/v1/img_gen`, and what of the recipe it cannot say. */
export interface SdcppRequest {
  readonly body: JsonObject;
  readonly losses: readonly Finding[];
  readonly missing: readonly string[];
}

/** What is asked. Seeds are JSON numbers there: {@link seedText} puts them into the text. */
export function sdcppRequest(recipe: Recipe, inputs: SdcppInputs, offers: SdcppOffers): SdcppRequest {
  const losses: Finding[] = [];
  const first = recipe.passes[0] ?? {};
  const hires = recipe.passes.find(({ role }) => role === "hires");
  const { loras, missing } = lorasOf(recipe, offers);
  const body: Record<string, Json | undefined> = {
    prompt: withoutTags(promptForA1111(recipe.prompt.positive ?? "", recipe.dialect)),
    negative_prompt: promptForA1111(recipe.prompt.negative ?? "", recipe.dialect),
    clip_skip: recipe.clipSkip ?? -1,
    width: recipe.size?.width,
    height: recipe.size?.height,
    seed: recipe.seed ?? "-1",
    batch_count: 1,
    embed_image_metadata: true,
    sample_params: sampleParams(first, offers, losses, recipe.rng?.eta),
    lora: loras,
    ...(inputs.init !== undefined && { init_image: inputs.init, strength: first.denoise ?? 0.75 }),
    ...(inputs.mask !== undefined && { mask_image: inputs.mask }),
    ...(hires && { hires: hiresOf(hires) }),
    output_format: "png",
  };
  const defined = Object.entries(body).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  losses.push(...lossesOf(recipe, inputs));
  return { body: Object.fromEntries(defined), losses, missing };
}

/** What the server offers, with the paths of its LoRAs. */
export interface SdcppOffers extends Capabilities {
  readonly loraPaths: Readonly<Record<string, string>>;
}

function sampleParams(
  { sampler, scheduler, steps, cfg, guidance }: Pass,
  offers: SdcppOffers,
  losses: Finding[],
  eta?: number,
) {
  const method = sampler && offeredSampler(sampler, offers.samplers);
  const schedule = scheduler && scheduleOf(scheduler, offers.schedules);
  if (sampler && method === undefined) losses.push(notOffered("/passes/0/sampler", sampler.raw));
  if (scheduler && schedule === undefined && scheduler.id !== "automatic") {
    losses.push(notOffered("/passes/0/scheduler", scheduler.raw));
  }
  const scales = { txt_cfg: cfg, distilled_guidance: guidance };
  const params = { sample_method: method, scheduler: schedule, sample_steps: steps, eta, guidance: defined(scales) };
  return defined(params);
}

/** Its "discrete" is what others call normal or uniform. */
function scheduleOf(scheduler: NonNullable<Pass["scheduler"]>, offered: readonly string[]): string | undefined {
  if (/^(?:normal|uniform)$/.test(scheduler.id) && offered.includes("discrete")) return "discrete";
  return offeredSchedule(scheduler, offered);
}

function hiresOf({ steps, denoise, upscale }: Pass): JsonObject {
  return defined({
    enabled: true,
    upscaler: upscale?.method ?? "Latent",
    scale: upscale?.factor,
    target_width: upscale?.width,
    target_height: upscale?.height,
    steps,
    denoising_strength: denoise,
  });
}

/** The server takes LoRAs as a list and leaves tags in the prompt as words: they are taken out. */
function lorasOf(recipe: Recipe, offers: SdcppOffers): { loras: JsonObject[]; missing: string[] } {
  const tagged = recipe.dialect === "a1111" ? networkTags(recipe.prompt.positive ?? "") : [];
  const listed = recipe.adapters.filter(({ type }) => type === "lora" || type === "lycoris");
  const wanted = listed.length > 0 ? listed : tagged.filter(({ type }) => type !== "hypernetwork");
  const loras: JsonObject[] = [];
  const missing: string[] = [];
  for (const { name, weight = 1 } of wanted) {
    const found = offeredName(name, offers.adapters);
    if (found === undefined) missing.push(name);
    else loras.push({ path: offers.loraPaths[found] ?? found, multiplier: weight, is_high_noise: false });
  }
  return { loras, missing };
}

function withoutTags(prompt: string): string {
  let text = prompt;
  for (const { span } of networkTags(prompt).reverse()) text = text.slice(0, span[0]) + text.slice(span[1]);
  return text.trim();
}

function lossesOf(recipe: Recipe, inputs: SdcppInputs): Finding[] {
  const { rng, variation, dialect, passes } = recipe;
  const given = { init: inputs.init, mask: inputs.mask, control: undefined, reference: undefined };
  return [
    ...(dialect === "a1111" || dialect === "plain" ? [] : [loss("/prompt", NOTES.dialect)]),
    ...(rng?.source === undefined ? [] : [loss("/rng/source", NOTES.source)]),
    ...(rng?.ensd ? [loss("/rng/ensd", NOTES.ensd)] : []),
    ...(variation ? [loss("/variation", NOTES.variation)] : []),
    ...passes.flatMap(({ role }, i) => (i === 0 || role === "hires" ? [] : [loss(`/passes/${i}`, NOTES.pass)])),
    ...(recipe.inputs ?? []).flatMap(({ role }, i) =>
      given[role] === undefined ? [loss(`/inputs/${i}`, NOTES.input)] : [],
    ),
  ];
}

const NOTES = {
  dialect: {
    en: "stable-diffusion.cpp reads prompts by A1111's grammar; the same texts and weights were given",
    zh: "stable-diffusion.cpp 按 A1111 语法读取提示词；给出了相同的文本与权重",
  },
  source: {
    en: "where the noise comes from is fixed when the server starts (--rng), and its own CPU noise is PyTorch's only to 1e-6",
    zh: "噪声来源在服务器启动时确定（--rng）；其 CPU 噪声与 PyTorch 仅在 1e-6 内一致",
  },
  ensd: { en: "there is no eta noise seed delta", zh: "没有 eta 噪声种子偏移" },
  variation: { en: "there are no variation seeds", zh: "没有变体种子" },
  pass: { en: "the pass is left out", zh: "省略该阶段" },
  input: { en: "the input image is left out", zh: "省略输入图像" },
} as const;

function defined(fields: Record<string, Json | undefined>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter((field): field is [string, Json] => field[1] !== undefined));
}

/** The body as JSON text with the seed as the number that it is, all digits kept. */
export function seedText(body: JsonObject): string {
  const { seed, ...rest } = body;
  const text = JSON.stringify(rest);
  return `${text.slice(0, -1)},"seed":${String(seed)}}`;
}

/** What `GET /sdcpp/v1/capabilities` tells. */
export function readCapabilities(said: JsonObject): SdcppOffers {
  const texts = (value: Json | undefined): string[] =>
    (Array.isArray(value) ? value : []).filter((item) => typeof item === "string");
  const items = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value : []).filter(isObject);
  const name = isObject(said.model) ? String(said.model.stem ?? said.model.name ?? "") : "";
  const loras = items(said.loras).flatMap(({ name, path }) =>
    typeof name === "string" ? [[name, typeof path === "string" ? path : name] as const] : [],
  );
  return {
    models: name === "" ? [] : [{ name, hashes: [] }],
    vaes: [],
    adapters: loras.map(([lora]) => lora),
    samplers: texts(said.samplers),
    schedules: texts(said.schedulers),
    upscalers: items(said.upscalers).flatMap(({ name }) => (typeof name === "string" ? [name] : [])),
    loraPaths: Object.fromEntries(loras),
  };
}
