/** Which files of a collection are the models that a recipe names: by hash where it gives one, else by name alone. */

import type { ModelHash } from "./hash.ts";

/** A model as a recipe names it. */
export interface WantedModel {
  readonly name: string;
  readonly hashes: readonly ModelHash[];
}

/** A file that may be it. Hashes are computed when they are asked for, which reads the whole file for most kinds. */
export interface ModelFile {
  readonly file: string;
  hashes(kinds: readonly ModelHash["kind"][]): readonly ModelHash[];
}

/**
 * `hash`: this file, for certain · `name`: a file of this name, and no hash to tell · `other`: a file of this name with other
 * bytes than the recipe's · `none`: no file.
 */
export interface FoundModel {
  readonly name: string;
  readonly by: "hash" | "name" | "other" | "none";
  readonly file?: string;
}

/** Whether two lists of hashes name one file: one value of one kind in both is enough, for kinds that differ say nothing of each other. */
export function nameOneFile(own: readonly ModelHash[], wanted: readonly ModelHash[]): boolean {
  return own.some((one) => wanted.some(({ kind, value }) => kind === one.kind && value === one.value));
}

/** Finds one model. Files of its name are looked at first, so that the others are only read when it is not among them. */
export function findModel({ name, hashes }: WantedModel, files: readonly ModelFile[]): FoundModel {
  const named = files.filter(({ file }) => stem(file) === stem(name));
  const kinds = [...new Set(hashes.map(({ kind }) => kind))];
  if (kinds.length === 0) return named[0] ? { name, by: "name", file: named[0].file } : { name, by: "none" };
  const ordered = [...named, ...files.filter((file) => !named.includes(file))];
  const match = ordered.find((file) => nameOneFile(file.hashes(kinds), hashes));
  if (match) return { name, by: "hash", file: match.file };
  return named[0] ? { name, by: "other", file: named[0].file } : { name, by: "none" };
}

/** Whether a file of this name can be a model. */
export function isModelName(file: string): boolean {
  return ENDING.test(file);
}

const ENDING = /\.(?:safetensors|sft|ckpt|pt|pth|bin|gguf)$/i;

/** A model's name without folders and ending: recipes keep now the one, now the other. */
export function plainModelName(file: string): string {
  return withoutModelEnding(file.replace(/^.*[\\/]/, ""));
}

/** A file's name without the ending of a model. */
export function withoutModelEnding(file: string): string {
  return file.replace(ENDING, "");
}

/** The same in one case. */
export function stem(file: string): string {
  return plainModelName(file).toLowerCase();
}
