/** Graphs over the embedded engine: models opened as they are named, images read and written in the workspace. */

import { createHash } from "node:crypto";
import { setImmediate as immediate } from "node:timers/promises";
import { SeedproofError } from "../../base/errors.ts";
import { canonicalJson, type Json } from "../../base/json.ts";
import { ownPng, type PngText } from "../../engine/own-png.ts";
import { toRaster } from "../../engine/pixels.ts";
import type { Progress } from "../../engine/request.ts";
import { encodePng } from "../../image/encode-png.ts";
import { recipeOfGraph } from "../../process/capture.ts";
import type { Recipe } from "../../recipe/recipe.ts";
import type { EmbeddedEngine } from "../embedded.ts";
import { findModelPath, modelPath } from "../find-model.ts";
import { usedAdapters } from "../generate-request.ts";
import { wordsOf } from "../learnt-words.ts";
import type { OpenedModels } from "../opened-models.ts";
import { writeOutput } from "../output-file.ts";
import { decodeDisplayed } from "../pixels.ts";
import { executeGraph, type GraphCache, type GraphEvent, type PutFile } from "./execute.ts";
import { nextOutput, readAnnotated } from "./files.ts";
import type { NodeTools } from "./nodes.ts";
import { type ApiGraph, isLink, upstreamOf } from "./validate.ts";
import type { ModelValue, VaeValue } from "./values.ts";

/** What the service stands on. */
export interface GraphServiceSettings {
  readonly home: string;
  readonly version: string;
  readonly models: OpenedModels;
}

/** One graph to run. Plain data: it may come from another thread. */
export interface GraphOrder {
  readonly graph: ApiGraph;
  /** Its output nodes. */
  readonly outputs: readonly string[];
  /** Texts for the images beside the recipe: `prompt`, `workflow`. */
  readonly texts: readonly PngText[];
  /** Least time between previews in milliseconds; none where absent. */
  readonly previewMs?: number;
}

/** Runs graphs, one at a time. */
export interface GraphService {
  /** @throws NodeError with the node and the cause; the signal's reason when it is aborted */
  run(order: GraphOrder, onEvent: (event: GraphEvent) => void, signal?: AbortSignal): Promise<void>;
}

/** The service remembers the results of the last graph. */
export function graphService(settings: GraphServiceSettings): GraphService {
  const cache: GraphCache = new Map();
  return {
    run: async (order, onEvent, signal) => {
      const { graph, outputs } = order;
      const host = graphHost(settings, graph);
      const tools = (node: string, files: PutFile[]): NodeTools => ({
        ...host,
        put: async (image, { kind, prefix }) => {
          const raster = toRaster(image, "truncate");
          const recipe = await host.recipeAt(node);
          const { path, file } = nextOutput(settings.home, kind, prefix);
          writeOutput(path, ownPng(raster, recipe, order.texts), true);
          files.push(file);
        },
        hooks: { ...(signal && { signal }), onProgress: progressOf(node, host, onEvent, order.previewMs) },
      });
      const contents = await host.contents();
      await executeGraph({ graph, outputs, cache, contents, onEvent, tools, signal });
    },
  };
}

function graphHost({ home, version, models }: GraphServiceSettings, graph: ApiGraph) {
  let last: EmbeddedEngine | undefined;
  const open = async ({ checkpoint, adapters }: ModelValue): Promise<EmbeddedEngine> => {
    const files = adapters.map(({ name, weight, weightText }) => {
      const file = findModelPath(name, home);
      if (!file) throw new SeedproofError("engine.adapter-none", `there is no adapter ${name}`);
      return { file, weight, ...(weightText !== weight && { weightText }) };
    });
    last = await models.open({ model: modelPath(checkpoint, home), adapters: files });
    return last;
  };
  const openVae = async (vae: VaeValue): Promise<EmbeddedEngine> => {
    if ("checkpoint" in vae) return open({ checkpoint: vae.checkpoint, adapters: adaptersOf(graph, vae.checkpoint) });
    const file = findModelPath(vae.vae, home);
    if (!file) throw new SeedproofError("engine.model-none", `there is no autoencoder ${vae.vae}`);
    return models.open({ model: modelPath(checkpointOf(graph), home), adapters: [], vae: file });
  };
  return {
    open,
    openVae,
    words: async (text: string) => (await wordsOf([text], "comfyui", home)).map(({ word }) => word),
    image: async (name: string) => decodeDisplayed(readAnnotated(home, name)),
    /** Decodes previews with the model that is drawing. */
    preview: async (latent: Progress["denoised"]): Promise<Uint8Array | undefined> =>
      last && encodePng(toRaster(await last.model.vae.decode(latent), "truncate")),
    contents: async (): Promise<Record<string, string>> => {
      const contents: Record<string, string> = {};
      for (const [id, { class_type, inputs }] of Object.entries(graph)) {
        if (/^LoadImage/.test(class_type)) contents[id] = hashOf(home, inputs.image);
        if (class_type !== "CLIPTextEncode") continue;
        const words = await wordsOf([String(inputs.text)], "comfyui", home).catch(() => []);
        if (words.length > 0) contents[id] = words.map(({ identity }) => identity.sha256).join();
      }
      return contents;
    },
    /** The recipe of what a node puts out: of the graph that leads to it, with what fixed its bits. */
    recipeAt: async (node: string): Promise<Recipe> => {
      const upstream = upstreamOf(node, graph) ?? new Set<string>();
      const part = Object.fromEntries(Object.entries(graph).filter(([id]) => upstream.has(id)));
      const recipe = recipeOfGraph(part as unknown as Json);
      const texts = Object.values(part).filter(({ class_type }) => class_type === "CLIPTextEncode");
      const words = await wordsOf(
        texts.map(({ inputs }) => String(inputs.text)),
        "comfyui",
        home,
      );
      const run = { noise: "torch-cpu", dialect: "comfyui", words: words.map(({ identity }) => identity) } as const;
      const fingerprint = last?.fingerprint(run);
      const adapters = usedAdapters(recipe, words, home);
      const engine = fingerprint && { engine: JSON.parse(canonicalJson(fingerprint)) as Json, noise: "torch-cpu" };
      return { ...recipe, adapters, dialect: "comfyui", toolVersion: version, extra: { ...recipe.extra, ...engine } };
    },
  };
}

/** The adapters of the graph's first chain over a checkpoint: its own autoencoder is the same with and without them. */
function adaptersOf(graph: ApiGraph, checkpoint: string): ModelValue["adapters"] {
  const nodes = Object.values(graph);
  const loras = nodes.filter(({ class_type }) => class_type === "LoraLoader");
  const loaders = nodes.filter(({ class_type }) => class_type === "CheckpointLoaderSimple");
  // One checkpoint and one plain chain: the model that draws is open with just these. Else it is opened without.
  const chain = loras.every(({ inputs }) => isLink(inputs.model ?? null)) && loaders.length === 1;
  if (!chain || loaders[0]!.inputs.ckpt_name !== checkpoint) return [];
  return loras
    .map(({ inputs }) => ({
      name: String(inputs.lora_name),
      weight: Number(inputs.strength_model),
      weightText: Number(inputs.strength_clip),
    }))
    .filter(({ weight, weightText }) => weight !== 0 || weightText !== 0);
}

function checkpointOf(graph: ApiGraph): string | undefined {
  const loader = Object.values(graph).find(({ class_type }) => class_type === "CheckpointLoaderSimple");
  return loader === undefined ? undefined : String(loader.inputs.ckpt_name);
}

function hashOf(home: string, name: Json | undefined): string {
  try {
    return createHash("sha256")
      .update(readAnnotated(home, String(name)))
      .digest("hex");
  } catch {
    // The node itself says what is wrong.
    return "";
  }
}

function progressOf(
  node: string,
  host: ReturnType<typeof graphHost>,
  onEvent: (event: GraphEvent) => void,
  previewMs: number | undefined,
) {
  let last = performance.now();
  return async ({ step, steps, denoised }: Progress): Promise<void> => {
    // A run is one long chain of promises: without this, nobody could tell its thread to stop.
    await immediate();
    onEvent({ type: "progress", node, value: step + 1, max: steps });
    if (previewMs === undefined || performance.now() - last < previewMs || step + 1 >= steps) return;
    const [, ...shape] = denoised.shape;
    const size = shape.reduce((a, b) => a * b, 1);
    const image = await host.preview({ shape: [1, ...shape], data: denoised.data.slice(0, size) });
    last = performance.now();
    if (image) onEvent({ type: "preview", node, image });
  };
}
