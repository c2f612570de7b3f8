/** The embedded engine as an {@link Engine} over a workspace: it finds the models of a recipe, opens them and keeps the last. */

import { setImmediate as immediate } from "node:timers/promises";
import type { Finding } from "../base/findings.ts";
import type { Json } from "../base/json.ts";
import type { Engine, EngineHooks, EngineIdentity, EngineImage, EngineOrder } from "../engine/engine.ts";
import { ownPng } from "../engine/own-png.ts";
import { generate } from "../engine/pipeline.ts";
import { toRaster } from "../engine/pixels.ts";
import type { GenerateRequest, Progress } from "../engine/request.ts";
import { recipeOf } from "../engine/to-recipe.ts";
import { encodePng } from "../image/encode-png.ts";
import type { Recipe } from "../recipe/recipe.ts";
import type { EmbeddedEngine, EmbeddedSettings } from "./embedded.ts";
import { embeddedOffers } from "./embedded-offers.ts";
import { findModelPath, modelPath, trainedSize } from "./find-model.ts";
import { adapterFiles, modelRefs, requestFrom, usedAdapters } from "./generate-request.ts";
import { type WordFile, wordsOf } from "./learnt-words.ts";
import { type OpenedModels, openedModels } from "./opened-models.ts";

/** How the engine is set up. */
export interface EmbeddedEngineSettings extends Pick<EmbeddedSettings, "mode" | "workers" | "prediction"> {
  /** The workspace, whose `models/` is looked into. */
  readonly home: string;
  /** Version of this program, for the recipes of its images. */
  readonly version: string;
  /** Path or name of the model of every order. Without it the recipe's own is taken, else the one that is shipped. */
  readonly model?: string;
  /** Path of another autoencoder for every order. */
  readonly vae?: string;
}

/** An opened model, with the names of what it was to be opened with and is not at hand. */
interface Opened {
  readonly path: string;
  readonly engine: EmbeddedEngine;
  readonly missing: readonly string[];
}

/**
 * Opens nothing yet; an order opens what it needs, and the next one of the same model finds it open.
 * @param models - shared with whoever else draws with them
 */
export function embeddedEngine(
  settings: EmbeddedEngineSettings,
  models: OpenedModels = openedModels(settings),
): Engine {
  const { home, version } = settings;

  const open = async (recipe: Recipe): Promise<Opened> => {
    const path = modelOf(recipe, settings);
    const { adapters, missing } = adapterFiles(recipe, home);
    const vae = settings.vae === undefined ? vaeOf(recipe, home) : { path: settings.vae };
    const engine = await models.open({ model: path, adapters, ...(vae.path !== undefined && { vae: vae.path }) });
    return { path, engine, missing: vae.missing === undefined ? missing : [...missing, vae.missing] };
  };

  const understood = async (order: EngineOrder) => {
    const opened = await open(order.recipe);
    const size = order.recipe.size ?? (order.init ? undefined : trainedSize(opened.path));
    const recipe = size ? { ...order.recipe, size } : order.recipe;
    const files = { init: order.init, mask: order.mask, batch: order.count ?? 1 };
    const { request, ...told } = await requestFrom(recipe, files, opened.engine);
    const { prompt, negative, hires, dialect } = request;
    const texts = [prompt, negative, hires?.prompt ?? "", hires?.negative ?? ""];
    const words = await wordsOf(texts, dialect, home, recipe.adapters);
    const worded = words.length > 0 ? { ...request, words: words.map(({ word }) => word) } : request;
    return { opened, words, request: worded, ...told };
  };

  return {
    name: "embedded",
    capabilities: async () => embeddedOffers(settings),
    resolve: async (order) => {
      const { opened, assumed, unsupported, request } = await understood(order);
      const networks = opened.engine.memory(request.hires?.size ?? request.size);
      const memoryBytes = networks.reduce((sum, { peak }) => sum + peak, 0);
      return { assumed, losses: unsupported.map(lossOf), missing: opened.missing, memoryBytes };
    },
    identity: async (order): Promise<EngineIdentity> => {
      const { opened, request, words } = await understood(order);
      const { sha256: fingerprint, ...parts } = opened.engine.fingerprint(runOf(request, words));
      return { name: "embedded", ...(parts as unknown as Record<string, Json>), fingerprint };
    },
    async *generate(order, hooks = {}): AsyncGenerator<EngineImage> {
      const { opened, request, words } = await understood(order);
      const { engine, path } = opened;
      const fingerprint = engine.fingerprint(runOf(request, words));
      const parts = {
        ...{ toolVersion: version, fingerprint, models: modelRefs(engine, path) },
        adapters: usedAdapters(order.recipe, words, home),
      };
      for await (const { image, seed, pixels } of generate(engine.model, request, pipelineHooks(engine, hooks))) {
        const recipe = recipeOf(request, image, parts);
        const raster = toRaster(pixels, "truncate");
        yield { image, seed: String(seed), bytes: ownPng(raster, recipe), pixels: raster, recipe, findings: [] };
      }
    },
    close: () => models.close(),
  };
}

function runOf({ source, dialect }: GenerateRequest, words: readonly WordFile[]) {
  return { noise: source, dialect, words: words.map(({ identity }) => identity) };
}

/** The model that is set, else the recipe's own where it is at hand, else the shipped one. */
function modelOf({ models }: Recipe, { model, home }: EmbeddedEngineSettings): string {
  const named = models.find(({ role }) => role === "checkpoint")?.name;
  const own = model === undefined && named !== undefined ? findModelPath(named, home) : undefined;
  return own ?? modelPath(model, home);
}

function vaeOf({ models }: Recipe, home: string): { readonly path?: string; readonly missing?: string } {
  const named = models.find(({ role }) => role === "vae")?.name;
  if (named === undefined || /^(?:automatic|none|baked vae)$/i.test(named)) return {};
  const path = findModelPath(named, home);
  return path === undefined ? { missing: named } : { path };
}

function lossOf(pointer: string): Finding {
  return {
    code: "engine.unsupported",
    level: "informs",
    text: { en: `cannot be followed: ${pointer}`, zh: `无法遵循：${pointer}` },
    where: { pointer },
  };
}

/** Previews are decoded by the model's own autoencoder, as often as the caller wants them. */
function pipelineHooks({ model }: EmbeddedEngine, { signal, onProgress, previewMs }: EngineHooks) {
  let last = performance.now();
  return {
    ...(signal && { signal }),
    onProgress: async ({ image, pass, step, steps, denoised }: Progress): Promise<void> => {
      // A run is one long chain of promises: without this, nobody could tell its thread to stop.
      await immediate();
      const told = { image, pass, step: step + 1, steps };
      const due = previewMs !== undefined && performance.now() - last >= previewMs && step + 1 < steps;
      if (!due) return onProgress?.(told);
      const [, ...shape] = denoised.shape;
      const size = shape.reduce((a, b) => a * b, 1);
      const one = { shape: [1, ...shape], data: denoised.data.slice(0, size) };
      const preview = encodePng(toRaster(await model.vae.decode(one), "truncate"));
      last = performance.now();
      onProgress?.({ ...told, preview });
    },
  };
}
