/** A recipe and files beside it to what the embedded engine draws. */

import { createHash } from "node:crypto";
import { SeedproofError } from "../base/errors.ts";
import { requestOf, type Understood } from "../engine/from-recipe.ts";
import { fromRaster, latentMask } from "../engine/pixels.ts";
import type { GenerateRequest, InitImage } from "../engine/request.ts";
import type { Raster } from "../image/raster.ts";
import { modelHashes } from "../model/hash.ts";
import type { Adapter, ModelRef, Recipe, TypedHash } from "../recipe/recipe.ts";
import type { AdapterFile, EmbeddedEngine } from "./embedded.ts";
import { oncePerState } from "./file-hash.ts";
import { openFile } from "./files.ts";
import { findModelPath } from "./find-model.ts";
import { embeddingPath, type WordFile } from "./learnt-words.ts";
import { decodeDisplayed, type ImageInput } from "./pixels.ts";

/** What is drawn beside what the recipe says. */
export interface RequestFiles {
  /** An image to start from: its path, or its bytes. */
  readonly init?: ImageInput | undefined;
  /** A mask of the same size, white where the image is painted anew. */
  readonly mask?: ImageInput | undefined;
  /** Images, with seeds counted up. */
  readonly batch: number;
}

/**
 * The request for a recipe. Without a size in it, that of the image to start from counts.
 * @throws SeedproofError `engine.size-unfit` when image, mask and recipe are not of one size; what decoding throws
 */
export async function requestFrom(recipe: Recipe, options: RequestFiles, engine: EmbeddedEngine): Promise<Understood> {
  const init = options.init === undefined ? undefined : await initImage(options.init, options.mask, engine);
  const [, , height, width] = init?.pixels.shape ?? [];
  const sized = init && !recipe.size ? { ...recipe, size: { width: width!, height: height! } } : recipe;
  const understood = requestOf(sized, init ? { init } : {});
  const { size } = understood.request;
  if (init && (size.width !== width || size.height !== height)) {
    throw new SeedproofError(
      "engine.size-unfit",
      `the image is ${width}x${height}, the recipe's size ${size.width}x${size.height}`,
    );
  }
  return { ...understood, request: batchOf(understood.request, options.batch) };
}

function batchOf(request: GenerateRequest, count: number): GenerateRequest {
  const counted = Array.from({ length: count }, (_, i) => BigInt.asUintN(64, request.seeds[0]! + BigInt(i)));
  const { variation } = request;
  // With a variation the seed stays and the variation's seed is counted up, as in A1111.
  if (!variation) return { ...request, seeds: counted };
  const others = counted.map((_, i) => BigInt.asUintN(64, variation.seeds[0]! + BigInt(i)));
  return { ...request, seeds: counted.map(() => request.seeds[0]!), variation: { ...variation, seeds: others } };
}

async function initImage(
  path: ImageInput,
  mask: ImageInput | undefined,
  { model }: EmbeddedEngine,
): Promise<Omit<InitImage, "denoise">> {
  const raster = await decodeDisplayed(path);
  const pixels = fromRaster(raster);
  if (mask === undefined) return { pixels };
  const painted = await decodeDisplayed(mask);
  if (painted.width !== raster.width || painted.height !== raster.height) {
    throw new SeedproofError(
      "engine.size-unfit",
      `the mask is ${painted.width}x${painted.height}, the image another size`,
    );
  }
  return { pixels, mask: latentMask(shares(painted), raster.width, model.vae.factor) };
}

/** White is 1, black is 0, by the first channel. */
function shares({ data, channels }: Raster): Float32Array {
  return Float32Array.from({ length: data.length / channels }, (_, i) => data[i * channels]! / 255);
}

/** The files of the recipe's adapters, and the names of those that are not at hand. Embeddings are words, and no files to merge. */
export function adapterFiles(recipe: Recipe, home: string): { adapters: AdapterFile[]; missing: string[] } {
  const adapters: AdapterFile[] = [];
  const missing: string[] = [];
  for (const adapter of recipe.adapters) {
    const { name, weight = 1, weightText } = adapter;
    if (adapter.type === "embedding" && embeddingPath(adapter, home) !== undefined) continue;
    const file = loraFile(adapter, home);
    const text = weightText === undefined || weightText === weight ? {} : { weightText };
    if (file) adapters.push({ file, weight, ...text });
    else missing.push(name);
  }
  return { adapters, missing };
}

function loraFile({ type, name }: Adapter, home: string): string | undefined {
  return type === "lora" || type === "lycoris" ? findModelPath(name, home) : undefined;
}

/**
 * What was drawn with, by its hashes: LoRAs by the one that A1111 writes down (AutoV3), embeddings by their file's. What is
 * not at hand, and words that no prompt names, did not count.
 */
export function usedAdapters({ adapters }: Recipe, words: readonly WordFile[], home: string): Adapter[] {
  const merged = adapters.flatMap((adapter): Adapter[] => {
    const file = loraFile(adapter, home);
    return file === undefined ? [] : [{ ...adapter, hashes: autoV3(file) }];
  });
  const learnt = words.map(
    ({ word: { name }, identity: { sha256 } }): Adapter => ({
      type: "embedding",
      name,
      hashes: [{ kind: "sha256", value: sha256 }],
    }),
  );
  return [...merged, ...learnt];
}

/** Read whole, which would otherwise be done for every image. */
const autoV3 = oncePerState((path): TypedHash[] => {
  const file = openFile(path);
  try {
    return [...modelHashes(file, ["autov3"], () => createHash("sha256"))];
  } finally {
    file.close();
  }
});

/** The model as the recipe names it: a checkpoint, or a folder by its UNet; `extra.engine` has the hashes of all files. */
export function modelRefs({ model }: EmbeddedEngine, path: string): ModelRef[] {
  const name = path
    .replace(/\/+$/, "")
    .split("/")
    .at(-1)!
    .replace(/\.safetensors$/, "");
  const files = Object.entries(model.hashes);
  const [, value] = files.find(([file]) => file.startsWith("unet/")) ?? files[0] ?? [];
  return [{ role: "checkpoint", name, hashes: value === undefined ? [] : [{ kind: "sha256", value }] }];
}
