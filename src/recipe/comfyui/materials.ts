/** What a pass is made with: checkpoints, diffusion models, text encoders, VAEs, and the adapters on their way. */

import type { Adapter, ModelRef, RecipeInput } from "../recipe.ts";
import { nameOf } from "../values.ts";
import { inputOf, originNode } from "./follow.ts";
import { GRAPH_LIMITS, type GraphNode, type Input, isLink, linksOf } from "./graph.ts";
import { kindOfName } from "./kinds.ts";
import { type Known, numberOfInput, textOfInput } from "./known.ts";
import { lorasOf } from "./loras.ts";
import { kindOfLink, sayUnresolved, step, type Walk } from "./walk.ts";

/** A model file that the image needs. */
export interface ModelUse {
  readonly role: ModelRef["role"];
  readonly name: Known<string>;
}

/** An adapter, in the order in which it is applied. */
export interface AdapterUse {
  readonly type: Adapter["type"];
  readonly name: Known<string>;
  readonly weight?: Known<number>;
  readonly weightText?: Known<number>;
  readonly start?: Known<number>;
  readonly end?: Known<number>;
  readonly preprocessor?: Known<string>;
}

/** An input image. */
export interface InputUse {
  readonly role: RecipeInput["role"];
  readonly name: Known<string>;
}

/** What all passes of an image are made with; each thing once. */
export interface Materials {
  readonly models: Map<string, ModelUse>;
  readonly adapters: Map<string, AdapterUse>;
  readonly inputs: Map<string, InputUse>;
  /** Nodes on the model's way that may be adapters for image prompts. */
  readonly guides: Set<GraphNode>;
  clipSkip?: Known<number>;
  shift?: Known<number>;
}

/** Materials of no pass yet. */
export function noMaterials(): Materials {
  return { models: new Map(), adapters: new Map(), inputs: new Map(), guides: new Set() };
}

/** Which of the three parts of a checkpoint a way leads to. */
export type Part = "model" | "clip" | "vae";

/**
 * Follows a model, text encoder or VAE upstream, and notes all files and adapters on the way, upstream first.
 * Returns the file that the part was loaded from; of a merge, the first.
 */
export function traceModel(
  walk: Walk,
  input: Input | undefined,
  part: Part,
  into: Materials,
): Known<string> | undefined {
  return new Tracer(walk, into, part).follow(input, 0);
}

class Tracer {
  private readonly seen = new Set<string>();
  private readonly walk: Walk;
  private readonly into: Materials;
  private readonly part: Part;

  constructor(walk: Walk, into: Materials, part: Part) {
    this.walk = walk;
    this.into = into;
    this.part = part;
  }

  follow(input: Input | undefined, depth: number): Known<string> | undefined {
    const place = originNode(this.walk, input, this.part, this.part);
    if (place === undefined || depth > GRAPH_LIMITS.depth || this.seen.has(place.at.id)) return undefined;
    if (!step(this.walk)) return undefined;
    this.seen.add(place.at.id);
    return this.visit(place.at, depth);
  }

  private visit(node: GraphNode, depth: number): Known<string> | undefined {
    let first: Known<string> | undefined;
    const links = linksOf(node);
    for (const [name, link] of links) {
      const kind = kindOfLink(this.walk, name, link);
      if (kind === this.part) {
        const found = this.follow(link, depth + 1);
        first ??= found;
      } else if (kind === "stack" && this.part !== "vae") this.stack(link, depth + 1);
    }
    const loaded = this.load(node);
    if (first === undefined && loaded === undefined) first = this.throughPipe(node, depth);
    this.adapt(node);
    const found = first ?? loaded;
    if (found === undefined && this.part === "model" && links.length === 0) sayUnresolved(this.walk, node, "model");
    return found;
  }

  private throughPipe(node: GraphNode, depth: number): Known<string> | undefined {
    const held = inputOf(this.walk, node, this.part);
    return held === undefined ? undefined : this.follow(held, depth + 1);
  }

  private load(node: GraphNode): Known<string> | undefined {
    let first: Known<string> | undefined;
    for (const [name, input] of node.inputs) {
      // A linked `model` is the model itself, not its name.
      const role = name === "model" && isLink(input) ? undefined : roleOf(name, node, this.part);
      const known = role && modelName(this.walk, input, name);
      if (role === undefined || known === undefined) continue;
      const key = `${role} ${known.value}`;
      if (!this.into.models.has(key)) this.into.models.set(key, { role, name: known });
      first ??= known;
    }
    return first;
  }

  private adapt(node: GraphNode): void {
    if (this.part === "vae") return;
    noteLoras(this.walk, node, this.into);
    for (const key of ["stop_at_clip_layer", "clip_skip", "base_clip_skip"]) {
      const known = numberOfInput(this.walk, node.inputs.get(key), key);
      // ComfyUI counts layers from the end as negative numbers: -2 is the last but one, which others call 2.
      if (known && known.value !== 0) this.into.clipSkip ??= { ...known, value: Math.abs(known.value) };
    }
    if (this.part !== "model") return;
    const shift = /ModelSampling/.test(node.type)
      ? numberOfInput(this.walk, node.inputs.get("shift"), "shift")
      : undefined;
    if (shift) this.into.shift ??= shift;
    noteHypernetwork(this.walk, node, this.into);
    if (node.inputs.has("weight")) this.into.guides.add(node);
  }

  /** A stack is a chain of nodes that hold LoRAs, the first of them upstream. */
  private stack(input: Input, depth: number): void {
    const place = originNode(this.walk, input, "stack");
    if (place === undefined || depth > GRAPH_LIMITS.depth || this.seen.has(place.at.id)) return;
    this.seen.add(place.at.id);
    for (const [name, link] of linksOf(place.at)) if (kindOfName(name) === "stack") this.stack(link, depth + 1);
    noteLoras(this.walk, place.at, this.into);
  }
}

function noteLoras(walk: Walk, node: GraphNode, into: Materials): void {
  for (const [i, lora] of lorasOf(walk, node).entries()) {
    const key = `lora ${node.id} ${i}`;
    if (!into.adapters.has(key)) into.adapters.set(key, { type: "lora", ...lora });
  }
}

function noteHypernetwork(walk: Walk, node: GraphNode, into: Materials): void {
  const name = modelName(walk, node.inputs.get("hypernetwork_name"), "hypernetwork_name");
  const weight = numberOfInput(walk, node.inputs.get("strength"), "strength");
  if (name) into.adapters.set(`hypernetwork ${node.id}`, { type: "hypernetwork", name, ...(weight && { weight }) });
}

const NO_FILE = /^(none|baked ?vae|automatic|default|undefined|model|)$/i;

/** A file's name as an input gives it; the words for "none" and "the one inside the checkpoint" are no names. */
export function modelName(walk: Walk, input: Input | undefined, want: string): Known<string> | undefined {
  if (input === undefined) return undefined;
  const known = textOfInput(walk, input, want);
  return known !== undefined && nameOf(known.value) !== undefined && !NO_FILE.test(known.value.trim())
    ? known
    : undefined;
}

const CHECKPOINT = /^(base_)?(ckpt|checkpoint)(_?name)?[_\d]*$|^ckpt_(name|path)|^model_?name[_\d]*$|^model_path$/i;
const UNET = /^(unet|gguf|dit|transformer)(_?name|_path)?$|^diffusion_model(_name)?$|^model$/i;
const ENCODER = /^(clip|text_encoder|t5|llama|llm|gemma)(_?name|_model|_path)?_?\d?$|^model_name$/i;

/** What file an input names, where the node loads the part that is asked for. */
function roleOf(name: string, node: GraphNode, part: Part): ModelRef["role"] | undefined {
  if (/lora|upscale|vision|style|controlnet|ipadapter|sam|detector/i.test(node.type)) {
    if (!/checkpoint|ckpt|efficient|fullLoader|pipeLoader/i.test(node.type)) return undefined;
  }
  const load = /load|selector|generator|input parameters|checkpoint/i.test(node.type);
  if (part === "model") {
    if (/^refiner_(ckpt|checkpoint)/i.test(name)) return "refiner";
    if (CHECKPOINT.test(name))
      return /^model/.test(name) && /unet|diffusion|gguf|wanvideo|dit/i.test(node.type) ? "unet" : "checkpoint";
    return UNET.test(name) && (load || name !== "model") ? "unet" : undefined;
  }
  if (part === "vae") return /^vae(_?name|_path)?$|^model_name$/i.test(name) && load ? "vae" : undefined;
  return ENCODER.test(name) && load && !node.inputs.has("ckpt_name") ? "textEncoder" : undefined;
}
