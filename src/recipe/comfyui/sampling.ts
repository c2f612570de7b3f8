/** The settings of one sampler node, wherever the graph keeps them: on the node, its guider, sigmas, noise or pipe. */

import { inputOf, originNode } from "./follow.ts";
import { type GraphNode, type Input, isLink, linksOf } from "./graph.ts";
import { kindOfName, type Member, namesOf } from "./kinds.ts";
import { type Known, numberOfInput, textOfInput } from "./known.ts";
import { outputName, sayUnresolved, step, type Walk } from "./walk.ts";

/** Settings of one run of a sampler, and the inputs that lead to what it works on. */
export interface Sampling {
  readonly node: GraphNode;
  readonly seed?: Known;
  readonly steps?: Known<number>;
  readonly startStep?: Known<number>;
  readonly endStep?: Known<number>;
  readonly cfg?: Known<number>;
  readonly guidance?: Known<number>;
  readonly denoise?: Known<number>;
  readonly sampler?: Known<string>;
  readonly scheduler?: Known<string>;
  readonly addNoise?: Known<boolean>;
  readonly leftoverNoise?: Known<boolean>;
  /** Where the noise is drawn, in the words of the node. */
  readonly noiseSource?: Known<string>;
  readonly model?: Input;
  readonly positive?: Input;
  readonly negative?: Input;
  readonly latent?: Input;
  readonly vae?: Input;
}

/** Whether a node on the way of the image runs a sampler. */
export function isSampler(walk: Walk, node: GraphNode): boolean {
  if (/select|config|scheduler$|^ModelSampling|preSampling|selector|parameter|detailerhook/i.test(node.type)) {
    return false;
  }
  if (node.inputs.has("sigmas")) return node.inputs.has("sampler") || node.inputs.has("guider");
  const links = linksOf(node);
  const driven = links.some(([name]) =>
    /^(model|pipe|guider|positive)$|pipe$|^(positive|model)|_tuple$|conditioning/.test(name),
  );
  if (/k?sampler/i.test(node.type) && driven) return true;
  const has = (member: Member): boolean => namesOf(member).some((name) => node.inputs.has(name));
  return driven && has("steps") && (has("seed") || has("cfg") || has("sampler")) && step(walk);
}

/** Reads a sampler node. What it does not say is absent; a link that cannot be followed is in the findings. */
export function readSampling(walk: Walk, node: GraphNode): Sampling {
  const guider = originNode(walk, node.inputs.get("guider"), "guider")?.at;
  const sigmas = readSigmas(walk, node.inputs.get("sigmas") ?? node.inputs.get("sigmas_opt"));
  const noise = originNode(walk, node.inputs.get("noise"), "noise")?.at;
  const asked = (member: Member): Input | undefined =>
    inputOf(walk, node, member) ?? (guider && inputOf(walk, guider, member));
  const settings = {
    seed: seedOf(walk, node, noise),
    steps: sigmas.steps ?? numberOf(walk, node, "steps"),
    startStep: sigmas.startStep ?? numberAt(walk, node, ["start_at_step", "start_step"]),
    endStep: sigmas.endStep ?? numberAt(walk, node, ["end_at_step", "end_step", "last_step"]),
    cfg: numberOf(walk, node, "cfg") ?? (guider && numberOf(walk, guider, "cfg")),
    guidance: numberOf(walk, node, "guidance") ?? (guider && numberOf(walk, guider, "guidance")),
    denoise: sigmas.denoise ?? numberOf(walk, node, "denoise"),
    sampler: samplerOf(walk, node),
    scheduler: sigmas.scheduler ?? schedulerOf(walk, node),
    addNoise: flagAt(walk, node, "add_noise") ?? (noise && /Disable|Empty/i.test(noise.type) ? no(noise) : undefined),
    leftoverNoise: flagAt(walk, node, "return_with_leftover_noise"),
    noiseSource: noiseSourceOf(walk, node),
    model: asked("model") ?? sigmas.model,
    positive: asked("positive") ?? conditioningOf(node, guider),
    negative: asked("negative"),
    latent: inputOf(walk, node, "latent") ?? inputOf(walk, node, "image") ?? node.inputs.get("image_embeds"),
    vae: inputOf(walk, node, "vae"),
  };
  sayMissing(walk, node, settings.seed, settings.steps);
  return { node, ...withoutUndefined(settings) };
}

function withoutUndefined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as never;
}

function sayMissing(walk: Walk, node: GraphNode, seed: unknown, steps: unknown): void {
  if (seed === undefined && namesOf("seed").some((name) => isLink(node.inputs.get(name))))
    sayUnresolved(walk, node, "seed");
  if (steps === undefined && isLink(node.inputs.get("steps"))) sayUnresolved(walk, node, "steps");
}

/** One conditioning without sides: the basic guider, and samplers of models without a negative prompt. */
function conditioningOf(node: GraphNode, guider: GraphNode | undefined): Input | undefined {
  for (const owner of [node, ...(guider ? [guider] : [])]) {
    for (const name of ["conditioning", "cond1", "cond", "text_embeds", "positive_prompt", "conditionings"]) {
      const input = owner.inputs.get(name);
      if (input !== undefined) return input;
    }
    const link = linksOf(owner).find(([name]) => kindOfName(name) === "conditioning" && !/neg/i.test(name));
    if (link) return link[1];
  }
  return undefined;
}

function seedOf(walk: Walk, node: GraphNode, noise: GraphNode | undefined): Known | undefined {
  const input = inputOf(walk, node, "seed") ?? (noise && inputOf(walk, noise, "seed"));
  const known = input && walk.value(input, "seed");
  return known !== undefined && (typeof known.value === "number" || typeof known.value === "string")
    ? known
    : undefined;
}

function numberOf(walk: Walk, node: GraphNode, member: Member): Known<number> | undefined {
  const input = inputOf(walk, node, member);
  return input && numberOfInput(walk, input, member === "cfg" ? "cfg" : (namesOf(member)[0] ?? member));
}

function numberAt(walk: Walk, node: GraphNode, names: readonly string[]): Known<number> | undefined {
  for (const name of names) {
    const known = node.inputs.has(name) ? numberOfInput(walk, node.inputs.get(name), name) : undefined;
    // The video wrappers write -1 for "to the end".
    if (known !== undefined) return known.value < 0 ? undefined : known;
  }
  return undefined;
}

function flagAt(walk: Walk, node: GraphNode, name: string): Known<boolean> | undefined {
  const known = node.inputs.has(name) ? walk.value(node.inputs.get(name), name) : undefined;
  if (typeof known?.value === "boolean") return known as Known<boolean>;
  if (known?.value !== "enable" && known?.value !== "disable") return undefined;
  return { ...known, value: known.value === "enable" };
}

/** Inspire's samplers have a noise mode, the Efficiency nodes a script that says the source; the core draws on the CPU. */
function noiseSourceOf(walk: Walk, node: GraphNode): Known<string> | undefined {
  const script = originNode(walk, node.inputs.get("script"), "script")?.at;
  const input = node.inputs.get("noise_mode") ?? script?.inputs.get("rng_source");
  return input && textOfInput(walk, input, "name");
}

function no(node: GraphNode): Known<boolean> {
  return { value: false, pointer: `${node.pointer}/class_type`, computed: true };
}

/** Samplers that are nodes of their own, where the class is not the sampler's name in snake case. */
const SAMPLER_NODES: Readonly<Record<string, string>> = {
  SamplerDPMAdaptative: "dpm_adaptive",
  SamplerDPMAdaptive: "dpm_adaptive",
  SamplerEulerAncestral: "euler_ancestral",
  SamplerEulerAncestralCFGPP: "euler_ancestral_cfg_pp",
  SamplerEulerCFGpp: "euler_cfg_pp",
  SamplerDPMPP_2S_Ancestral: "dpmpp_2s_ancestral",
  SamplerDPMPP_2M_SDE: "dpmpp_2m_sde",
  SamplerDPMPP_3M_SDE: "dpmpp_3m_sde",
  SamplerDPMPP_SDE: "dpmpp_sde",
  SamplerLCMUpscale: "lcm",
  SamplerSASolver: "sa_solver",
  SamplerER_SDE: "er_sde",
  SamplerSEEDS2: "seeds_2",
};

function samplerOf(walk: Walk, node: GraphNode): Known<string> | undefined {
  const input = inputOf(walk, node, "sampler");
  if (input === undefined) return undefined;
  const maker = isLink(input) ? originNode(walk, input, "sampler")?.at : undefined;
  const fixed = maker === undefined ? undefined : samplerNode(walk, maker);
  return fixed ?? textOfInput(walk, input, "sampler_name");
}

/** A sampler node of its own; the `_gpu` variants draw their noise elsewhere. */
function samplerNode(walk: Walk, node: GraphNode): Known<string> | undefined {
  if (!/^Sampler/.test(node.type) || node.inputs.has("sampler_name") || / Selector$/.test(node.type)) return undefined;
  const name =
    SAMPLER_NODES[node.type] ??
    node.type
      .slice("Sampler".length)
      .replace(/([a-z])([A-Z])/g, "$1_$2")
      .toLowerCase();
  const device = textOfInput(walk, node.inputs.get("noise_device"), "device")?.value;
  const value = device === "gpu" && /_sde$/.test(name) ? `${name}_gpu` : name;
  return { value, pointer: `${node.pointer}/class_type`, computed: true };
}

function schedulerOf(walk: Walk, node: GraphNode): Known<string> | undefined {
  const input = inputOf(walk, node, "scheduler");
  if (input === undefined) return undefined;
  const known = textOfInput(walk, input, "scheduler");
  return known?.value.trim() === "" ? undefined : known;
}

/** Schedules that are nodes of their own. */
const SCHEDULE_NODES: Readonly<Record<string, string>> = {
  KarrasScheduler: "karras",
  ExponentialScheduler: "exponential",
  PolyexponentialScheduler: "polyexponential",
  LaplaceScheduler: "laplace",
  VPScheduler: "vp",
  BetaSamplingScheduler: "beta",
  SDTurboScheduler: "sd_turbo",
  AlignYourStepsScheduler: "align_your_steps",
  GITSScheduler: "gits",
  LTXVScheduler: "ltxv",
  OptimalStepsScheduler: "optimal_steps",
  Flux2Scheduler: "flux2",
};

interface Sigmas {
  steps?: Known<number>;
  startStep?: Known<number>;
  endStep?: Known<number>;
  denoise?: Known<number>;
  scheduler?: Known<string>;
  model?: Input;
}

/** Follows the noise levels to the node that computes them; splits on the way say where this run starts and ends. */
function readSigmas(walk: Walk, input: Input | undefined): Sigmas {
  const found: Sigmas = {};
  let at = input;
  for (let depth = 0; depth < 50 && at !== undefined && step(walk); depth++) {
    const place = originNode(walk, at, "sigmas");
    if (place === undefined) return found;
    const { at: node, slot } = place;
    noteSplit(walk, node, outputName(node, slot) === "sigmas_low" || slot === 1, found);
    const steps = numberOf(walk, node, "steps");
    if (steps !== undefined || !linksOf(node).some(([name]) => kindOfName(name) === "sigmas")) {
      return { ...found, ...withoutUndefined(schedule(walk, node, steps)) };
    }
    at = linksOf(node).find(([name]) => kindOfName(name) === "sigmas")?.[1];
  }
  return found;
}

function schedule(
  walk: Walk,
  node: GraphNode,
  steps: Known<number> | undefined,
): { [K in keyof Sigmas]: Sigmas[K] | undefined } {
  const named = schedulerOf(walk, node);
  const type = SCHEDULE_NODES[node.type] ?? (/Scheduler$/.test(node.type) ? node.type : undefined);
  return {
    steps: steps ?? listed(walk, node),
    denoise: numberOf(walk, node, "denoise"),
    scheduler:
      named ??
      (type === undefined ? undefined : { value: type, pointer: `${node.pointer}/class_type`, computed: true }),
    model: node.inputs.get("model"),
  };
}

/** Noise levels written as a list are one more than the steps. */
function listed(walk: Walk, node: GraphNode): Known<number> | undefined {
  const list = textOfInput(walk, node.inputs.get("sigmas") ?? node.inputs.get("sigmas_string"), "text");
  const levels = list?.value.split(/[\s,]+/).filter((level) => /^\d/.test(level)).length ?? 0;
  return list && levels > 1 ? { value: levels - 1, pointer: list.pointer, computed: true } : undefined;
}

function noteSplit(walk: Walk, node: GraphNode, low: boolean, found: Sigmas): void {
  if (node.type === "SplitSigmas") {
    const at = numberOfInput(walk, node.inputs.get("step"), "step");
    if (at && low) found.startStep ??= at;
    else if (at) found.endStep ??= at;
  } else if (node.type === "SplitSigmasDenoise" && low) {
    const part = numberOfInput(walk, node.inputs.get("denoise"), "denoise");
    if (part) found.denoise ??= part;
  }
}
