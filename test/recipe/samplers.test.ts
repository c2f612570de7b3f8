import { describe, expect, test } from "vitest";
import { readSampler, readScheduler, samplerIn, schedulerIn } from "../../src/recipe/samplers.ts";

/** What is recorded, and what it means; `part` is the schedule in the name. */
type Recorded = readonly [
  raw: string,
  id: string,
  scheduler?: string | undefined,
  part?: string | undefined,
  variant?: string,
];
const RECORDED: readonly Recorded[] = [
  // A1111 and its family
  ["Euler", "euler"],
  ["Euler a", "euler-ancestral"],
  ["Heun", "heun"],
  ["LMS Karras", "lms", "karras", "Karras"],
  ["DPM2", "dpm2"],
  ["DPM2 a Karras", "dpm2-a", "karras", "Karras"],
  ["DPM++ 2S a", "dpmpp-2s-a"],
  ["DPM++ 2S a Karras", "dpmpp-2s-a", "karras", "Karras"],
  ["DPM++ 2M", "dpmpp-2m"],
  ["DPM++ SDE Karras", "dpmpp-sde", "karras", "Karras"],
  ["DPM++ 2M SDE", "dpmpp-2m-sde"],
  ["DPM++ 2M SDE Karras", "dpmpp-2m-sde", "karras", "Karras"],
  ["DPM++ 2M SDE Exponential", "dpmpp-2m-sde", "exponential", "Exponential"],
  ["DPM++ 2M SDE SGMUniform", "dpmpp-2m-sde", "sgm_uniform", "SGMUniform"],
  ["DPM++ 2M Turbo", "dpmpp-2m", "turbo", "Turbo"],
  ["DPM++ 2M SDE Heun Karras", "dpmpp-2m-sde-heun", "karras", "Karras"],
  ["DPM++ 3M SDE Exponential", "dpmpp-3m-sde", "exponential", "Exponential"],
  ["DPM fast", "dpm-fast"],
  ["DPM adaptive", "dpm-adaptive"],
  ["Restart", "restart"],
  ["DDIM", "ddim"],
  ["DDIM CFG++", "ddim-cfg-pp"],
  ["PLMS", "plms"],
  ["UniPC", "unipc"],
  ["LCM", "lcm"],
  ["[Forge] Flux Realistic", "flux-realistic"],
  // ComfyUI, SwarmUI, Fooocus
  ["euler_ancestral", "euler-ancestral"],
  ["euler_cfg_pp", "euler-cfg-pp"],
  ["euler_ancestral_cfg_pp", "euler-ancestral-cfg-pp"],
  ["dpm_2", "dpm2"],
  ["dpm_2_ancestral", "dpm2-a"],
  ["dpmpp_2s_ancestral", "dpmpp-2s-a"],
  ["dpmpp_2s_ancestral_cfg_pp", "dpmpp-2s-a-cfg-pp"],
  ["dpmpp_sde_gpu", "dpmpp-sde", undefined, undefined, "gpu"],
  ["dpmpp_2m_sde_gpu", "dpmpp-2m-sde", undefined, undefined, "gpu"],
  ["dpmpp_2m_sde_gpu_karras", "dpmpp-2m-sde", "karras", "karras", "gpu"],
  ["dpmpp_3m_sde_gpu", "dpmpp-3m-sde", undefined, undefined, "gpu"],
  ["uni_pc", "unipc"],
  ["uni_pc_bh2", "unipc", undefined, undefined, "bh2"],
  ["res_multistep_ancestral_cfg_pp", "res-multistep-ancestral-cfg-pp"],
  ["ipndm_v", "ipndm-v"],
  ["er_sde", "er-sde"],
  // savers that fuse sampler and schedule
  ["euler_ancestral_karras", "euler-ancestral", "karras", "karras"],
  ["Euler Ancestral Karras", "euler-ancestral", "karras", "Karras"],
  ["euler_simple", "euler", "simple", "simple"],
  ["euler_sgm_uniform", "euler", "sgm_uniform", "sgm_uniform"],
  ["dpmpp_2m_ddim_uniform", "dpmpp-2m", "ddim_uniform", "ddim_uniform"],
  // NovelAI, InvokeAI, k-diffusion, diffusers
  ["k_euler_ancestral", "euler-ancestral"],
  ["k_dpmpp_2m_sde", "dpmpp-2m-sde"],
  ["ddim_v3", "ddim", undefined, undefined, "v3"],
  ["k_dpm_2_a", "dpm2-a"],
  ["kdpm_2_a_k", "dpm2-a", "karras", "k"],
  ["dpmpp_2m_sde_k", "dpmpp-2m-sde", "karras", "k"],
  ["dpmpp_2s_k", "dpmpp-2s-a", "karras", "k", "singlestep"],
  ["euler_a", "euler-ancestral"],
  ["pndm", "plms"],
  ["sample_dpmpp_2m", "dpmpp-2m"],
  ["sample_euler_ancestral", "euler-ancestral"],
  ["EulerAncestralDiscreteScheduler", "euler-ancestral"],
  ["EulerDiscreteScheduler", "euler"],
  ["EulerAncestralDiscrete", "euler-ancestral"],
  ["DPMSolverMultistep", "dpmpp-2m"],
  ["Res Multistep", "res-multistep"],
  ["DPMSolverMultistepScheduler", "dpmpp-2m"],
  ["DPMSolverSDEScheduler", "dpmpp-sde"],
  ["KDPM2AncestralDiscreteScheduler", "dpm2-a"],
  ["UniPCMultistepScheduler", "unipc"],
  // SD.Next
  ["DPM2++ 3M SDE FlowMatch", "dpmpp-3m-sde", undefined, undefined, "flow"],
  ["Euler FlowMatch", "euler", undefined, undefined, "flow"],
  // Draw Things, Easy Diffusion, stable-diffusion.cpp
  ["Euler A Trailing", "euler-ancestral", "trailing", "Trailing"],
  ["DPM++ 2M AYS", "dpmpp-2m", "align_your_steps", "AYS"],
  ["DPM++ SDE Substep", "dpmpp-sde", "substep", "Substep"],
  ["dpmpp_2s_a", "dpmpp-2s-a"],
  ["unipc_snr_2", "unipc", undefined, undefined, "snr-2"],
  ["dpm++2mv2", "dpmpp-2m", undefined, undefined, "v2"],
  ["dpm++2s_a", "dpmpp-2s-a"],
];

describe("a sampler's recorded name", () => {
  for (const [raw, id, scheduler, part, variant] of RECORDED) {
    test(`${raw} is ${id}`, () => {
      const reading = readSampler(raw);
      expect(reading.sampler).toEqual({ id, raw, ...(variant && { variant }) });
      expect(reading.scheduler).toEqual(scheduler && { id: scheduler, raw: part });
    });
  }

  test("that nobody knows keeps its spelling and gets an id", () => {
    expect(readSampler("My Own++ Sampler")).toEqual({ sampler: { id: "my-ownpp-sampler", raw: "My Own++ Sampler" } });
  });

  test("of any content is read in bounded time", () => {
    expect(readSampler("-".repeat(20_000)).sampler.id).toBe("");
    expect(readSampler("karras_".repeat(5000)).sampler.id.length).toBeGreaterThan(5000);
  });
});

test("a schedule is known by every tool's name", () => {
  for (const raw of ["SGM Uniform", "sgm_uniform"]) expect(readScheduler(raw)).toEqual({ id: "sgm_uniform", raw });
  expect(readScheduler("KL Optimal").id).toBe("kl_optimal");
  expect(readScheduler("DDIM").id).toBe("ddim_uniform");
  expect(readScheduler("AYS SDXL").id).toBe("align_your_steps");
  expect(readScheduler("edm_playground_v2.5").id).toBe("edm_playground");
  expect(readScheduler("Something New")).toEqual({ id: "something_new", raw: "Something New" });
});

test("a canonical id has each tool's own spelling, which is read back as the same id", () => {
  expect(samplerIn("dpmpp-2m-sde", "a1111")).toBe("DPM++ 2M SDE");
  expect(samplerIn("dpmpp-2m-sde", "comfyui", "gpu")).toBe("dpmpp_2m_sde_gpu");
  expect(samplerIn("euler-dy", "comfyui")).toBeUndefined();
  const ids = [...new Set(RECORDED.map(([, id]) => id))];
  let checked = 0;
  for (const id of ids) {
    for (const tool of ["a1111", "comfyui", "diffusers"] as const) {
      const name = samplerIn(id, tool);
      if (name === undefined) continue;
      expect([tool, name, readSampler(name).sampler.id, readSampler(name).scheduler]).toEqual([
        tool,
        name,
        id,
        undefined,
      ]);
      checked++;
    }
  }
  expect(checked).toBeGreaterThan(60);
  expect(schedulerIn("sgm_uniform", "a1111")).toBe("SGM Uniform");
  expect(schedulerIn("karras", "diffusers")).toBe("use_karras_sigmas");
});
