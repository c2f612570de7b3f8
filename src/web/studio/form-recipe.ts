/** The form as a recipe, and a recipe as the form: the page's only translation, and it loses nothing that the form shows. */

import type { Capabilities } from "../../engine/engine.ts";
import { nameOneFile, stem } from "../../model/find.ts";
import { networkTags, taggedAdapters } from "../../recipe/prompt/networks.ts";
import type { Recipe } from "../../recipe/recipe.ts";
import { readSampler, readScheduler } from "../../recipe/samplers.ts";

/** What the form holds, as its fields show it. */
export interface Form {
  readonly prompt: string;
  readonly negative: string;
  readonly sampler: string;
  readonly schedule: string;
  readonly steps: number;
  readonly cfg: number;
  /** Decimal digits, or `-1` for one drawn at random. */
  readonly seed: string;
  readonly width: number;
  readonly height: number;
  readonly count: number;
  readonly clipSkip: number;
  readonly noise: "cpu" | "nv";
  readonly model: string;
  readonly vae: string;
  /** How much of the image to start from is given up, 0 … 1. */
  readonly denoise: number;
  readonly dialect: Recipe["dialect"];
}

/** A1111's own defaults. */
export const DEFAULT_FORM: Form = {
  prompt: "",
  negative: "",
  sampler: "DPM++ 2M",
  schedule: "Karras",
  steps: 20,
  cfg: 7,
  seed: "-1",
  width: 128,
  height: 128,
  count: 1,
  clipSkip: 1,
  noise: "cpu",
  model: "",
  vae: "",
  denoise: 0.75,
  dialect: "a1111",
};

/** The recipe of a form whose seed is drawn. `fromImage`: the pass begins with an image. */
export function recipeOfForm(form: Form, seed: string, fromImage: boolean): Recipe {
  const { sampler, scheduler } = readSampler(form.sampler);
  const pass = {
    seed,
    steps: form.steps,
    cfg: form.cfg,
    sampler,
    scheduler: scheduler ?? readScheduler(form.schedule),
    ...(fromImage && { denoise: form.denoise }),
  };
  return {
    dialect: form.dialect,
    mode: fromImage ? "img2img" : "txt2img",
    prompt: { positive: form.prompt, negative: form.negative },
    seed,
    size: { width: form.width, height: form.height },
    ...(form.clipSkip > 1 && { clipSkip: form.clipSkip }),
    rng: { source: form.noise },
    passes: [pass],
    models: [
      ...(form.model === "" ? [] : [{ role: "checkpoint", name: form.model, hashes: [] } as const]),
      ...(form.vae === "" ? [] : [{ role: "vae", name: form.vae, hashes: [] } as const]),
    ],
    adapters: taggedAdapters(form.prompt),
    extra: {},
  };
}

/** What of a recipe a form takes over. */
export interface Taken {
  /** Remix: everything but the seed. */
  readonly seed: boolean;
}

/** The form with a recipe's values; what the recipe does not say stays as it was. */
export function formWith(form: Form, recipe: Recipe, { seed }: Taken): Form {
  const [pass = {}] = recipe.passes;
  const side = (value: number): number => Math.max(8, Math.round(value / 8) * 8);
  return {
    ...form,
    dialect: recipe.dialect,
    prompt: recipe.prompt.positive ?? "",
    negative: recipe.prompt.negative ?? "",
    ...(pass.sampler && { sampler: pass.sampler.raw }),
    ...(pass.scheduler && { schedule: pass.scheduler.raw }),
    ...(pass.steps !== undefined && { steps: pass.steps }),
    ...(pass.cfg !== undefined && { cfg: pass.cfg }),
    ...(pass.denoise !== undefined && pass.denoise < 1 && { denoise: pass.denoise }),
    ...(recipe.size && { width: side(recipe.size.width), height: side(recipe.size.height) }),
    clipSkip: recipe.clipSkip ?? 1,
    noise: recipe.rng?.source === undefined || recipe.rng.source === "cpu" ? "cpu" : "nv",
    ...(seed ? recipe.seed !== undefined && { seed: recipe.seed } : { seed: "-1" }),
  };
}

/** Whether an engine's model is the one that a recipe names: by hash where both have one of a kind, else by name. */
export function isModel(offered: Named, named: Named): boolean {
  const comparable = named.hashes.some(({ kind }) => offered.hashes.some((own) => own.kind === kind));
  if (comparable) return nameOneFile(offered.hashes, named.hashes);
  // A1111 writes a short hash behind the name.
  const name = offered.name.replace(/ \[[0-9a-f]+\]$/, "");
  return named.name !== undefined && stem(name) === stem(named.name);
}

/** A model as an engine offers it, or a recipe names it. */
type Named = Recipe["models"][number] | Capabilities["models"][number];

/** A seed as A1111 draws one: below 2^32 − 2. */
export function drawnSeed(): string {
  const [word = 0] = crypto.getRandomValues(new Uint32Array(1));
  return String(word % 4_294_967_294);
}

/** The weight of a network tag changed in a prompt; 0 takes the tag out. */
export function withTagWeight(prompt: string, name: string, weight: number): string {
  const tag = networkTags(prompt).find((one) => one.name === name);
  if (!tag)
    return weight === 0 ? prompt : `${prompt.trimEnd()}${prompt.trim() === "" ? "" : " "}<lora:${name}:${weight}>`;
  const [from, to] = tag.span;
  const kind = /^<([^:]+):/.exec(prompt.slice(from, to))?.[1] ?? "lora";
  const put = weight === 0 ? "" : `<${kind}:${name}:${weight}>`;
  return `${prompt.slice(0, from)}${put}${prompt.slice(to)}`.replace(weight === 0 ? / {2,}/g : /$^/, " ").trim();
}

/** Whether a prompt has a word or phrase outside its network tags, whatever its case. */
export function hasWord(prompt: string, word: string): boolean {
  const isPart = (c: string | undefined): boolean => c !== undefined && /[\p{L}\p{N}_]/u.test(c);
  const [text, wanted] = [networkTags(prompt).reduceRight(withoutTag, prompt).toLowerCase(), word.toLowerCase()];
  for (let at = text.indexOf(wanted); at >= 0 && wanted !== ""; at = text.indexOf(wanted, at + 1)) {
    if (!isPart(text[at - 1]) && !isPart(text[at + wanted.length])) return true;
  }
  return false;
}

function withoutTag(prompt: string, { span: [from, to] }: { readonly span: readonly [number, number] }): string {
  return `${prompt.slice(0, from)} ${prompt.slice(to)}`;
}

/** The prompt with a word at its end, before the network tags that close it. */
export function withWord(prompt: string, word: string): string {
  const end = networkTags(prompt).reduceRight(
    (at, { span: [from, to] }) => (prompt.slice(to, at).trim() === "" ? from : at),
    prompt.length,
  );
  const [text, tags] = [prompt.slice(0, end).trimEnd(), prompt.slice(end).trim()];
  const joint = text === "" ? "" : text.endsWith(",") ? " " : ", ";
  return `${text}${joint}${word}${tags && ` ${tags}`}`;
}
