/** Our own block: the recipe as this program writes it, JSON under the key `seedproof`. */

import { isObject, type Json, type JsonObject, pointer } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import { type Account, type Draft, draftAccount } from "./account.ts";
import { entryOf, type Generator } from "./generator.ts";
import type { Recipe } from "./recipe.ts";

/** PNG keyword, mdta key, and member name in EXIF and XMP of our block. */
export const SEEDPROOF_KEY = "seedproof";

/** Version of the block's form; readers take every block with this major part. */
const FORM = "seedproof.recipe/1";

/** What a block of ours holds beside the recipe. */
export interface OwnBlock {
  readonly form: typeof FORM;
  /** `generated`: by the engine of this program. `written`: put into an image that was made elsewhere. */
  readonly origin: "generated" | "written";
  readonly recipe: Recipe;
}

/** The text of our block. */
export function ownBlock(recipe: Recipe, origin: OwnBlock["origin"]): string {
  return JSON.stringify({ form: FORM, origin, recipe } satisfies OwnBlock);
}

/** Images that this program made or wrote a recipe into. */
export const seedproof: Generator = {
  name: "seedproof",
  read(evidence) {
    const entry = entryOf(evidence, /^(?:seedproof|UserComment)$/, (text) => text.includes("seedproof.recipe/1"));
    const json = entry && tryJson(entry.block.text!);
    if (!entry || !isObject(json) || json.form !== FORM || !isObject(json.recipe)) return [];
    return [account(entry.index, json, json.recipe)];
  },
};

function account(block: number, whole: JsonObject, recipe: JsonObject): Account {
  const draft = draftAccount("seedproof", block);
  sayMembers(draft, recipe, "");
  if (whole.origin === "written") {
    draft.find({
      code: "recipe.written-later",
      level: "informs",
      text: {
        en: "this recipe was written into the file by Seedproof, not by the program that made the image",
        zh: "该配方由 Seedproof 写入文件，并非由生成图像的程序写入",
      },
      where: { block },
    });
  }
  return draft.done("recipe");
}

/** Values that are one statement although they are objects. */
const WHOLE =
  /^\/(?:size|variation|models\/\d+|adapters\/\d+|inputs\/\d+|prompt\/(?:styles|parts\/\d+)|passes\/\d+\/(?:sampler|scheduler|size|upscale|prompt)|extra\/[^/]+)$/;

/** Nesting of a recipe; what lies deeper is one value. */
const MAX_DEPTH = 6;

function sayMembers(draft: Draft, value: Json, path: string, depth = 0): void {
  if (depth < MAX_DEPTH && !WHOLE.test(path) && typeof value === "object" && value !== null) {
    for (const [key, member] of Object.entries(value)) sayMembers(draft, member, path + pointer(key), depth + 1);
  } else if (value !== null) {
    draft.say(path, value, { pointer: `/recipe${path}` });
  }
}
