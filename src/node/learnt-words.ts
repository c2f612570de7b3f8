/** Textual inversions of a workspace: the files in `models/embeddings/` that a prompt names, as words of the engine. */

import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { literally } from "../base/regexp.ts";
import type { LearntWord } from "../engine/conditioning/chunk.ts";
import type { AdapterIdentity } from "../engine/fingerprint.ts";
import { type Embedding, readEmbeddings } from "../engine/weights/embedding.ts";
import { readWeights } from "../engine/weights/files.ts";
import type { Adapter, Dialect, Recipe } from "../recipe/recipe.ts";
import { fileSha256 } from "./file-hash.ts";
import { openFile } from "./files.ts";
import { findModelPath } from "./find-model.ts";

/** A word with the file that it was learnt into. */
export interface WordFile {
  readonly word: LearntWord;
  readonly identity: AdapterIdentity;
}

const ENDING = /\.safetensors$/i;

/** Names of the embeddings in the workspace: their files' names. */
export function embeddingNames(home: string): string[] {
  return [...embeddingFiles(home).keys()].sort();
}

function embeddingFiles(home: string): Map<string, string> {
  const folder = join(home, "models", "embeddings");
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => ENDING.test(name)) : [];
  return new Map(files.map((name) => [name.replace(ENDING, ""), join(folder, name)]));
}

/** The vectors of an embedding of the workspace, one of {@link embeddingNames}. @throws SeedproofError `engine.embedding-malformed`, as reading weights does */
export function embeddingNamed(name: string, home: string): readonly Embedding[] {
  return embeddingsIn(embeddingFiles(home).get(name)!);
}

/**
 * The words that texts name, in the order of their names. A1111's prompts name them by themselves, ComfyUI's behind
 * `embedding:`. What the recipe lists is looked for by its hashes as well.
 * @throws SeedproofError `engine.embedding-malformed`, as reading weights does
 */
export async function wordsOf(
  texts: readonly string[],
  dialect: Dialect,
  home: string,
  listed: Recipe["adapters"] = [],
): Promise<WordFile[]> {
  const files = embeddingFiles(home);
  for (const adapter of listed) {
    const path = adapter.type === "embedding" ? embeddingPath(adapter, home) : undefined;
    if (path !== undefined) files.set(adapter.name, path);
  }
  const words: WordFile[] = [];
  for (const [name, path] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!texts.some((text) => names(text, name, dialect))) continue;
    const identity = { name: basename(path), sha256: await fileSha256(path), weight: 1 };
    words.push({ word: { name, embeddings: embeddingsIn(path) }, identity });
  }
  return words;
}

/** The file of an embedding that a recipe lists: by its name, else by one of its hashes. */
export function embeddingPath({ name, hashes }: Adapter, home: string): string | undefined {
  const wanted = [name.replace(ENDING, ""), ...hashes.map(({ value }) => value)];
  for (const one of wanted) {
    const path = findModelPath(one, home);
    if (path !== undefined && ENDING.test(path)) return path;
  }
  return undefined;
}

function embeddingsIn(path: string): readonly Embedding[] {
  const file = openFile(path);
  try {
    return readEmbeddings(readWeights(file).weights);
  } finally {
    file.close();
  }
}

/** CLIP reads letters of one word together: a name inside a longer word is none. */
function names(text: string, name: string, dialect: Dialect): boolean {
  const quoted = literally(name);
  if (dialect === "comfyui") return new RegExp(`embedding:${quoted}(?:\\.safetensors)?(?![^\\s,:()])`, "u").test(text);
  const before = /^\p{L}/u.test(name) ? "(?<!\\p{L})" : "";
  const after = /\p{L}$/u.test(name) ? "(?!\\p{L})" : "";
  return new RegExp(before + quoted + after, "iu").test(text);
}
