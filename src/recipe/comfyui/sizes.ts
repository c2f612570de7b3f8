/** Sizes in pixels of what flows through a graph, as far as the graph alone decides them. */

import { inputOf, originNode } from "./follow.ts";
import { type GraphNode, type Input, isLink, type Link, linksOf } from "./graph.ts";
import { kindOfName, namesOf } from "./kinds.ts";
import { type Known, numberOfInput, textOfInput } from "./known.ts";
import { outputName, type Place, step, type Walk } from "./walk.ts";

/** A size with the places that width and height stand in. */
export interface KnownSize {
  readonly width: Known<number>;
  readonly height: Known<number>;
}

/** How many resizing nodes deep a size is followed. CWE-674. */
const MAX_DEPTH = 200;

/** The size of the image or latent that a link carries; `undefined` where an input image or a model decides it. */
export function sizeOfLink(walk: Walk, input: Input | undefined, depth = 0): KnownSize | undefined {
  if (depth > MAX_DEPTH || !step(walk)) return undefined;
  const place = originNode(walk, input, "latent", "latent");
  if (place === undefined) return undefined;
  const key = `${place.at.id} ${place.slot}`;
  const found = walk.sizes.get(key);
  if (found !== undefined || walk.sizes.has(key)) return found;
  walk.sizes.set(key, undefined);
  const size = sizeAt(walk, place, depth);
  walk.sizes.set(key, size);
  return size;
}

function sizeAt(walk: Walk, { at: node, slot }: Place, depth: number): KnownSize | undefined {
  const upstream = (): KnownSize | undefined => sizeOfLink(walk, mainInput(node, slot), depth + 1);
  if (/^(Latent|Image|easy image)?.*(Crop|Rotate|Stitch|Concat|Grid|PadForOutpaint|Outpaint)/i.test(node.type)) {
    return /crop/i.test(node.type) ? ownSize(walk, node) : undefined;
  }
  const factor = factorOf(walk, node);
  if (factor !== undefined) {
    const before = upstream();
    return before && scaled(before, factor);
  }
  const main = mainInput(node, slot);
  const own = ownSize(walk, node);
  if (main === undefined || (own !== undefined && resizes(node))) return own;
  if (/upscale.*model|model.*upscale/i.test(node.type)) return undefined;
  return upstream() ?? (isSampler(node) ? undefined : own);
}

function isSampler(node: GraphNode): boolean {
  return node.inputs.has("steps") || node.inputs.has("sigmas");
}

/** Nodes whose width and height are those of their result, not of a tile or a hint. */
function resizes(node: GraphNode): boolean {
  if (!/scale|resize|upscale/i.test(node.type) || /tile|tiled|ultimate/i.test(node.type)) return false;
  const keep = [...node.inputs].find(([name]) => /keep_(proportion|ratio|aspect)|^method$|^mode$/i.test(name))?.[1];
  return keep === undefined || isLink(keep) || /^(false|stretch|disabled|resize|0)$/i.test(String(keep.value));
}

/** The image or latent that a node changes, the likelier first. */
export function mainInput(node: GraphNode, slot = 0): Link | undefined {
  const links = linksOf(node);
  const named = [
    "samples",
    "samples_to",
    "latent_image",
    "pixels",
    "image",
    "images",
    "latent",
    "destination",
    "init_image",
  ];
  for (const name of named) {
    const link = links.find(([key]) => key === name)?.[1];
    if (link) return link;
  }
  const kind = outputName(node, slot) === "image" ? "image" : undefined;
  return links.find(([key]) => (kind ? kindOfName(key) === kind : /^(latent|image)$/.test(kindOfName(key))))?.[1];
}

/** By how much a node enlarges what it is given. */
export function factorOf(walk: Walk, node: GraphNode): Known<number> | undefined {
  for (const name of ["scale_by", "upscale_by", "rescale_factor", "upscale_factor", "scale_factor", "factor"]) {
    const input = node.inputs.get(name);
    if (input === undefined || !/scale|upscal|resize/i.test(node.type)) continue;
    if (name === "rescale_factor" && /resize/.test(String(textOfInput(walk, node.inputs.get("mode"))?.value))) continue;
    const known = numberOfInput(walk, input, name);
    if (known !== undefined && known.value > 0) return known;
  }
  return modelFactor(walk, node);
}

/** Upscaling models are named by their factor: `4x-UltraSharp`, `RealESRGAN_x4plus`. */
function modelFactor(walk: Walk, node: GraphNode): Known<number> | undefined {
  const link = node.inputs.get("upscale_model");
  if (!isLink(link) || node.inputs.has("upscale_by")) return undefined;
  const loader = originNode(walk, link, "other");
  const name = loader && textOfInput(walk, loader.at.inputs.get("model_name"), "model_name");
  const digits = name && /(?:^|[^a-z\d])(?:([1248])x|x([1248]))(?![\d])/i.exec(name.value);
  const value = Number(digits?.[1] ?? digits?.[2]);
  return name && Number.isFinite(value) ? { value, pointer: name.pointer, computed: true } : undefined;
}

/** A size enlarged on both sides, in whole pixels. */
export function scaled(size: KnownSize, factor: Known<number>): KnownSize {
  const by = ({ value, pointer }: Known<number>): Known<number> => ({
    value: Math.round(value * factor.value),
    pointer,
    computed: true,
  });
  return { width: by(size.width), height: by(size.height) };
}

/** Width and height that a node states itself: as numbers, as a text such as `1216 x 832 (landscape)`, as a ratio. */
export function ownSize(walk: Walk, node: GraphNode): KnownSize | undefined {
  const preset = presetSize(walk, node);
  if (preset !== undefined) return prescaled(walk, node, preset);
  const width = firstNumber(walk, node, namesOf("width"));
  const height = firstNumber(walk, node, namesOf("height"));
  if (width === undefined || height === undefined || width.value <= 0 || height.value <= 0) return undefined;
  return prescaled(walk, node, { width, height });
}

/** Comfyroll's aspect nodes make the latent larger by a factor of their own. */
function prescaled(walk: Walk, node: GraphNode, size: KnownSize): KnownSize {
  const factor = numberOfInput(walk, node.inputs.get("prescale_factor"), "prescale_factor");
  return factor === undefined || factor.value === 1 || factor.value <= 0 ? size : scaled(size, factor);
}

function firstNumber(walk: Walk, node: GraphNode, names: readonly string[]): Known<number> | undefined {
  for (const name of names) {
    if (!node.inputs.has(name)) continue;
    const known = numberOfInput(walk, node.inputs.get(name), name);
    if (known !== undefined) return known;
  }
  return undefined;
}

const PRESET = /^(dimensions|resolution|aspect_ratio|preset|ratio|size|empty_latent_size|image_size)$/i;

/** Presets that spell their size; those that leave it to width and height say so ("custom"). */
function presetSize(walk: Walk, node: GraphNode): KnownSize | undefined {
  for (const [name, input] of node.inputs) {
    if (
      !PRESET.test(name) ||
      isLink(input) ||
      typeof input.value !== "string" ||
      /custom|width x height/i.test(input.value)
    )
      continue;
    const digits = /(\d{2,5})\s{0,3}[x×*]\s{0,3}(\d{2,5})/i.exec(input.value);
    if (digits !== null) return swapped(node, input.pointer, Number(digits[1]), Number(digits[2]));
    const ratio = /(\d{1,3}):(\d{1,3})/.exec(input.value);
    const area = numberOfInput(walk, node.inputs.get("megapixels"), "megapixels");
    if (ratio !== null && area !== undefined) return sizeOfRatio(walk, node, ratio, area);
  }
  return undefined;
}

/** Comfyroll's aspect nodes can swap the two sides. */
function swapped(node: GraphNode, pointer: string, width: number, height: number): KnownSize {
  const swap = node.inputs.get("swap_dimensions");
  const turn = swap !== undefined && !isLink(swap) && (swap.value === "On" || swap.value === true);
  const known = (value: number): Known<number> => ({ value, pointer, computed: true });
  return turn ? { width: known(height), height: known(width) } : { width: known(width), height: known(height) };
}

/** ComfyUI's resolution selector: so many megapixels (2^20 pixels) at a ratio, rounded to a multiple. */
function sizeOfRatio(walk: Walk, node: GraphNode, ratio: RegExpExecArray, area: Known<number>): KnownSize | undefined {
  const multiple = numberOfInput(walk, node.inputs.get("multiple"), "multiple")?.value ?? 8;
  const [w, h] = [Number(ratio[1]), Number(ratio[2])];
  if (!(w > 0 && h > 0 && multiple > 0)) return undefined;
  const unit = Math.sqrt((area.value * 1024 * 1024) / (w * h));
  const side = (part: number): Known<number> => ({
    value: Math.round((part * unit) / multiple) * multiple,
    pointer: area.pointer,
    computed: true,
  });
  return { width: side(w), height: side(h) };
}

/** Width or height as an output: of size nodes, of latents that also give their size, of images that are measured. */
export function pixelsOf(walk: Walk, node: GraphNode, output: string | undefined): Known | undefined {
  const side =
    output === "width" || output === "clip_width" ? "width" : output?.endsWith("height") ? "height" : undefined;
  if (side === undefined) return undefined;
  const measures = /size|dimension|resolution/i.test(node.type) ? mainInput(node) : undefined;
  if (measures !== undefined) {
    const size = sizeOfLink(walk, measures);
    return size && { ...size[side], computed: true };
  }
  const own = ownSize(walk, node)?.[side];
  const factor = numberOfInput(walk, inputOfNode(node, "clip_scale"), "clip_scale");
  if (own === undefined || factor === undefined) return own?.computed ? own : undefined;
  return { value: Math.round(own.value * factor.value), pointer: own.pointer, computed: true };
}

function inputOfNode(node: GraphNode, name: string): Input | undefined {
  return node.inputs.get(name);
}

/** The number of images that a latent starts with. */
export function batchOf(walk: Walk, node: GraphNode): Known<number> | undefined {
  return numberOfInput(walk, inputOf(walk, node, "batch"), "batch_size");
}
