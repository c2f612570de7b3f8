/**
 * What a model file says of itself in its metadata: claims of its maker.
 * @see Stability-AI/ModelSpec, "modelspec.*"; kohya-ss/sd-scripts, library/train_util.py, "ss_*"
 */

import { isObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import type { ModelHeader } from "./header.ts";

/** A word that is said to call an adapter's effect up. */
export interface TriggerWord {
  readonly word: string;
  /** `stated`: by the maker as such. `tags`: among the commonest of the training's tags. */
  readonly from: "stated" | "tags";
  /** Images that had the tag. */
  readonly count?: number;
}

/** What is claimed. */
export interface ModelClaims {
  readonly title?: string;
  readonly author?: string;
  readonly license?: string;
  readonly description?: string;
  readonly date?: string;
  readonly architecture?: string;
  readonly resolution?: string;
  /** The model that it was trained on, by the names and hashes that the trainer wrote down. */
  readonly base?: { readonly name?: string; readonly hash?: string };
  readonly triggers: readonly TriggerWord[];
  readonly training?: {
    readonly rank?: string;
    readonly alpha?: string;
    readonly images?: string;
    readonly steps?: string;
    readonly epochs?: string;
    readonly seed?: string;
  };
}

/** Limits of what is taken from metadata that anyone can write. */
export const CLAIM_LIMITS = {
  /** Characters of one claim. */
  text: 2000,
  /** Bytes of the table of tags: a large training set's has some hundred kilobytes. CWE-770. */
  tags: 8 * 1024 * 1024,
  /** Words kept. */
  words: 24,
} as const;

/** Reads the known keys; all others stay in the header. */
export function claimsOf(metadata: ModelHeader["metadata"]): ModelClaims {
  const text = (...keys: readonly string[]): string | undefined => {
    const found = keys
      .map((key) => metadata[key])
      .find((value) => value !== undefined && !/^(?:None)?$/.test(`${value}`));
    return found === undefined ? undefined : String(found).slice(0, CLAIM_LIMITS.text);
  };
  const base = said({
    name: text("ss_sd_model_name", "modelspec.base_model"),
    hash: text("ss_new_sd_model_hash", "ss_sd_model_hash"),
  });
  const training = said({
    rank: text("ss_network_dim"),
    alpha: text("ss_network_alpha"),
    images: text("ss_num_train_images"),
    steps: text("ss_max_train_steps", "ss_steps"),
    epochs: text("ss_num_epochs", "ss_epoch"),
    seed: text("ss_seed"),
  });
  return {
    ...said({
      title: text("modelspec.title", "ss_output_name"),
      author: text("modelspec.author"),
      license: text("modelspec.license"),
      description: text("modelspec.description", "ss_training_comment"),
      date: text("modelspec.date"),
      architecture: text("modelspec.architecture", "ss_base_model_version"),
      resolution: text("modelspec.resolution", "ss_resolution"),
    }),
    ...(base && { base }),
    triggers: triggersOf(metadata),
    ...(training && { training }),
  };
}

/** The object without members that are not said, or `undefined` where none is. */
function said<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } | undefined {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as { [K in keyof T]?: string });
}

function triggersOf(metadata: ModelHeader["metadata"]): TriggerWord[] {
  const stated = String(metadata["modelspec.trigger_phrase"] ?? "")
    .slice(0, CLAIM_LIMITS.text)
    .split(",")
    .map((word) => word.trim())
    .filter(Boolean)
    .map((word): TriggerWord => ({ word, from: "stated" }));
  const known = new Set(stated.map(({ word }) => word));
  const tags = tagCounts(metadata.ss_tag_frequency).filter(({ word }) => !known.has(word));
  return [...stated, ...tags].slice(0, CLAIM_LIMITS.words);
}

/** Tags over all folders of the training set, the commonest first: `{folder: {tag: count}}`. */
function tagCounts(raw: string | number | boolean | undefined): TriggerWord[] {
  if (typeof raw !== "string" || raw.length > CLAIM_LIMITS.tags) return [];
  const folders = tryJson(raw);
  const counts = new Map<string, number>();
  for (const folder of isObject(folders) ? Object.values(folders) : []) {
    for (const [tag, count] of isObject(folder) ? Object.entries(folder) : []) {
      const word = tag.trim().slice(0, 200);
      if (word && typeof count === "number" && Number.isFinite(count))
        counts.set(word, (counts.get(word) ?? 0) + count);
    }
  }
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, CLAIM_LIMITS.words)
    .map(([word, count]) => ({ word, from: "tags", count }));
}
