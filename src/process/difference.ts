/** What changed from one recipe to the next, as typed differences: the adjustments that a process consists of. */

import { diffArrays } from "diff";
import { canonicalJson, type Json } from "../base/json.ts";
import type { Adapter, Recipe } from "../recipe/recipe.ts";

/** One adjustment. Words of a prompt are counted as the field writes them: separated by commas, line breaks, BREAK and AND. */
export type Difference =
  | { readonly kind: "phrase-added" | "phrase-removed"; readonly field: "positive" | "negative"; readonly text: string }
  | { readonly kind: "phrase-moved"; readonly field: "positive" | "negative"; readonly text: string }
  | {
      readonly kind: "phrase-weighted";
      readonly field: "positive" | "negative";
      readonly text: string;
      readonly before: string;
    }
  | { readonly kind: "parameter"; readonly path: string; readonly before: Json; readonly after: Json }
  | { readonly kind: "adapter-added" | "adapter-removed"; readonly name: string }
  | { readonly kind: "adapter-weight"; readonly name: string; readonly before: number; readonly after: number }
  | { readonly kind: "seed"; readonly before: Json; readonly after: Json };

/** Parameters that are compared, by the path under which a difference names them. */
const PARAMETERS: readonly (readonly [path: string, of: (recipe: Recipe) => unknown])[] = [
  ["/size", ({ size }) => size],
  ["/clipSkip", ({ clipSkip }) => clipSkip],
  ["/mode", ({ mode }) => mode],
  ["/variation", ({ variation }) => variation],
  ["/models", ({ models }) => models.map(({ role, name }) => `${role}:${name}`)],
  ["/passes/steps", ({ passes }) => passes.map(({ steps }) => steps ?? null)],
  ["/passes/cfg", ({ passes }) => passes.map(({ cfg, guidance }) => cfg ?? guidance ?? null)],
  ["/passes/denoise", ({ passes }) => passes.map(({ denoise }) => denoise ?? null)],
  ["/passes/sampler", ({ passes }) => passes.map(({ sampler }) => sampler?.id ?? null)],
  ["/passes/scheduler", ({ passes }) => passes.map(({ scheduler }) => scheduler?.id ?? null)],
];

/** All differences from `before` to `after`; none exactly when the two determine the same image as far as they say. */
export function recipeDifferences(before: Recipe, after: Recipe): Difference[] {
  return [
    ...phraseDifferences("positive", before.prompt.positive ?? "", after.prompt.positive ?? ""),
    ...phraseDifferences("negative", before.prompt.negative ?? "", after.prompt.negative ?? ""),
    ...PARAMETERS.flatMap(([path, of]) => parameterDifference(path, of(before), of(after))),
    ...adapterDifferences(before.adapters, after.adapters),
    ...(before.seed === after.seed
      ? []
      : [{ kind: "seed" as const, before: before.seed ?? null, after: after.seed ?? null }]),
  ];
}

/** The phrases of a prompt in order, trimmed, without empty ones. */
export function phrasesOf(prompt: string): string[] {
  return prompt
    .split(/,|\n|\bBREAK\b|\bAND\b/)
    .map((phrase) => phrase.replace(/\s+/g, " ").trim())
    .filter((phrase) => phrase !== "");
}

/** A phrase without its weight marks, so that `(cat:1.5)` and `cat` are the same phrase with another weight. */
function bare(phrase: string): string {
  return phrase
    .replace(/[()[\]{}]/g, "")
    .replace(/:-?[\d.]+$/, "")
    .trim()
    .toLowerCase();
}

function phraseDifferences(field: "positive" | "negative", before: string, after: string): Difference[] {
  const changes = diffArrays(phrasesOf(before), phrasesOf(after));
  const removed = changes.filter((change) => change.removed).flatMap(({ value }) => value);
  const added = changes.filter((change) => change.added).flatMap(({ value }) => value);
  const differences: Difference[] = [];
  for (const text of added) {
    const same = take(removed, (phrase) => phrase === text);
    const reweighted = same === undefined ? take(removed, (phrase) => bare(phrase) === bare(text)) : undefined;
    if (same !== undefined) differences.push({ kind: "phrase-moved", field, text });
    else if (reweighted !== undefined) differences.push({ kind: "phrase-weighted", field, text, before: reweighted });
    else differences.push({ kind: "phrase-added", field, text });
  }
  return [...differences, ...removed.map((text): Difference => ({ kind: "phrase-removed", field, text }))];
}

/** Takes the first item that fits out of the list. */
function take(list: string[], fits: (item: string) => boolean): string | undefined {
  const at = list.findIndex(fits);
  return at < 0 ? undefined : list.splice(at, 1)[0];
}

function parameterDifference(path: string, before: unknown, after: unknown): Difference[] {
  const [a, b] = [before ?? null, after ?? null] as [Json, Json];
  return canonicalJson(a) === canonicalJson(b) ? [] : [{ kind: "parameter", path, before: a, after: b }];
}

function adapterDifferences(before: readonly Adapter[], after: readonly Adapter[]): Difference[] {
  const named = (list: readonly Adapter[], name: string): Adapter | undefined =>
    list.find((item) => item.name === name);
  const names = [...new Set([...before, ...after].map(({ name }) => name))];
  return names.flatMap((name): Difference[] => {
    const [a, b] = [named(before, name), named(after, name)];
    if (!a) return [{ kind: "adapter-added", name }];
    if (!b) return [{ kind: "adapter-removed", name }];
    const [from, to] = [a.weight ?? 1, b.weight ?? 1];
    return from === to ? [] : [{ kind: "adapter-weight", name, before: from, after: to }];
  });
}
