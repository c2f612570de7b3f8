/**
 * Names of samplers and noise schedules: one canonical id for each, beside the spellings that the tools record.
 * Sources: A1111 modules/sd_samplers*.py and sd_schedulers.py, ComfyUI comfy/samplers.py, the class names of diffusers,
 * InvokeAI's scheduler map, the files of NovelAI, Draw Things, Fooocus, Easy Diffusion, SD.Next, stable-diffusion.cpp.
 */

import type { Named } from "./recipe.ts";

/** Tools whose own spelling of a canonical id is known. */
export type NamingTool = "a1111" | "comfyui" | "diffusers";

interface Row {
  readonly id: string;
  readonly a1111?: string;
  readonly comfyui?: string;
  readonly diffusers?: string;
  /** Further recorded spellings; with a variant where the method is the same, but the picture is not. */
  readonly also?: readonly (string | readonly [spelling: string, variant: string])[];
}

const SAMPLERS: readonly Row[] = [
  {
    id: "euler",
    a1111: "Euler",
    comfyui: "euler",
    diffusers: "EulerDiscreteScheduler",
    also: ["k_euler", ["FlowMatchEulerDiscreteScheduler", "flow"], ["Euler EDM", "edm"]],
  },
  {
    id: "euler-ancestral",
    a1111: "Euler a",
    comfyui: "euler_ancestral",
    diffusers: "EulerAncestralDiscreteScheduler",
  },
  { id: "euler-cfg-pp", a1111: "Euler CFG++", comfyui: "euler_cfg_pp" },
  { id: "euler-ancestral-cfg-pp", a1111: "Euler a CFG++", comfyui: "euler_ancestral_cfg_pp" },
  { id: "euler-dy", a1111: "Euler Dy" },
  { id: "euler-smea-dy", a1111: "Euler SMEA Dy" },
  { id: "euler-negative", a1111: "Euler Negative" },
  { id: "euler-max", a1111: "Euler Max" },
  { id: "heun", a1111: "Heun", comfyui: "heun", diffusers: "HeunDiscreteScheduler", also: ["k_heun"] },
  { id: "heunpp2", a1111: "HeunPP2", comfyui: "heunpp2", also: ["Heun++ 2", "Heun++"] },
  { id: "exp-heun-2-x0", comfyui: "exp_heun_2_x0" },
  { id: "exp-heun-2-x0-sde", comfyui: "exp_heun_2_x0_sde" },
  { id: "lms", a1111: "LMS", comfyui: "lms", diffusers: "LMSDiscreteScheduler", also: ["k_lms", "LMSD"] },
  { id: "dpm2", a1111: "DPM2", comfyui: "dpm_2", diffusers: "KDPM2DiscreteScheduler", also: ["kdpm_2", "KDPM2"] },
  {
    id: "dpm2-a",
    a1111: "DPM2 a",
    comfyui: "dpm_2_ancestral",
    diffusers: "KDPM2AncestralDiscreteScheduler",
    also: ["dpm2_ancestral", "kdpm_2_a", "KDPM2 a"],
  },
  { id: "dpm-fast", a1111: "DPM fast", comfyui: "dpm_fast" },
  { id: "dpm-adaptive", a1111: "DPM adaptive", comfyui: "dpm_adaptive" },
  {
    id: "dpmpp-2s-a",
    a1111: "DPM++ 2S a",
    comfyui: "dpmpp_2s_ancestral",
    diffusers: "DPMSolverSinglestepScheduler",
    also: [
      ["dpmpp_2s", "singlestep"],
      ["DPMSolverSinglestep", "singlestep"],
    ],
  },
  { id: "dpmpp-2s-a-cfg-pp", a1111: "DPM++ 2S a CFG++", comfyui: "dpmpp_2s_ancestral_cfg_pp" },
  {
    id: "dpmpp-2m",
    a1111: "DPM++ 2M",
    comfyui: "dpmpp_2m",
    diffusers: "DPMSolverMultistepScheduler",
    also: ["DPM++", "dpmpp_2", ["dpm++2mv2", "v2"], ["DPM++ 2M v2", "v2"], ["DPM++ 2M EDM", "edm"]],
  },
  { id: "dpmpp-2m-cfg-pp", a1111: "DPM++ 2M CFG++", comfyui: "dpmpp_2m_cfg_pp" },
  {
    id: "dpmpp-sde",
    a1111: "DPM++ SDE",
    comfyui: "dpmpp_sde",
    diffusers: "DPMSolverSDEScheduler",
    also: ["DPM SDE"],
  },
  { id: "dpmpp-2m-sde", a1111: "DPM++ 2M SDE", comfyui: "dpmpp_2m_sde", also: ["sde-dpmsolver++"] },
  { id: "dpmpp-2m-sde-heun", a1111: "DPM++ 2M SDE Heun", comfyui: "dpmpp_2m_sde_heun" },
  { id: "dpmpp-3m-sde", a1111: "DPM++ 3M SDE", comfyui: "dpmpp_3m_sde", also: [["dpmpp_3m", "ode"]] },
  { id: "dpmpp-4m-sde", a1111: "DPM++ 4M SDE" },
  { id: "dpm-solver-stability", also: ["dpm_solver_stability"] },
  { id: "restart", a1111: "Restart", also: ["restart"] },
  { id: "ddim", a1111: "DDIM", comfyui: "ddim", diffusers: "DDIMScheduler", also: [["ddim_v3", "v3"]] },
  { id: "ddim-cfg-pp", a1111: "DDIM CFG++" },
  { id: "ddpm", a1111: "DDPM", comfyui: "ddpm", diffusers: "DDPMScheduler" },
  { id: "plms", a1111: "PLMS", diffusers: "PNDMScheduler", also: ["PNDM"] },
  {
    id: "unipc",
    a1111: "UniPC",
    comfyui: "uni_pc",
    diffusers: "UniPCMultistepScheduler",
    also: [
      ["uni_pc_bh2", "bh2"],
      ["unipc_snr", "snr"],
      ["unipc_snr_2", "snr-2"],
      ["unipc_tu", "tu"],
      ["unipc_tu_2", "tu-2"],
      ["unipc_tq", "tq"],
    ],
  },
  { id: "lcm", a1111: "LCM", comfyui: "lcm", diffusers: "LCMScheduler" },
  { id: "tcd", a1111: "TCD", diffusers: "TCDScheduler" },
  { id: "deis", a1111: "DEIS", comfyui: "deis", diffusers: "DEISMultistepScheduler" },
  { id: "ipndm", a1111: "IPNDM", comfyui: "ipndm", diffusers: "IPNDMScheduler" },
  { id: "ipndm-v", a1111: "IPNDM_V", comfyui: "ipndm_v" },
  { id: "res-multistep", a1111: "Res Multistep", comfyui: "res_multistep" },
  { id: "res-multistep-cfg-pp", comfyui: "res_multistep_cfg_pp" },
  { id: "res-multistep-ancestral", comfyui: "res_multistep_ancestral" },
  { id: "res-multistep-ancestral-cfg-pp", comfyui: "res_multistep_ancestral_cfg_pp" },
  { id: "gradient-estimation", a1111: "Gradient Estimation", comfyui: "gradient_estimation" },
  { id: "gradient-estimation-cfg-pp", comfyui: "gradient_estimation_cfg_pp" },
  { id: "er-sde", a1111: "ER SDE", comfyui: "er_sde" },
  { id: "seeds-2", a1111: "SEEDS 2", comfyui: "seeds_2" },
  { id: "seeds-3", a1111: "SEEDS 3", comfyui: "seeds_3" },
  { id: "sa-solver", a1111: "SA Solver", comfyui: "sa_solver", diffusers: "SASolverScheduler" },
  { id: "sa-solver-pece", a1111: "SA Solver PECE", comfyui: "sa_solver_pece" },
  { id: "flux-realistic", a1111: "[Forge] Flux Realistic", also: [["[Forge] Flux Realistic (Slow)", "slow"]] },
];

const SCHEDULERS: readonly Row[] = [
  { id: "automatic", a1111: "Automatic", also: ["auto", "default"] },
  { id: "normal", a1111: "Normal", comfyui: "normal", also: ["discrete"] },
  { id: "uniform", a1111: "Uniform" },
  { id: "karras", a1111: "Karras", comfyui: "karras", diffusers: "use_karras_sigmas" },
  { id: "exponential", a1111: "Exponential", comfyui: "exponential", diffusers: "use_exponential_sigmas" },
  { id: "polyexponential", a1111: "Polyexponential", also: ["poly_exponential"] },
  { id: "sgm_uniform", a1111: "SGM Uniform", comfyui: "sgm_uniform", also: ["SGM", "SGMUniform"] },
  { id: "simple", a1111: "Simple", comfyui: "simple" },
  { id: "beta", a1111: "Beta", comfyui: "beta", diffusers: "use_beta_sigmas" },
  { id: "beta57", comfyui: "beta57" },
  { id: "ddim_uniform", a1111: "DDIM", comfyui: "ddim_uniform" },
  { id: "linear_quadratic", a1111: "Linear Quadratic", comfyui: "linear_quadratic" },
  { id: "kl_optimal", a1111: "KL Optimal", comfyui: "kl_optimal" },
  { id: "align_your_steps", a1111: "Align Your Steps", also: ["AYS", "AYS SD1", "AYS SDXL", "AYS SVD"] },
  { id: "align_your_steps_gits", a1111: "Align Your Steps GITS", also: ["GITS"] },
  { id: "align_your_steps_11", a1111: "Align Your Steps 11" },
  { id: "align_your_steps_32", a1111: "Align Your Steps 32" },
  { id: "bong_tangent", comfyui: "bong_tangent" },
  { id: "turbo", a1111: "Turbo" },
  { id: "native", also: ["native"] },
  { id: "trailing", also: ["trailing"] },
  { id: "substep", also: ["substep"] },
  { id: "smoothstep", a1111: "SmoothStep" },
  { id: "cosine", a1111: "Cosine" },
  { id: "edm_playground", also: ["edm_playground_v2.5"] },
];

/**
 * A spelling without case, separators and decoration: `sample_dpmpp_2m`, `DPM++ 2M` and `dpm++2m` are one. `a` at the end
 * is the tools' short form of `ancestral`; diffusers' class names lose their common endings.
 */
function fold(raw: string): string {
  return raw
    .trim()
    .replace(/(?<=[a-z0-9])(?:Discrete|Multistep)?Scheduler$|(?<=[a-z0-9])(?:Discrete|Multistep)$/, "")
    .toLowerCase()
    .replace(/^sample_/, "")
    .replace(/\+\+/g, "pp")
    .replace(/^k_/, "")
    .replace(/[\s_\-.[\]()]+/g, "-")
    .replace(/(?<=[2s]|euler|multistep)-?ancestral/, "-a")
    .replace(/^-+|-+$/g, "")
    .replace(/^dpm2?pp-?/, "dpmpp-");
}

interface Known {
  readonly id: string;
  readonly variant?: string;
}

function spellings(rows: readonly Row[]): ReadonlyMap<string, Known> {
  const known = new Map<string, Known>();
  const add = (spelling: string | undefined, entry: Known): void => {
    if (spelling !== undefined && !known.has(fold(spelling))) known.set(fold(spelling), entry);
  };
  for (const { id, a1111, comfyui, also = [], diffusers } of rows) {
    for (const other of also) if (typeof other !== "string") add(other[0], { id, variant: other[1] });
    for (const spelling of [id, a1111, comfyui, ...also, diffusers]) {
      if (typeof spelling !== "object") add(spelling, { id });
    }
  }
  return known;
}

const KNOWN_SAMPLERS = spellings(SAMPLERS);
const KNOWN_SCHEDULERS = spellings(SCHEDULERS);
/**
 * Schedules as endings of a sampler's name, the longest first. InvokeAI marks the Karras schedule by `_k`; what is a
 * sampler's name too ("DDIM") is no ending.
 */
const ENDINGS: readonly (readonly [ending: string, id: string])[] = [
  ...[...KNOWN_SCHEDULERS].map(([ending, { id }]) => [ending, id] as const),
  ["k", "karras"] as const,
]
  .filter(([ending]) => ending !== "ddim")
  .sort(([a], [b]) => b.length - a.length);

/** A sampler's recorded name, understood. */
export interface SamplerReading {
  /** An unknown name keeps its spelling and gets an id made from it. */
  readonly sampler: Named;
  /** The schedule that the name carries; `raw` is its part of the recorded name. */
  readonly scheduler?: Named;
}

/**
 * The sampler, and the schedule where it is a part of the name: `DPM++ 2M SDE Karras`, `euler_ancestral_karras`.
 * `variant` says what makes another picture with the same method (`gpu`, `bh2`, `v3`).
 */
export function readSampler(raw: string): SamplerReading {
  const folded = fold(raw);
  const known = lookUp(folded);
  if (known) return { sampler: named(known, raw) };
  for (const [ending, id] of ENDINGS) {
    if (!folded.endsWith(`-${ending}`)) continue;
    const base = lookUp(folded.slice(0, -ending.length - 1));
    if (base) return { sampler: named(base, raw), scheduler: { id, raw: lastWords(raw, ending) } };
  }
  return { sampler: { id: slug(raw), raw } };
}

/** A schedule by any tool's name; an unknown one keeps its spelling and gets an id made from it. */
export function readScheduler(raw: string): Named {
  const known = KNOWN_SCHEDULERS.get(fold(raw));
  return { id: known?.id ?? slug(raw).replaceAll("-", "_"), raw };
}

/** The spelling that a tool uses for a canonical sampler id; `undefined` where the tool has no such sampler. */
export function samplerIn(id: string, tool: NamingTool, variant?: string): string | undefined {
  const name = SAMPLERS.find((row) => row.id === id)?.[tool];
  if (name === undefined || tool !== "comfyui") return name;
  return variant === "gpu" || variant === "bh2" ? `${name}_${variant}` : name;
}

/** The spelling that a tool uses for a canonical schedule id; `undefined` where the tool has no such schedule. */
export function schedulerIn(id: string, tool: NamingTool): string | undefined {
  return SCHEDULERS.find((row) => row.id === id)?.[tool];
}

/** Endings that make a variant of any sampler: noise drawn on the GPU, flow matching. */
const VARIANTS: readonly (readonly [ending: string, variant: string])[] = [
  ["-gpu", "gpu"],
  ["-flowmatch", "flow"],
];

function lookUp(folded: string): Known | undefined {
  const known = KNOWN_SAMPLERS.get(folded);
  if (known) return known;
  for (const [ending, variant] of VARIANTS) {
    const base = folded.endsWith(ending) ? KNOWN_SAMPLERS.get(folded.slice(0, -ending.length)) : undefined;
    if (base) return { ...base, variant };
  }
  return undefined;
}

function named({ id, variant }: Known, raw: string): Named {
  return variant === undefined ? { id, raw } : { id, raw, variant };
}

/** The end of a recorded name that folds to `ending`. */
function lastWords(raw: string, ending: string): string {
  const text = raw.trim();
  for (let from = text.length - 1; from > 0; from--) {
    if (/[\s_-]/.test(text[from - 1]!) && fold(text.slice(from)) === ending) return text.slice(from);
  }
  return text.slice(-ending.length);
}

function slug(raw: string): string {
  return raw
    .trim()
    .toLowerCase()
    .replace(/\+\+/g, "pp")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");
}
