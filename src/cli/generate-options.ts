/** Options of `seedproof generate`, and the recipe that they come to. */

import { randomInt } from "node:crypto";
import { SeedproofError } from "../base/errors.ts";
import { trainedSize } from "../node/find-model.ts";
import type { EngineChoice } from "../node/open-engine.ts";
import { readImage } from "../node/read-image.ts";
import { readRecipeFile } from "../node/recipe-file.ts";
import { networkTags, taggedAdapters } from "../recipe/prompt/networks.ts";
import type { Adapter, Dialect, Pass, Recipe, Size } from "../recipe/recipe.ts";
import { readSampler, readScheduler } from "../recipe/samplers.ts";
import type { GlobalOptions } from "./output.ts";

/** A1111 draws random seeds below this. */
const RANDOM_SEEDS = 4_294_967_294;

/** As the command line gives them. */
export interface GenerateOptions extends GlobalOptions {
  readonly prompt?: string;
  readonly negative?: string;
  readonly steps?: number;
  readonly sampler?: string;
  readonly schedule?: string;
  readonly cfg?: number;
  readonly seed?: string;
  readonly size?: Size;
  readonly batch: number;
  readonly lora: readonly Adapter[];
  readonly vae?: string;
  readonly clipSkip?: number;
  readonly dialect?: Dialect;
  readonly rng?: "cpu" | "gpu" | "nv";
  readonly init?: string;
  readonly mask?: string;
  readonly denoise?: number;
  readonly recipe?: string;
  readonly from?: string;
  readonly infotext?: string;
  readonly engine: EngineChoice;
  readonly mode: "reference" | "fast";
  readonly workers: number;
  readonly model?: string;
  readonly output: string;
  readonly force?: boolean;
  readonly aigcProducer?: string;
  readonly resume?: boolean;
}

/**
 * The recipe of the source, with what the options say in its place; a seed is drawn where none is said.
 * @param model - path of the model, whose own size is taken where none is said; `undefined` for a server's
 * @throws SeedproofError `cli.usage`, `recipe.none`, and what reading the source throws
 */
export async function wantedRecipe(options: GenerateOptions, model: string | undefined): Promise<Recipe> {
  const source = await sourceRecipe(options);
  const size = options.size ?? source?.size ?? (options.init || model === undefined ? undefined : trainedSize(model));
  const base: Recipe = source ?? {
    dialect: options.dialect ?? "a1111",
    prompt: {},
    passes: [{ sampler: readSampler("DPM++ 2M").sampler, scheduler: readScheduler("Automatic"), steps: 20, cfg: 7 }],
    models: [],
    adapters: [],
    rng: { source: "cpu" },
    extra: {},
  };
  const { seed: recorded, ...rest } = base;
  const seed = options.seed === undefined ? recorded : seedOf(options.seed);
  return {
    ...rest,
    dialect: options.dialect ?? base.dialect,
    prompt: {
      ...base.prompt,
      positive: options.prompt ?? base.prompt.positive ?? "",
      negative: options.negative ?? base.prompt.negative ?? "",
    },
    seed: seed ?? String(randomInt(RANDOM_SEEDS)),
    ...(size && { size }),
    ...(options.clipSkip !== undefined && { clipSkip: options.clipSkip }),
    ...(options.rng && { rng: { ...base.rng, source: options.rng } }),
    passes: [{ ...base.passes[0], ...passOptions(options) }, ...base.passes.slice(1)],
    adapters: [...adaptersOf(base, options), ...options.lora],
  };
}

/** A1111's prompts name their adapters themselves: with another prompt come others. */
function adaptersOf(base: Recipe, { prompt, dialect = base.dialect }: GenerateOptions): readonly Adapter[] {
  if (prompt === undefined || dialect !== "a1111") return base.adapters;
  const before = networkTags(base.prompt.positive ?? "").map(({ name }) => name);
  const tagged = taggedAdapters(prompt).map((adapter): Adapter => {
    return { ...adapter, hashes: base.adapters.find(({ name }) => name === adapter.name)?.hashes ?? [] };
  });
  return [...base.adapters.filter(({ name }) => !before.includes(name)), ...tagged];
}

async function sourceRecipe({ recipe, from, infotext }: GenerateOptions): Promise<Recipe | undefined> {
  if ([recipe, from, infotext].filter((source) => source !== undefined).length > 1) {
    throw new SeedproofError("cli.usage", "one of --recipe, --from and --infotext, not several");
  }
  const file = recipe ?? infotext;
  if (file !== undefined) return readRecipeFile(file);
  if (from === undefined) return undefined;
  const reading = await readImage(from);
  if (reading.recipe) return reading.recipe;
  throw new SeedproofError("recipe.none", `${from} holds no recipe`, { where: { file: from } });
}

function passOptions({ steps, cfg, sampler, schedule, denoise }: GenerateOptions): Pass {
  const named = sampler === undefined ? undefined : readSampler(sampler);
  const scheduler = schedule === undefined ? named?.scheduler : readScheduler(schedule);
  return {
    ...(steps !== undefined && { steps }),
    ...(cfg !== undefined && { cfg }),
    ...(named && { sampler: named.sampler, scheduler: scheduler ?? readScheduler("Automatic") }),
    ...(scheduler && { scheduler }),
    ...(denoise !== undefined && { denoise }),
  };
}

function seedOf(text: string): string | undefined {
  if (text === "-1") return undefined;
  if (/^\d{1,20}$/.test(text) && BigInt(text) < 1n << 64n) return text;
  throw new SeedproofError("cli.usage", `"${text}" is no seed from 0 to 2^64-1, nor -1`);
}
