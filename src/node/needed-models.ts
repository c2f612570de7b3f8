/** The models that a recipe needs, each with the file that is here for it: by hash, by name alone, or not at all. */

import { statSync } from "node:fs";
import type { ModelHash } from "../model/hash.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { lookAtModel } from "./model-file.ts";
import { matchOnShelf, type ShelfModel } from "./model-shelf.ts";

/** One model or adapter of a recipe. */
export interface NeededModel {
  readonly role: string;
  readonly name: string;
  /** As the recipe gives them. */
  readonly wanted: readonly ModelHash[];
  /**
   * `hash`: here, for certain · `name`: a file of the name is here and nothing tells whether it is the one · `other`: the file
   * is another one · `given`: the one that the user named, and nothing tells · `none`: not here.
   */
  readonly here: "hash" | "name" | "other" | "given" | "none";
  readonly model?: string;
  readonly path?: string;
  readonly hashes?: readonly ModelHash[];
}

/**
 * All models and adapters of a recipe.
 * @param given - path of the model that the user wants to be drawn with
 */
export function neededModels(recipe: Recipe, shelf: readonly ShelfModel[], given?: string): NeededModel[] {
  const own = given === undefined ? undefined : shelf.find(({ path }) => path === given);
  const hashes = given === undefined ? [] : (own?.hashes ?? lookAtModel(given).hashes);
  const models = recipe.models.map(({ role, name, hashes: wanted }): NeededModel => {
    const isMain = role === "checkpoint" || role === "unet";
    if (given === undefined || !isMain) return found(role, name, wanted, shelf);
    const same = wanted.some((want) => hashes.some((have) => want.kind === have.kind && want.value === have.value));
    const comparable = wanted.some((want) => hashes.some(({ kind }) => kind === want.kind));
    return { role, name, wanted, here: same ? "hash" : comparable ? "other" : "given", path: given, hashes };
  });
  const adapters = recipe.adapters.map(({ type, name, hashes: wanted }) => found(type, name, wanted, shelf));
  const main = models.some(({ role }) => role === "checkpoint" || role === "unet");
  if (main || given === undefined) return [...models, ...adapters];
  return [{ role: "checkpoint", name: "", wanted: [], here: "given", path: given, hashes }, ...models, ...adapters];
}

function found(role: string, name: string, wanted: readonly ModelHash[], shelf: readonly ShelfModel[]): NeededModel {
  const { by, model } = matchOnShelf({ name, hashes: wanted }, shelf);
  if (!model || !statSync(model.path, { throwIfNoEntry: false })) return { role, name, wanted, here: "none" };
  return { role, name, wanted, here: by, model: model.name, path: model.path, hashes: model.hashes };
}

/** The model to draw with: what the recipe names as checkpoint, where it is here, or what the user named in its place. */
export function mainModel(needed: readonly NeededModel[]): NeededModel | undefined {
  const usable = ({ here, model }: NeededModel): boolean =>
    here !== "none" && !(here === "other" && model !== undefined);
  return needed.find((one) => (one.role === "checkpoint" || one.role === "unet") && usable(one));
}

/** Whether a needed model is here for all that the recipe says. */
export function isHere({ here }: NeededModel): boolean {
  return here === "hash" || here === "name" || here === "given";
}

/** The recipe with adapters by the names under which they are here; embeddings keep the name that the prompt calls them by. */
export function withLocalAdapters(recipe: Recipe, needed: readonly NeededModel[]): Recipe {
  const adapters = recipe.adapters.map((adapter) => {
    const at = needed.find(({ role, name }) => role === adapter.type && name === adapter.name);
    const renamed = adapter.type !== "embedding" && at?.here === "hash" && at.model !== undefined;
    return renamed ? { ...adapter, name: at.model! } : adapter;
  });
  return { ...recipe, adapters };
}
