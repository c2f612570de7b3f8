/** Which of a recipe's files are on the workspace's shelf: only names and hashes are asked, and only where there is a key. */

import { effect } from "@preact/signals";
import type { FoundModel } from "../../model/find.ts";
import type { Recipe } from "../../recipe/recipe.ts";
import { ask, link } from "../server.ts";
import { found, opened } from "./state.ts";

/** Looks for the files of whatever is opened, as long as the page is linked to its server. */
export function lookOnShelf(): void {
  effect(() => {
    const recipe = opened.value?.reading?.recipe;
    const isLinked = link.value === "linked";
    found.value = undefined;
    if (recipe && isLinked && recipe.models.length + recipe.adapters.length > 0) void look(recipe);
  });
}

async function look(recipe: Recipe): Promise<void> {
  const wanted = [...recipe.models, ...recipe.adapters].map(({ name, hashes }) => ({ name, hashes }));
  const answer = await ask<{ found: FoundModel[] }>("/models/find", { json: { wanted } }).catch(() => undefined);
  if (!answer || opened.value?.reading?.recipe !== recipe) return;
  const count = recipe.models.length;
  found.value = { models: answer.found.slice(0, count), adapters: answer.found.slice(count) };
}
