/** `--engine` and the options beside it, as an engine and an order for it. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { SeedproofError } from "../base/errors.ts";
import type { Engine, EngineOrder } from "../engine/engine.ts";
import { modelPath } from "../node/find-model.ts";
import { type EngineChoice, openEngine, readEngineChoice } from "../node/open-engine.ts";
import type { Recipe } from "../recipe/recipe.ts";
import type { GenerateOptions } from "./generate-options.ts";
import { VERSION } from "./version.ts";

/** Reads `--engine`. @throws InvalidArgumentError for what is no engine */
export function engineChoice(text: string): EngineChoice {
  try {
    return readEngineChoice(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/** Path of the embedded model that tells the size of images where nothing else does. @throws SeedproofError `engine.model-none` */
export function sizingModel({ engine, model }: GenerateOptions, home: string): string | undefined {
  return engine.name === "embedded" ? resolve(modelPath(model, home)) : undefined;
}

/** Opens the engine that the options name. */
export function engineOf(options: GenerateOptions, home: string): Promise<Engine> {
  const { engine, mode, workers, vae } = options;
  return openEngine(engine, {
    ...{ home, version: VERSION, mode, workers },
    ...(engine.name === "embedded" && { model: resolve(modelPath(options.model, home)) }),
    ...(engine.name === "embedded" && vae !== undefined && { vae: modelPath(vae, home) }),
  });
}

/**
 * What is asked of the engine: the recipe with the files beside it. For a server `--model` and `--vae` are names of its own.
 * @throws SeedproofError `file.not-found`
 */
export async function orderOf(recipe: Recipe, options: GenerateOptions): Promise<EngineOrder> {
  const { batch = 1, init, mask, from } = options;
  const graph = options.engine.name === "comfyui" && from !== undefined ? await graphOf(from) : undefined;
  return {
    ...(graph !== undefined && isAsRecorded(options) && { graph }),
    recipe: options.engine.name === "embedded" ? recipe : withServerModels(recipe, options),
    count: batch,
    ...(init !== undefined && { init: fileBytes(init) }),
    ...(mask !== undefined && { mask: fileBytes(mask) }),
  };
}

/** The graph that an image carries. @throws as reading the image does */
async function graphOf(image: string): Promise<string | undefined> {
  const { recordedGraph } = await import("../recipe/write-comfyui.ts");
  const { readImage } = await import("../node/read-image.ts");
  return recordedGraph((await readImage(image)).blocks);
}

/** Whether nothing but the seed is said in place of what the image records: then its graph is run as it stands. */
function isAsRecorded(options: GenerateOptions): boolean {
  const {
    prompt,
    negative,
    steps,
    sampler,
    schedule,
    cfg,
    size,
    vae,
    clipSkip,
    dialect,
    rng,
    init,
    mask,
    denoise,
    model,
  } = options;
  const said = [
    prompt,
    negative,
    steps,
    sampler,
    schedule,
    cfg,
    size,
    vae,
    clipSkip,
    dialect,
    rng,
    init,
    mask,
    denoise,
    model,
  ];
  return options.lora.length === 0 && said.every((value) => value === undefined);
}

function withServerModels(recipe: Recipe, { model, vae }: GenerateOptions): Recipe {
  const named = [
    ...(model === undefined ? [] : [{ role: "checkpoint", name: model, hashes: [] } as const]),
    ...(vae === undefined ? [] : [{ role: "vae", name: vae, hashes: [] } as const]),
  ];
  const kept = recipe.models.filter(({ role }) => !named.some((one) => one.role === role));
  return { ...recipe, models: [...named, ...kept] };
}

function fileBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new SeedproofError("file.not-found", `${file} cannot be read`, { where: { file }, cause });
  }
}
