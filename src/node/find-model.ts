/** Models and adapters by path, by name or by hash: on the workspace's shelf, then among those that come with the package. */

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { SeedproofError } from "../base/errors.ts";
import { isObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import type { Capabilities } from "../engine/engine.ts";
import type { PixelSize } from "../engine/request.ts";
import { fileSha256 } from "./file-hash.ts";
import { weightFiles } from "./model-file.ts";
import { findOnShelf, listShelf } from "./model-shelf.ts";
import { packageModels } from "./package-models.ts";
import { readTextFile } from "./text-file.ts";

/** The model that is taken where none is named. */
const DEFAULT_MODEL = "scenes-128";

/** The folder of the model that comes with the package. */
export function shippedModel(): string {
  return join(packageModels(), DEFAULT_MODEL);
}

/** Where files lie that are named and not given by their path. */
const FOLDERS = (home: string): string[] => {
  const [own, shipped] = [join(home, "models"), packageModels()];
  return [own, ...["loras", "vae", "embeddings"].map((kind) => join(own, kind)), shipped];
};

/**
 * The path of a model or adapter, or `undefined` where there is none of this name or hash.
 * @throws SeedproofError `model.ambiguous`
 */
export function findModelPath(name: string, home: string): string | undefined {
  const names = [name, `${name}.safetensors`];
  const places = [...names, ...FOLDERS(home).flatMap((folder) => names.map((one) => join(folder, one)))];
  if (shippedAdapters().includes(name)) places.push(join(shippedModel(), `${name}.safetensors`));
  // The shelf is asked last: to know what comes with the package by its hashes, its files are read.
  return places.find((path) => existsSync(path)) ?? findOnShelf(name, listShelf(home))?.path;
}

/**
 * The path of the model to draw with: a diffusers folder or a checkpoint.
 * @throws SeedproofError `engine.model-none` when it is not at hand
 */
export function modelPath(name: string | undefined, home: string): string {
  const path = findModelPath(name ?? DEFAULT_MODEL, home);
  if (path) return path;
  const message =
    name === undefined
      ? "no model comes with this version; name one with --model: a diffusers folder or a .safetensors checkpoint"
      : `there is no model ${name}, neither as a path nor by name or hash in ${join(home, "models")}`;
  throw new SeedproofError("engine.model-none", message, name === undefined ? {} : { where: { file: name } });
}

/** The size that a diffusers folder says its UNet was trained on; `undefined` where nothing says it. */
export function trainedSize(model: string): PixelSize | undefined {
  if (!statSync(model).isDirectory()) return undefined;
  const config = (network: string): unknown => tryJson(readTextFile(join(model, network, "config.json")));
  const [unet, vae] = [config("unet"), config("vae")];
  if (!isObject(unet) || !isObject(vae) || typeof unet.sample_size !== "number") return undefined;
  const levels = Array.isArray(vae.block_out_channels) ? vae.block_out_channels.length : 4;
  const side = unet.sample_size * (1 << (levels - 1));
  return { width: side, height: side };
}

/**
 * What lies in the workspace's `models/` and comes with the package, told apart by where it lies: `loras/`, `vae/` and `embeddings/` hold
 * adapters, autoencoders and learnt words, everything else is a model. Hashes are left to whoever needs them: they take reading whole files.
 */
export function offeredModels(home: string): Pick<Capabilities, "models" | "vaes" | "adapters"> {
  const shipped = isModelFolder(shippedModel()) ? [DEFAULT_MODEL] : [];
  const folder = join(home, "models");
  const models = namesIn(folder).filter((name) => /\.safetensors$/i.test(name) || isModelFolder(join(folder, name)));
  const files = (part: string): string[] => namesIn(join(folder, part)).filter((name) => /\.safetensors$/i.test(name));
  return {
    models: [...new Set([...shipped, ...models])].map((name) => ({ name, hashes: [] })),
    vaes: files("vae"),
    adapters: [...new Set([...files("loras").map(stem), ...shippedAdapters()])],
  };
}

/** SHA-256 of the weight files of the model that comes with the package, adapters included, by path; empty where it is not there. */
export async function shippedWeights(): Promise<Record<string, string>> {
  const folder = shippedModel();
  if (!isModelFolder(folder)) return {};
  const adapters = shippedAdapters().map((name) => `${name}.safetensors`);
  const hashes: Record<string, string> = {};
  for (const name of [...weightFiles(folder), ...adapters]) hashes[name] = await fileSha256(join(folder, name));
  return hashes;
}

/** Names of the adapters that stand beside the networks of the shipped model. */
function shippedAdapters(): string[] {
  return namesIn(shippedModel())
    .filter((name) => /\.safetensors$/i.test(name))
    .map(stem);
}

function stem(name: string): string {
  return name.replace(/\.safetensors$/i, "");
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

function isModelFolder(path: string): boolean {
  return existsSync(join(path, "unet", "config.json"));
}
