/** What is missing to make an image again from what its file says. */

import type { FoundModel } from "../model/find.ts";
import type { Recipe } from "./recipe.ts";
import type { ToolId } from "./tools.ts";

/** Codes of things that a reproduction needs and the file does not give. Public; a code keeps its meaning. */
export type Missing =
  | "prompt"
  | "runtime-prompt"
  | "seed"
  | "sampler"
  | "scheduler"
  | "steps"
  | "cfg"
  | "size"
  | "model"
  | "model-hash"
  | "model-file"
  | "vae"
  | "adapter-hash"
  | "adapter-file"
  | "init-image"
  | "mask"
  | "control-image"
  | "rng-source"
  | "tool-version"
  | "environment"
  | "service";

/** Whether an image can be made again from its file and the files at hand, and what is missing for it. */
export interface Reproducibility {
  readonly ready: boolean;
  readonly missing: readonly Missing[];
}

/** Services that run models which nobody else has: no input makes the image again elsewhere. */
const SERVICES: ReadonlySet<ToolId> = new Set<ToolId>(
  "midjourney openai google adobe-firefly bfl-flux xai-grok doubao jimeng kling samsung novelai".split(" ") as ToolId[],
);

/** Tools that draw noise where their settings say, and write the setting down only when it is not the default. */
const RNG_BY_SETTING: ReadonlySet<ToolId> = new Set<ToolId>(
  "a1111 forge forge-classic forge-neo reforge sd-next civitai stability-matrix".split(" ") as ToolId[],
);

/**
 * What is missing to make the image again. Model and adapter files always are until a folder with them is named:
 * `present` gives the names found there by hash.
 */
export function reproducibilityOf(
  tool: ToolId,
  recipe: Recipe,
  present: { readonly models?: boolean; readonly adapters?: boolean } = {},
): Reproducibility {
  const first = recipe.passes[0] ?? {};
  const needs: readonly (readonly [Missing, boolean])[] = [
    ["service", SERVICES.has(tool)],
    ["prompt", recipe.prompt.positive === undefined],
    ["runtime-prompt", recipe.prompt.positive === undefined && recipe.prompt.template !== undefined],
    ["seed", recipe.seed === undefined],
    ["steps", first.steps === undefined],
    ["sampler", first.sampler === undefined],
    ["scheduler", first.sampler !== undefined && first.scheduler === undefined],
    ["cfg", first.cfg === undefined && first.guidance === undefined],
    ["size", recipe.size === undefined && !startsFromImage(recipe)],
    ["model", recipe.models.length === 0],
    ["model-hash", recipe.models.some((model) => model.role !== "vae" && model.hashes.length === 0)],
    ["model-file", !SERVICES.has(tool) && !present.models],
    ["vae", RNG_BY_SETTING.has(tool) && !recipe.models.some((model) => model.role === "vae")],
    ["adapter-hash", recipe.adapters.some((adapter) => adapter.hashes.length === 0)],
    ["adapter-file", recipe.adapters.length > 0 && !present.adapters],
    ["init-image", startsFromImage(recipe)],
    ["mask", recipe.mode === "inpaint"],
    [
      "control-image",
      recipe.adapters.some(({ type }) => /^(controlnet|ipadapter|t2i)$/.test(type)) || hasControl(recipe),
    ],
    ["rng-source", RNG_BY_SETTING.has(tool) && recipe.rng?.source === undefined],
    ["tool-version", recipe.toolVersion === undefined],
    // No generator writes down its libraries, drivers, precision and attention kernel, all of which move pixels.
    ["environment", tool !== "seedproof"],
  ];
  const missing = needs.filter(([, lacks]) => lacks).map(([code]) => code);
  return { ready: missing.length === 0, missing };
}

/** What is missing when these files are at hand. A file of the right name counts where the recipe gives no hash. */
export function reproducibilityWith(
  tool: ToolId,
  recipe: Recipe,
  { models, adapters }: { readonly models: readonly FoundModel[]; readonly adapters: readonly FoundModel[] },
): Reproducibility {
  const here = (found: readonly FoundModel[]): boolean => found.every(({ by }) => by === "hash" || by === "name");
  return reproducibilityOf(tool, recipe, { models: models.length > 0 && here(models), adapters: here(adapters) });
}

function startsFromImage(recipe: Recipe): boolean {
  return /^(img2img|inpaint|outpaint|edit)$/.test(recipe.mode ?? "") || hasInput(recipe, "init");
}

function hasControl(recipe: Recipe): boolean {
  return hasInput(recipe, "control") || hasInput(recipe, "reference");
}

function hasInput(recipe: Recipe, role: string): boolean {
  return recipe.inputs?.some((input) => input.role === role) ?? false;
}
