/** The shelf: models in the workspace's `models/`, each known by all its hashes, so that recipes find them. */

import {
  constants,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { basename, extname, join, resolve } from "node:path";
import { utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { isObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import type { ModelKind } from "../model/architecture.ts";
import { isModelName, stem, type WantedModel, withoutModelEnding } from "../model/find.ts";
import { makeFolder, nodeFileSystem, writeDurable } from "./durable-fs.ts";
import { lookAtModel, type ModelLook, weightFiles } from "./model-file.ts";
import { shelfFolder } from "./model-uses.ts";
import { packageModels } from "./package-models.ts";

/** A model on the shelf. */
export interface ShelfModel extends ModelLook {
  readonly name: string;
  /** Where it stands. */
  readonly path: string;
  /** `shipped`: comes with the package. `link`: the file stays where it was. */
  readonly by: "shipped" | "link" | "copy";
  /** When it was added, RFC 3339 in UTC. */
  readonly added?: string;
  /** Size and time of change of the file when it was looked at: another state is another model. */
  readonly state?: string;
}

/** How a model is added. */
export interface AddOptions {
  /** Its name on the shelf; the file's by default. */
  readonly name?: string;
  /** Copied instead of linked. */
  readonly copy?: boolean;
  readonly onProgress?: (share: number) => void;
  readonly now: () => Date;
}

/** Folders inside it, by kind; models themselves stand in it. */
const PLACES: Readonly<Partial<Record<ModelKind, string>>> = {
  ...{ lora: "loras", lycoris: "loras", vae: "vae", embedding: "embeddings", controlnet: "controlnet" },
  ...{ upscaler: "upscalers", textEncoder: "text-encoders" },
};
const INDEX = "shelf.json";
/** Digits of a hash that name a model: as many as the shortest kind has. */
const HASH_DIGITS = /^(?:0x)?[0-9a-f]{8,64}$/i;

/** All models of the shelf by name, and those that come with the package. Files whose state has changed are left out. */
export function listShelf(home: string): ShelfModel[] {
  const own = readIndex(home).filter((model) => stateOf(model.path) === model.state);
  return [...own, ...shippedModels(home)];
}

/** Entries whose file is gone or was changed after it was added. */
export function staleModels(home: string): ShelfModel[] {
  return readIndex(home).filter((model) => stateOf(model.path) !== model.state);
}

/**
 * Puts a model on the shelf: it is looked at whole first, and nothing is left half done.
 * @throws SeedproofError `model.name-taken`, `model.name-unfit`; whatever {@link lookAtModel} throws
 */
export function addModel(home: string, file: string, { name, copy = false, onProgress, now }: AddOptions): ShelfModel {
  const source = resolve(file);
  const called = name ?? withoutModelEnding(basename(source));
  if (!/^[^\\/:*?"<>|\p{Cc}]{1,120}$/u.test(called) || called.startsWith(".")) {
    throw new SeedproofError("model.name-unfit", `"${called.slice(0, 120)}" is no name for a model`);
  }
  const index = readIndex(home);
  const kept = index.filter((model) => model.name !== called);
  if (kept.length < index.length && existsSync(index.find((model) => model.name === called)!.path)) {
    throw new SeedproofError(
      "model.name-taken",
      `there is a model ${called} on the shelf already (--name gives another)`,
    );
  }
  const look = lookAtModel(source, { ...(onProgress && { onProgress }) });
  const ending = look.form === "folder" ? "" : extname(source);
  const path = join(shelfFolder(home), PLACES[look.architecture.kind] ?? "", `${called}${ending}`);
  if (source !== path) place(source, path, copy);
  const by = copy || source === path ? "copy" : "link";
  const model: ShelfModel = { name: called, path, by, added: now().toISOString(), state: stateOf(path) ?? "", ...look };
  writeIndex(home, [...kept, model]);
  return model;
}

/** Takes a model off the shelf; a linked file stays where it is. @throws SeedproofError `model.not-found` */
export function removeModel(home: string, name: string): ShelfModel {
  const index = readIndex(home);
  const model = index.find((one) => one.name === name);
  if (!model) throw new SeedproofError("model.not-found", `there is no model ${name} on the shelf`);
  writeIndex(
    home,
    index.filter((one) => one !== model),
  );
  rmSync(model.path, { recursive: model.by === "copy", force: true });
  return model;
}

/**
 * The model of a name or of a hash's first digits, of any kind.
 * @throws SeedproofError `model.ambiguous` when the digits fit several
 */
export function findOnShelf(wanted: string, models: readonly ShelfModel[]): ShelfModel | undefined {
  const named = models.find(({ name }) => name === wanted);
  if (named || !HASH_DIGITS.test(wanted)) return named;
  const digits = wanted.toLowerCase().replace(/^0x/, "");
  const fits = models.filter(({ hashes }) => hashes.some(({ value }) => value.startsWith(digits)));
  if (fits.length <= 1) return fits[0];
  const names = fits.map(({ name }) => name).join(", ");
  throw new SeedproofError("model.ambiguous", `the hash ${wanted} fits several models: ${names}`);
}

/** The model that a recipe names: by hash where it gives one, else by name. */
export function matchOnShelf(
  { name, hashes }: WantedModel,
  models: readonly ShelfModel[],
): { readonly by: "hash" | "name" | "other" | "none"; readonly model?: ShelfModel } {
  const same = (model: ShelfModel): boolean =>
    model.hashes.some((own) => hashes.some(({ kind, value }) => kind === own.kind && value === own.value));
  const match = models.find(same);
  if (match) return { by: "hash", model: match };
  const named = models.find((model) => stem(model.name) === stem(name));
  if (!named) return { by: "none" };
  // Hashes of kinds that are not known of the file tell nothing.
  const isComparable = hashes.some(({ kind }) => named.hashes.some((own) => own.kind === kind));
  return { by: isComparable ? "other" : "name", model: named };
}

/** Puts a file or folder in its place in one step. */
function place(source: string, path: string, copy: boolean): void {
  makeFolder(nodeFileSystem, join(path, ".."));
  const aside = `${path}.part`;
  rmSync(aside, { recursive: true, force: true });
  if (!copy) link(source, aside);
  else if (statSync(source).isDirectory()) cpSync(source, aside, { recursive: true });
  else copyFileSync(source, aside, constants.COPYFILE_FICLONE);
  rmSync(path, { force: true });
  renameSync(aside, path);
}

/** Links that Windows allows everyone: junctions for folders, hard links for files. */
function link(source: string, path: string): void {
  const folder = statSync(source).isDirectory();
  try {
    symlinkSync(realpathSync(source), path, folder ? "junction" : "file");
  } catch (cause) {
    if (folder) throw new SeedproofError("model.link", "the folder cannot be linked here; --copy copies it", { cause });
    linkSync(source, path);
  }
}

/** Of a folder the states of its weight files: its own time tells nothing of them. */
function stateOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return undefined;
  if (!stat.isDirectory()) return `${stat.size}:${stat.mtimeMs}`;
  return weightFiles(path)
    .map((name) => `${name}:${stateOf(join(path, name))}`)
    .join(" ");
}

function readIndex(home: string): ShelfModel[] {
  const path = join(shelfFolder(home), INDEX);
  if (!existsSync(path)) return [];
  const json = tryJson(readFileSync(path, "utf8"));
  const models =
    isObject(json) && json.form === "seedproof.shelf/1" && Array.isArray(json.models) ? json.models : undefined;
  if (!models)
    throw new SeedproofError("model.shelf-damaged", `${path} is no list of models`, { where: { file: path } });
  return models as unknown as ShelfModel[];
}

function writeIndex(home: string, models: readonly ShelfModel[]): void {
  const sorted = [...models].sort((a, b) => (a.name < b.name ? -1 : 1));
  const json = JSON.stringify({ form: "seedproof.shelf/1", models: sorted }, null, 1);
  writeDurable(nodeFileSystem, [join(shelfFolder(home), INDEX), utf8(`${json}\n`)]);
}

const looked = new Map<string, ShelfModel>();

/** Enough to find it by what recipes write down; {@link wholeLook} has the rest. */
const SHIPPED_LOOK = { kinds: ["autov1", "sha256", "autov2", "autov3", "swarm"], trusted: true } as const;

/** The model with everything that can be known of it. */
export function wholeLook(model: ShelfModel): ShelfModel {
  return model.by === "shipped" ? { ...model, ...lookAtModel(model.path) } : model;
}

/** Models of the package, looked at once in a process; one of the same name on the shelf hides it. */
function shippedModels(home: string): ShelfModel[] {
  const hidden = new Set(readIndex(home).map(({ name }) => name));
  return shippedPaths().flatMap(([name, path]) => {
    if (hidden.has(name)) return [];
    const model = looked.get(path) ?? { name, path, by: "shipped" as const, ...lookAtModel(path, SHIPPED_LOOK) };
    looked.set(path, model);
    return [model];
  });
}

/** Diffusers folders and adapters beside their networks: `models/NAME/unet/config.json`, `models/NAME/ADAPTER.safetensors`. */
function shippedPaths(): [string, string][] {
  const folder = packageModels();
  return nodeFileSystem.list(folder).flatMap((name): [string, string][] => {
    const path = join(folder, name);
    if (isModelName(name)) return [[name.replace(/\.\w+$/, ""), path]];
    if (!existsSync(join(path, "unet", "config.json"))) return [];
    const adapters = nodeFileSystem.list(path).filter(isModelName);
    return [[name, path], ...adapters.map((file): [string, string] => [file.replace(/\.\w+$/, ""), join(path, file)])];
  });
}
