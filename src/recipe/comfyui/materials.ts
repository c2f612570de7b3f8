/** What a pass is made with: checkpoints, diffusion models, text encoders, VAEs, and the adapters on their way. */

import type { Adapter, ModelRef, RecipeInput } from "../recipe.ts";
import { nameOf } from "../values.ts";
import { GRAPH_LIMITS, type GraphNode, type Input, isLink, linksOf } from "./graph.ts";
import { type Kind, kindOfName } from "./kinds.ts";
import { type Known, numberOfInput, textOfInput } from "./known.ts";
import { lorasOf } from "./loras.ts";
import { inputOf, kindOfLink, originNode, sayUnresolved, step, type Walk } from "./walk.ts";

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
  clipSkip?: Known<number>;
  shift?: Known<number>;
}

/** Materials of no pass yet. */
export function noMaterials(): Materials {
  return { models: new Map(), adapters: new Map(), inputs: new Map() };
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
    if (place === undefined || depth > GRAPH_LIMITS.depth || this.seen.has(place.node.id)) return undefined;
    if (!step(this.walk)) return undefined;
    this.seen.add(place.node.id);
    return this.visit(place.node, depth);
  }

  private visit(node: GraphNode, depth: number): Known<string> | undefined {
    let first: Known<string> | undefined;
    const links = linksOf(node);
    for (const [name, link] of links) {
      const kind = kindOfLink(this.walk, name, link);
      if (kind === this.part) first ??= this.follow(link, depth + 1);
      else if (kind === "stack" && this.part !== "vae") this.stack(link, depth + 1);
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
      const role = roleOf(name, node, this.part);
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
    noteIpAdapter(this.walk, node, this.into);
  }

  /** A stack is a chain of nodes that hold LoRAs, the first of them upstream. */
  private stack(input: Input, depth: number): void {
    const place = originNode(this.walk, input, "stack");
    if (place === undefined || depth > GRAPH_LIMITS.depth || this.seen.has(place.node.id)) return;
    this.seen.add(place.node.id);
    for (const [name, link] of linksOf(place.node)) if (kindOfName(name) === "stack") this.stack(link, depth + 1);
    noteLoras(this.walk, place.node, this.into);
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

function noteIpAdapter(walk: Walk, node: GraphNode, into: Materials): void {
  if (!/ipadapter|pulid|instantid|photomaker/i.test(node.type) || !node.inputs.has("weight")) return;
  const weight = numberOfInput(walk, node.inputs.get("weight"), "weight");
  const start = numberOfInput(walk, node.inputs.get("start_at"), "start_at");
  const end = numberOfInput(walk, node.inputs.get("end_at"), "end_at");
  const name = ipAdapterName(walk, node, 0) ?? { value: node.type, pointer: node.pointer, computed: true as const };
  into.adapters.set(`ipadapter ${node.id}`, {
    type: "ipadapter",
    name,
    ...(weight && { weight }),
    ...(start && { start }),
    ...(end && { end }),
  });
}

function ipAdapterName(walk: Walk, node: GraphNode, depth: number): Known<string> | undefined {
  for (const key of ["ipadapter_file", "preset", "instantid_file", "pulid_file"]) {
    const name = modelName(walk, node.inputs.get(key), key);
    if (name) return name;
  }
  const link = node.inputs.get("ipadapter") ?? node.inputs.get("instantid") ?? node.inputs.get("pulid");
  const place = depth < 20 ? originNode(walk, link, "other") : undefined;
  return place && ipAdapterName(walk, place.node, depth + 1);
}

const NO_FILE = /^(none|baked ?vae|automatic|default|undefined|model|)$/i;

function modelName(walk: Walk, input: Input | undefined, want: string): Known<string> | undefined {
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

/** Control nets that a node applies or stacks. */
export function noteControls(walk: Walk, node: GraphNode, into: Materials): void {
  for (const [name, link] of linksOf(node)) {
    if (kindOfName(name) !== "stack" || !/c(ontrol)?_?net/i.test(name)) continue;
    const place = originNode(walk, link, "stack");
    if (place && step(walk)) noteControls(walk, place.node, into);
  }
  for (const { name, suffix } of controlNames(walk, node)) {
    const at = (keys: readonly string[]): Known<number> | undefined =>
      keys
        .map((key) => numberOfInput(walk, node.inputs.get(key + suffix), "strength"))
        .find((known) => known !== undefined);
    const weight = at(["strength", "controlnet_strength", "control_net_strength", "weight"]);
    const start = at(["start_percent", "start_at"]);
    const end = at(["end_percent", "end_at"]);
    const preprocessor = preprocessorOf(walk, node);
    into.adapters.set(`control ${node.id} ${suffix}`, {
      type: "controlnet",
      name,
      ...(weight && { weight }),
      ...(start && { start }),
      ...(end && { end }),
      ...(preprocessor && { preprocessor }),
    });
  }
}

function controlNames(walk: Walk, node: GraphNode): { name: Known<string>; suffix: string }[] {
  const found: { name: Known<string>; suffix: string }[] = [];
  for (const [key, input] of node.inputs) {
    if (!/^(control_?net|cnet|tile_controlnet)(_?name)?(_\d)?$/i.test(key)) continue;
    const suffix = /_\d$/.exec(key)?.[0] ?? "";
    const off = node.inputs.get(`switch${suffix}`);
    if (off !== undefined && !isLink(off) && /off/i.test(String(off.value))) continue;
    const name = isLink(input) ? controlFile(walk, input, 0) : modelName(walk, input, "control_net_name");
    if (name) found.push({ name, suffix });
  }
  return found;
}

/** The file behind a control net that may have been typed, weighted or patched on its way. */
function controlFile(walk: Walk, input: Input, depth: number): Known<string> | undefined {
  const place = originNode(walk, input, "control");
  if (place === undefined || depth > 20 || !step(walk)) return undefined;
  for (const key of ["control_net_name", "controlnet_name", "cnet", "controlnet", "model_name", "name", "model"]) {
    const own = place.node.inputs.get(key);
    const name = own === undefined || isLink(own) ? undefined : modelName(walk, own, key);
    if (name) return name;
  }
  const next = linksOf(place.node).find(([name]) => kindOfName(name) === "control")?.[1];
  return next && controlFile(walk, next, depth + 1);
}

function preprocessorOf(walk: Walk, node: GraphNode): Known<string> | undefined {
  const place = originNode(walk, node.inputs.get("image"), "image", "image");
  if (place === undefined || /load|resize|scale|VAE|save|preview/i.test(place.node.type)) return undefined;
  const named = textOfInput(walk, place.node.inputs.get("preprocessor"), "preprocessor");
  return named ?? { value: place.node.type, pointer: `${place.node.pointer}/class_type` };
}

const NOT_IMAGES: ReadonlySet<Kind> = new Set([
  "model",
  "clip",
  "vae",
  "scalar",
  "sigmas",
  "sampler",
  "noise",
  "stack",
]);

/** Input images upstream of an input, each with the part that it plays. */
export function noteInputs(walk: Walk, input: Input | undefined, role: RecipeInput["role"], into: Materials): void {
  const seen = new Set<string>();
  const visit = (at: Input | undefined, as: RecipeInput["role"], depth: number): void => {
    const place = originNode(walk, at, "image");
    if (place === undefined || seen.has(place.node.id) || depth > GRAPH_LIMITS.depth || !step(walk)) return;
    const { node } = place;
    seen.add(node.id);
    const file = ["image", "video", "image_path", "mask", "audio"]
      .map((key) => node.inputs.get(key))
      .find((own) => own && !isLink(own));
    if (file && /load/i.test(node.type)) {
      const name = textOfInput(walk, file, "image");
      if (name && !into.inputs.has(`${as} ${name.value}`)) into.inputs.set(`${as} ${name.value}`, { role: as, name });
    }
    if (isRun(node)) return;
    for (const [name, link] of linksOf(node)) {
      if (!NOT_IMAGES.has(kindOfName(name))) visit(link, /mask/i.test(name) ? "mask" : as, depth + 1);
    }
  };
  visit(input, role, 0);
}

/** A sampler's own inputs are another pass's matter. */
function isRun(node: GraphNode): boolean {
  return node.inputs.has("steps") || node.inputs.has("sigmas");
}
