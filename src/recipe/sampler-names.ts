/**
 * The table of sampler and schedule names. Sources: A1111 modules/sd_samplers*.py and sd_schedulers.py, ComfyUI
 * comfy/samplers.py, the class names of diffusers, InvokeAI's scheduler map, the files of NovelAI, Draw Things, Fooocus, Easy
 * Diffusion, SD.Next, stable-diffusion.cpp.
 */

/** One canonical id with the spellings that the tools record. */
export interface NameRow {
  readonly id: string;
  readonly a1111?: string;
  readonly comfyui?: string;
  readonly diffusers?: string;
  /** Further recorded spellings; with a variant where the method is the same, but the picture is not. */
  readonly also?: readonly (string | readonly [spelling: string, variant: string])[];
}

/** Samplers; variants in `also` are the same method with another picture. */
export const SAMPLERS: readonly NameRow[] = [
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

/** Noise schedules. */
export const SCHEDULERS: readonly NameRow[] = [
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
