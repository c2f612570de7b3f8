/** The graph that a ComfyUI server is given: written from the recipe or recorded, with input images, and never cached. */

import { SeedproofError } from "../base/errors.ts";
import { isObject, type Json, type JsonObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import type { Capabilities } from "../engine/engine.ts";
import { readContainer } from "../recipe/reading.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { offeredName } from "./offers.ts";

/** A graph by node id. Long seeds are texts of digits here: a JavaScript number would round them. */
export type ComfyuiGraph = Record<string, { class_type: string; inputs: Record<string, Json>; _meta?: Json }>;

/** Names of images that were uploaded. */
export interface UploadedImages {
  readonly init?: string;
  readonly mask?: string;
}

/** @throws SeedproofError `remote.graph-malformed` when the text is no API graph */
export function readGraph(text: string): ComfyuiGraph {
  const json = tryJson(text);
  const entries = isObject(json) ? Object.entries(json) : [];
  if (entries.length === 0 || !entries.every(([, node]) => isNode(node))) {
    throw new SeedproofError("remote.graph-malformed", "the graph is no API graph of ComfyUI");
  }
  return structuredClone(json) as ComfyuiGraph;
}

function isNode(node: Json): boolean {
  return isObject(node) && typeof node.class_type === "string" && isObject(node.inputs);
}

/** Inputs that hold a seed. */
const SEEDS = /^(?:noise_)?seed$/;

/** The JSON text, with every seed as the number that it is. */
export function graphText(graph: ComfyuiGraph): string {
  // Seeds are marked by a text that stands nowhere in the graph, and freed of their quotes behind it.
  const plain = JSON.stringify(graph);
  let mark = "seed:";
  while (plain.includes(mark)) mark += ":";
  const marked = JSON.stringify(graph, (key, value: unknown) =>
    SEEDS.test(key) && typeof value === "string" && /^\d{1,20}$/.test(value) ? mark + value : value,
  );
  return marked.replace(new RegExp(`"${mark}(\\d{1,20})"`, "g"), "$1");
}

/** The graph with another seed wherever its own stands; seeds of other passes stay. */
export function withSeed(graph: ComfyuiGraph, own: string, seed: string): ComfyuiGraph {
  return mapInputs(graph, (_, inputs) =>
    Object.fromEntries(
      Object.entries(inputs).map(([key, value]) => [key, SEEDS.test(key) && String(value) === own ? seed : value]),
    ),
  );
}

/** The recipe that a graph comes to, as the reader of images reads it. */
export function recipeIn(graph: ComfyuiGraph): Recipe | undefined {
  const text = graphText(graph);
  const block = { where: "request", key: "prompt", offset: 0, length: text.length, encoding: "utf8", text } as const;
  return readContainer({ kind: "unknown", pixels: undefined, blocks: [block], findings: [] }).recipe;
}

/** Inputs that name files of the server, and where their list stands. */
const FILES = { ckpt_name: "models", lora_name: "adapters", vae_name: "vaes" } as const;

/** The graph with files by the names that this server has for them; what it has not keeps its name and is refused there. */
export function withNamesOf(graph: ComfyuiGraph, offers: Capabilities): ComfyuiGraph {
  const names = { models: offers.models.map(({ name }) => name), adapters: offers.adapters, vaes: offers.vaes };
  return mapInputs(graph, (_, inputs) =>
    Object.fromEntries(
      Object.entries(inputs).map(([key, value]) => {
        const list = Object.hasOwn(FILES, key) ? FILES[key as keyof typeof FILES] : undefined;
        return [key, (list && typeof value === "string" && offeredName(value, names[list])) || value];
      }),
    ),
  );
}

/** Nodes that read files: run again they give the same, and take a minute. */
const LOADERS = /Loader|LoadImage/;

/** Name of the input that keeps a node from being taken from the cache. ComfyUI ignores inputs that it does not know. */
const NONCE_INPUT = "seedproof_run";

/**
 * The graph as one that was never run: ComfyUI keeps each node's result by its inputs, whichever they are, so that one
 * more input makes it run the node anew, and all behind it.
 */
export function withNonce(graph: ComfyuiGraph, nonce: string): ComfyuiGraph {
  return mapInputs(graph, ({ class_type }, inputs) =>
    LOADERS.test(class_type) ? inputs : { ...inputs, [NONCE_INPUT]: nonce },
  );
}

function mapInputs(
  graph: ComfyuiGraph,
  change: (node: ComfyuiGraph[string], inputs: Record<string, Json>) => Record<string, Json>,
): ComfyuiGraph {
  return Object.fromEntries(
    Object.entries(graph).map(([id, node]) => [id, { ...node, inputs: change(node, node.inputs) }]),
  );
}

/** A written graph that starts from an uploaded image instead of noise, and paints only what the mask says. */
export function withImages(graph: ComfyuiGraph, { init, mask }: UploadedImages): ComfyuiGraph {
  if (init === undefined) return graph;
  const [empty] = Object.entries(graph).find(([, { class_type }]) => class_type === "EmptyLatentImage") ?? [];
  const decoder = Object.values(graph).find(({ class_type }) => class_type === "VAEDecode");
  if (empty === undefined || decoder?.inputs.vae === undefined) return graph;
  const next = String(Math.max(...Object.keys(graph).map(Number)) + 1);
  const masked = String(Number(next) + 1);
  const encoded = { class_type: "VAEEncode", inputs: { pixels: [next, 0], vae: decoder.inputs.vae } };
  const loaded = { [next]: { class_type: "LoadImage", inputs: { image: init } } };
  if (mask === undefined) return { ...graph, ...loaded, [empty]: encoded };
  const [encoder, loader] = [String(Number(next) + 2), masked];
  return {
    ...graph,
    ...loaded,
    [loader]: { class_type: "LoadImageMask", inputs: { image: mask, channel: "red" } },
    [encoder]: encoded,
    [empty]: { class_type: "SetLatentNoiseMask", inputs: { samples: [encoder, 0], mask: [loader, 0] } },
  };
}

/** Ids of the nodes that draw: their result must never come from a cache. */
export function samplersOf(graph: ComfyuiGraph): string[] {
  return Object.entries(graph)
    .filter(([, { class_type }]) => /sampler/i.test(class_type) && !/select/i.test(class_type))
    .map(([id]) => id);
}

/** A node's name for people: `3 (KSampler)`. */
export function nodeName(graph: JsonObject, id: string): string {
  const node = graph[id];
  return isObject(node) && typeof node.class_type === "string" ? `${id} (${node.class_type})` : id;
}
