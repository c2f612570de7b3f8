/** Images of an engine as files: each is written as soon as it is there, whole or not at all. */

import { existsSync, mkdirSync } from "node:fs";
import { extname, join, parse } from "node:path";
import type { Finding } from "../base/findings.ts";
import { sha256Hex } from "../base/hash.ts";
import type { Engine, EngineHooks, EngineOrder } from "../engine/engine.ts";
import { pixelHash } from "../image/pixel-hash.ts";
import { writeLabels } from "../label/write-labels.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { writeOutput } from "./output-file.ts";

/** One image that was written. */
export interface GeneratedFile {
  readonly file: string;
  readonly sha256: string;
  readonly pixelsSha256: string;
  readonly seed: string;
  /** From the end of the image before it, model loading included for the first. */
  readonly seconds: number;
  readonly recipe: Recipe;
  readonly findings: readonly Finding[];
}

/** Where images go. */
export interface Destination {
  /** A folder, or a file where it ends in `.png`; further images of a file get numbers. */
  readonly output: string;
  /** Whether files that are there may be written over. */
  readonly force: boolean;
  /** Producer whose AIGC label (GB 45438) goes into each image; its content number is the hash of the pixels. */
  readonly producer?: string;
}

/**
 * Draws an order and writes its images.
 * @throws SeedproofError `file.exists`, and what the engine throws
 */
export async function* generateFiles(
  engine: Engine,
  order: EngineOrder,
  destination: Destination,
  hooks: EngineHooks = {},
): AsyncGenerator<GeneratedFile> {
  let since = performance.now();
  for await (const { image, seed, bytes, pixels, recipe, findings } of engine.generate(order, hooks)) {
    const pixelsSha256 = pixelHash(pixels);
    const labelled = withLabel(bytes, pixelsSha256, destination);
    const file = writeImage(destination, image, seed, labelled);
    const seconds = (performance.now() - since) / 1000;
    since = performance.now();
    yield { file, sha256: sha256Hex(labelled), pixelsSha256, seed, seconds, recipe, findings };
  }
}

function withLabel(bytes: Uint8Array, pixelsSha256: string, { producer }: Destination): Uint8Array {
  if (producer === undefined) return bytes;
  return writeLabels(bytes, { aigc: { Label: "1", ContentProducer: producer, ProduceID: pixelsSha256 } });
}

function writeImage({ output, force }: Destination, image: number, seed: string, bytes: Uint8Array): string {
  const isFile = extname(output).toLowerCase() === ".png";
  if (!isFile) mkdirSync(output, { recursive: true });
  const { dir, name } = parse(output);
  const numbered = image === 0 ? output : join(dir, `${name}-${image + 1}.png`);
  const file = isFile ? numbered : freeName(output, seed, force);
  writeOutput(file, bytes, force);
  return file;
}

/** In a folder nothing is written over: `SEED.png`, else `SEED-2.png` … */
function freeName(folder: string, seed: string, force: boolean): string {
  let file = join(folder, `${seed}.png`);
  for (let n = 2; !force && existsSync(file); n++) file = join(folder, `${seed}-${n}.png`);
  return file;
}
