/** The passes that made an image: every sampler upstream of the output, in the order in which they ran. */

import { type Conditioning, traceConditioning } from "./conditioning.ts";
import { originNode } from "./follow.ts";
import { GRAPH_LIMITS, type GraphNode, type Input, linksOf } from "./graph.ts";
import { noteControls, noteIpAdapter } from "./guides.ts";
import { noteInputs } from "./input-images.ts";
import type { Kind } from "./kinds.ts";
import { type Known, numberOfInput, textOfInput } from "./known.ts";
import { type Materials, noMaterials, traceModel } from "./materials.ts";
import { isSampler, readSampling, type Sampling } from "./sampling.ts";
import { factorOf, type KnownSize, mainInput, ownSize, scaled, sizeOfLink } from "./sizes.ts";
import { kindOfLink, step, type Walk } from "./walk.ts";

/** How a pass's latent was enlarged since the pass before. */
export interface Upscale {
  readonly method?: Known<string>;
  readonly factor?: Known<number>;
  readonly width?: Known<number>;
  readonly height?: Known<number>;
}

/** One pass with everything that its inputs lead to. */
export interface GraphPass {
  readonly sampling: Sampling;
  readonly role: "base" | "hires" | "refiner" | "detailer" | "pass";
  readonly positive: Conditioning;
  readonly negative: Conditioning;
  readonly model?: Known<string>;
  readonly size?: KnownSize;
  readonly upscale?: Upscale;
}

/** All passes upstream of an output, and what they are made with. */
export interface Making {
  readonly passes: readonly GraphPass[];
  readonly materials: Materials;
  /** All nodes that were come through on the way of the image, the output's end first. */
  readonly nodes: readonly GraphNode[];
}

/** The kinds of links that no image comes through. */
const ASIDE: ReadonlySet<Kind> = new Set(["clip", "vae", "scalar", "sampler", "sigmas", "noise", "stack", "control"]);
const ORDER: readonly Kind[] = ["latent", "image", "pipe", "guider", "conditioning", "model", "script", "other"];

/** Nodes that give an empty latent beside the conditioning that their images guide. */
const HINTED = /InstructPixToPix|ToVideo|img2vid/i;

/** The samplers upstream of an output, in the order in which they ran, and all nodes on the way of the image. */
export interface Runs {
  readonly outputs: readonly Input[];
  readonly runs: readonly GraphNode[];
  readonly nodes: readonly GraphNode[];
}

/**
 * Walks back from these inputs. A sampler comes after everything that it builds on; samplers that only made a hint or a
 * reference for another come last.
 */
export function walkBack(walk: Walk, outputs: readonly Input[]): Runs {
  const runs: GraphNode[] = [];
  const nodes: GraphNode[] = [];
  const aside: Input[] = [];
  const seen = new Set<string>();
  const visit = (input: Input, kind: Kind, depth: number): void => {
    const place = originNode(walk, input, kind);
    if (place === undefined || seen.has(place.at.id) || depth > GRAPH_LIMITS.depth || !step(walk)) return;
    const { at: node } = place;
    seen.add(node.id);
    nodes.push(node);
    const guides = kind === "conditioning" || kind === "model" || kind === "guider";
    for (const [next, as] of waysBack(walk, node)) {
      if (as === "image" && (kind === "conditioning" || kind === "model" || HINTED.test(node.type))) aside.push(next);
      else visit(next, as, depth + 1);
    }
    if (!guides && isSampler(walk, node)) runs.push(node);
  };
  for (const output of outputs) visit(output, "image", 0);
  for (let next = aside.shift(); next !== undefined; next = aside.shift()) visit(next, "image", 0);
  return { outputs, runs, nodes };
}

function waysBack(walk: Walk, node: GraphNode): [Input, Kind][] {
  return linksOf(node)
    .map(([name, link]): [Input, Kind] => [link, kindOfLink(walk, name, link)])
    .filter(([, kind]) => !ASIDE.has(kind))
    .sort(([, a], [, b]) => ORDER.indexOf(a) - ORDER.indexOf(b));
}

/** Reads the settings and materials of all samplers of a way. */
export function readPasses(walk: Walk, { outputs, runs, nodes }: Runs): Making {
  const materials = noMaterials();
  const passes: GraphPass[] = [];
  for (const node of runs) {
    const sampling = readSampling(walk, node);
    const base = readPass(walk, sampling, passes[0], materials);
    passes.push(...withRefiner(walk, base, materials));
    passes.push(...scriptPasses(walk, node, passes.at(-1)!, materials));
  }
  for (const node of nodes) noteRest(walk, node, materials);
  if (runs.length === 0) for (const output of outputs) noteInputs(walk, output, "init", materials);
  return { passes, materials, nodes };
}

function readPass(walk: Walk, sampling: Sampling, base: GraphPass | undefined, materials: Materials): GraphPass {
  const model = traceModel(walk, sampling.model, "model", materials);
  for (const node of materials.guides) {
    noteIpAdapter(walk, node, materials);
    noteInputs(walk, node.inputs.get("image"), "reference", materials);
  }
  const positive = traceConditioning(walk, sampling.positive, "positive");
  const negative = traceConditioning(walk, sampling.negative ?? negativeInPositive(sampling), "negative");
  for (const side of [positive, negative]) {
    for (const clip of side.clips) traceModel(walk, clip, "clip", materials);
    for (const node of side.controls) noteControls(walk, node, materials);
    for (const node of side.controls) noteInputs(walk, node.inputs.get("image"), "control", materials);
  }
  if (sampling.vae) traceModel(walk, sampling.vae, "vae", materials);
  noteInputs(walk, sampling.latent, "init", materials);
  noteInputs(walk, sampling.positive, "reference", materials);
  const size = sizeOfLink(walk, { node: sampling.node.id, slot: 0 });
  const upscale = base && upscaleOf(walk, sampling.latent);
  const role = roleOf(sampling, base, upscale, model);
  return {
    sampling,
    role,
    positive,
    negative,
    ...(model && { model }),
    ...(size && { size }),
    ...(upscale && { upscale }),
  };
}

/** Video wrappers carry both prompts in one input. */
function negativeInPositive({ node, positive }: Sampling): Input | undefined {
  return node.inputs.get("text_embeds") === positive ? positive : undefined;
}

function roleOf(
  sampling: Sampling,
  base: GraphPass | undefined,
  upscale: Upscale | undefined,
  model: Known<string> | undefined,
): GraphPass["role"] {
  if (/detail/i.test(sampling.node.type)) return "detailer";
  if (base === undefined) return "base";
  if (upscale !== undefined || /upscale/i.test(sampling.node.type)) return "hires";
  const later = (sampling.startStep?.value ?? 0) > 0;
  return later && model?.value !== base.model?.value ? "refiner" : "pass";
}

/** What enlarged the latent or image between the sampler before and this one. */
function upscaleOf(walk: Walk, input: Input | undefined): Upscale | undefined {
  let at = input;
  let found: Upscale | undefined;
  for (let depth = 0; depth < 50; depth++) {
    const place = originNode(walk, at, "latent", "latent");
    if (place === undefined || isSampler(walk, place.at)) return place === undefined ? undefined : found;
    found = enlarging(walk, place.at) ?? found;
    at = mainInput(place.at, place.slot);
  }
  return found;
}

function enlarging(walk: Walk, node: GraphNode): Upscale | undefined {
  if (!/scale|resize/i.test(node.type)) return undefined;
  const method = textOfInput(
    walk,
    node.inputs.get("upscale_method") ?? node.inputs.get("interpolation"),
    "upscale_method",
  );
  const factor = factorOf(walk, node);
  const size = factor === undefined ? ownSize(walk, node) : undefined;
  return {
    ...(method && { method }),
    ...(factor && { factor }),
    ...(size && { width: size.width, height: size.height }),
  };
}

/** The Efficiency sampler for SDXL runs the refiner of its tuple from a step on. */
function withRefiner(walk: Walk, base: GraphPass, materials: Materials): GraphPass[] {
  const { node, steps } = base.sampling;
  const at = numberOfInput(walk, node.inputs.get("refine_at_step"), "refine_at_step");
  const model = [...materials.models.values()].find(({ role }) => role === "refiner")?.name;
  if (at === undefined || model === undefined || at.value < 0 || at.value >= (steps?.value ?? 0)) return [base];
  const { startStep: _start, ...sampling } = base.sampling;
  return [
    { ...base, sampling: { ...base.sampling, endStep: at } },
    { ...base, role: "refiner", model, sampling: { ...sampling, startStep: at } },
  ];
}

/** Scripts of the Efficiency nodes run further passes in the same node: hires fix, tiled upscaling. */
function scriptPasses(walk: Walk, node: GraphNode, base: GraphPass, materials: Materials): GraphPass[] {
  const passes: GraphPass[] = [];
  let at = node.inputs.get("script");
  for (let depth = 0; depth < 20 && at !== undefined; depth++) {
    const place = originNode(walk, at, "script");
    if (place === undefined || !step(walk)) break;
    if (/high.?res|upscaler script/i.test(place.at.type)) passes.unshift(scriptPass(walk, place.at, base, materials));
    at = place.at.inputs.get("script");
  }
  return passes;
}

function scriptPass(walk: Walk, node: GraphNode, base: GraphPass, materials: Materials): GraphPass {
  const number = (...names: string[]): Known<number> | undefined =>
    names.map((name) => numberOfInput(walk, node.inputs.get(name), name)).find((known) => known !== undefined);
  const sameSeed = walk.value(node.inputs.get("use_same_seed"), "use_same_seed")?.value === true;
  const seed = sameSeed ? base.sampling.seed : walk.value(node.inputs.get("seed"), "seed");
  const steps = number("hires_steps", "tiling_steps");
  const denoise = number("denoise");
  const factor = number("upscale_by");
  const method = textOfInput(walk, node.inputs.get("latent_upscaler") ?? node.inputs.get("pixel_upscaler"), "upscaler");
  if (walk.value(node.inputs.get("use_controlnet"), "use")?.value === true) noteControls(walk, node, materials);
  const { steps: _steps, denoise: _denoise, seed: _seed, ...rest } = base.sampling;
  const { size: before, ...same } = base;
  const size = before && factor && scaled(before, factor);
  return {
    ...same,
    ...(size && { size }),
    role: "hires",
    sampling: { ...rest, node, ...(seed && { seed }), ...(steps && { steps }), ...(denoise && { denoise }) },
    upscale: { ...(factor && { factor }), ...(method && { method }) },
  };
}

/** Files that nodes on the way of the image load beside the samplers: VAEs, upscaling models. */
function noteRest(walk: Walk, node: GraphNode, materials: Materials): void {
  for (const [name, link] of linksOf(node)) {
    if (name === "vae") traceModel(walk, link, "vae", materials);
    if (name !== "upscale_model") continue;
    const loader = originNode(walk, link, "other")?.at;
    const file = loader && textOfInput(walk, loader.inputs.get("model_name"), "model_name");
    if (file) materials.models.set(`upscaler ${file.value}`, { role: "upscaler", name: file });
  }
}
