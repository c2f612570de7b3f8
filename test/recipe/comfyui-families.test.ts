import { describe, expect, test } from "vitest";
import { baseGraph, type Nodes, readNodes } from "../helpers/graphs.ts";

/** A sampler of the core with what the case changes. */
function sampler(changes: Nodes[string][1] = {}): Nodes[string] {
  return ["KSampler", { ...baseGraph()["3"]![1], ...changes }];
}

interface Case {
  readonly nodes: Nodes;
  readonly says: object;
  readonly findings?: readonly string[];
}

const CASES: Readonly<Record<string, Case>> = {
  "core: one sampler": {
    nodes: baseGraph(),
    says: {
      mode: "txt2img",
      prompt: { positive: "a cat", negative: "a dog" },
      seed: "42",
      size: { width: 512, height: 768 },
      passes: [
        {
          node: "3",
          role: "base",
          seed: "42",
          steps: 20,
          cfg: 7,
          denoise: 1,
          sampler: { id: "euler", raw: "euler" },
          scheduler: { id: "karras", raw: "karras" },
          model: "base.safetensors",
        },
      ],
      models: [{ role: "checkpoint", name: "base.safetensors", hashes: [] }],
      extra: { outputNode: "9" },
    },
  },
  "core: SDXL base and refiner share one noise": {
    nodes: {
      ...baseGraph(),
      "1": ["CheckpointLoaderSimple", { ckpt_name: "refiner.safetensors" }],
      "10": ["CLIPTextEncodeSDXL", { text_g: "a castle", text_l: "stone", width: 4096, height: 4096, clip: ["4", 1] }],
      "3": [
        "KSamplerAdvanced",
        {
          add_noise: "enable",
          noise_seed: 7,
          steps: 25,
          cfg: 8,
          sampler_name: "dpmpp_2m",
          scheduler: "normal",
          start_at_step: 0,
          end_at_step: 20,
          return_with_leftover_noise: "enable",
          model: ["4", 0],
          positive: ["10", 0],
          negative: ["7", 0],
          latent_image: ["5", 0],
        },
      ],
      "11": [
        "KSamplerAdvanced",
        {
          add_noise: "disable",
          noise_seed: 0,
          steps: 25,
          cfg: 8,
          sampler_name: "dpmpp_2m",
          scheduler: "normal",
          start_at_step: 20,
          end_at_step: 10000,
          return_with_leftover_noise: "disable",
          model: ["1", 0],
          positive: ["6", 0],
          negative: ["7", 0],
          latent_image: ["3", 0],
        },
      ],
      "8": ["VAEDecode", { samples: ["11", 0], vae: ["4", 2] }],
    },
    says: {
      prompt: { positive: "a castle\nstone", negative: "a dog", parts: [{ text: "a castle" }, { text: "stone" }] },
      passes: [
        { startStep: 0, endStep: 20, addNoise: true, leftoverNoise: true, model: "base.safetensors" },
        {
          role: "refiner",
          startStep: 20,
          addNoise: false,
          model: "refiner.safetensors",
          prompt: { positive: "a cat" },
        },
      ],
    },
  },
  "core: Flux with a custom sampler has guidance and no cfg": {
    nodes: {
      "10": ["VAELoader", { vae_name: "ae.sft" }],
      "11": ["DualCLIPLoader", { clip_name1: "t5.sft", clip_name2: "clip_l.sft", type: "flux" }],
      "12": ["UNETLoader", { unet_name: "flux1-dev.sft", weight_dtype: "default" }],
      "6": ["CLIPTextEncodeFlux", { clip_l: "a fox", t5xxl: "a fox", guidance: 3.5, clip: ["11", 0] }],
      "30": ["ModelSamplingFlux", { max_shift: 1.15, base_shift: 0.5, width: 1024, height: 1024, model: ["12", 0] }],
      "22": ["BasicGuider", { model: ["30", 0], conditioning: ["6", 0] }],
      "16": ["SamplerDPMPP_2M_SDE", { solver_type: "midpoint", eta: 1, s_noise: 1, noise_device: "gpu" }],
      "17": ["SplitSigmas", { step: 3, sigmas: ["18", 0] }],
      "18": ["BasicScheduler", { scheduler: "beta", steps: 8, denoise: 1, model: ["30", 0] }],
      "25": ["RandomNoise", { noise_seed: "18446744073709551615" }],
      "27": ["EmptySD3LatentImage", { width: 1024, height: 512, batch_size: 2 }],
      "13": [
        "SamplerCustomAdvanced",
        { noise: ["25", 0], guider: ["22", 0], sampler: ["16", 0], sigmas: ["17", 1], latent_image: ["27", 0] },
      ],
      "8": ["VAEDecode", { samples: ["13", 0], vae: ["10", 0] }],
      "9": ["SaveImage", { images: ["8", 0] }],
    },
    says: {
      prompt: { positive: "a fox", negative: "" },
      seed: "18446744073709551615",
      batch: { size: 2 },
      passes: [
        {
          guidance: 3.5,
          steps: 8,
          startStep: 3,
          sampler: { id: "dpmpp-2m-sde", raw: "dpmpp_2m_sde_gpu", variant: "gpu" },
          scheduler: { id: "beta", raw: "beta" },
          model: "flux1-dev.sft",
        },
      ],
      models: [{ role: "unet" }, { role: "textEncoder", name: "t5.sft" }, { role: "textEncoder" }, { role: "vae" }],
    },
  },
  "core: the slot of an advanced control net tells positive from negative": {
    nodes: baseGraph({
      "20": [
        "ControlNetApplyAdvanced",
        {
          strength: 0.8,
          start_percent: 0,
          end_percent: 0.5,
          positive: ["6", 0],
          negative: ["7", 0],
          control_net: ["21", 0],
          image: ["22", 0],
        },
      ],
      "21": ["ControlNetLoader", { control_net_name: "depth.pth" }],
      "22": ["CannyEdgePreprocessor", { low_threshold: 100, image: ["23", 0] }],
      "23": ["LoadImage", { image: "hint.png", upload: "image" }],
      "3": sampler({ positive: ["20", 0], negative: ["20", 1] }),
    }),
    says: {
      mode: "txt2img",
      prompt: { positive: "a cat", negative: "a dog" },
      adapters: [
        {
          type: "controlnet",
          name: "depth.pth",
          weight: 0.8,
          start: 0,
          end: 0.5,
          preprocessor: "CannyEdgePreprocessor",
        },
      ],
      inputs: [{ role: "control", name: "hint.png" }],
    },
  },
  "core: areas are parts of the prompt": {
    nodes: baseGraph({
      "10": ["CLIPTextEncode", { text: "night sky", clip: ["4", 1] }],
      "11": ["ConditioningSetArea", { width: 512, height: 256, x: 0, y: 0, strength: 1, conditioning: ["10", 0] }],
      "12": ["ConditioningCombine", { conditioning_1: ["6", 0], conditioning_2: ["11", 0] }],
      "3": sampler({ positive: ["12", 0] }),
    }),
    says: {
      prompt: {
        positive: "a cat\nnight sky",
        negative: "a dog",
        parts: [
          { text: "a cat", role: "positive" },
          { text: "night sky", role: "positive", region: { x: 0, y: 0, width: 1, height: 1 / 3 } },
        ],
      },
    },
  },
  "core: GLIGEN boxes follow the prompt that they refine": {
    nodes: baseGraph({
      "10": ["GLIGENLoader", { gligen_name: "gligen.pt" }],
      "11": [
        "GLIGENTextBoxApply",
        {
          text: "a ball",
          width: 256,
          height: 384,
          x: 0,
          y: 384,
          conditioning_to: ["6", 0],
          clip: ["4", 1],
          gligen_textbox_model: ["10", 0],
        },
      ],
      "3": sampler({ positive: ["11", 0] }),
    }),
    says: {
      prompt: { parts: [{ text: "a cat" }, { text: "a ball", region: { x: 0, y: 0.5, width: 0.5, height: 0.5 } }] },
    },
  },
  "core: LoRAs in the order in which they are applied": {
    nodes: baseGraph({
      "10": [
        "LoraLoader",
        { lora_name: "one.sft", strength_model: 0.5, strength_clip: 0.25, model: ["4", 0], clip: ["4", 1] },
      ],
      "11": ["LoraLoaderModelOnly", { lora_name: "two.sft", strength_model: 1, model: ["10", 0] }],
      "12": ["CLIPSetLastLayer", { stop_at_clip_layer: -2, clip: ["10", 1] }],
      "6": ["CLIPTextEncode", { text: "a cat, embedding:easyneg:1.1", clip: ["12", 0] }],
      "3": sampler({ model: ["11", 0] }),
    }),
    says: {
      clipSkip: 2,
      adapters: [
        { type: "lora", name: "one.sft", weight: 0.5, weightText: 0.25 },
        { type: "lora", name: "two.sft", weight: 1 },
        { type: "embedding", name: "easyneg" },
      ],
    },
  },
  "core: merged models are both listed, the first as the model": {
    nodes: baseGraph({
      "1": ["CheckpointLoaderSimple", { ckpt_name: "other.safetensors" }],
      "2": ["ModelMergeSimple", { ratio: 0.5, model1: ["4", 0], model2: ["1", 0] }],
      "3": sampler({ model: ["2", 0] }),
    }),
    says: {
      models: [{ name: "base.safetensors" }, { name: "other.safetensors" }],
      passes: [{ model: "base.safetensors" }],
    },
  },
  "core: a second pass after an upscaling model": {
    nodes: baseGraph({
      "20": ["UpscaleModelLoader", { model_name: "4x-UltraSharp.pth" }],
      "21": ["ImageUpscaleWithModel", { upscale_model: ["20", 0], image: ["8", 0] }],
      "22": ["ImageScaleBy", { upscale_method: "area", scale_by: 0.5, image: ["21", 0] }],
      "23": ["VAEEncode", { pixels: ["22", 0], vae: ["4", 2] }],
      "24": sampler({ latent_image: ["23", 0], denoise: 0.4, seed: 43 }),
      "25": ["VAEDecode", { samples: ["24", 0], vae: ["4", 2] }],
      "9": ["SaveImage", { images: ["25", 0] }],
    }),
    says: {
      mode: "txt2img",
      passes: [{}, { role: "hires", seed: "43", denoise: 0.4, size: { width: 1024, height: 1536 } }],
      models: [{}, { role: "upscaler", name: "4x-UltraSharp.pth" }],
    },
  },
  "core: inpainting": {
    nodes: baseGraph({
      "20": ["LoadImage", { image: "photo.png", upload: "image" }],
      "21": ["VAEEncodeForInpaint", { grow_mask_by: 6, pixels: ["20", 0], vae: ["4", 2], mask: ["20", 1] }],
      "3": sampler({ latent_image: ["21", 0] }),
    }),
    says: {
      mode: "inpaint",
      inputs: [
        { role: "init", name: "photo.png" },
        { role: "mask", name: "photo.png" },
      ],
    },
  },
  "core: a video from text": {
    nodes: baseGraph({
      "5": ["EmptyHunyuanLatentVideo", { width: 848, height: 480, length: 73, batch_size: 1 }],
      "9": ["SaveAnimatedWEBP", { images: ["8", 0], fps: 24 }],
    }),
    says: { mode: "video", size: { width: 848, height: 480 } },
  },
  "core: Qwen image edit takes its prompt beside the image": {
    nodes: baseGraph({
      "6": ["TextEncodeQwenImageEdit", { prompt: "make it blue", clip: ["4", 1], vae: ["4", 2], image: ["20", 0] }],
      "7": ["TextEncodeQwenImageEdit", { prompt: "", clip: ["4", 1], vae: ["4", 2], image: ["20", 0] }],
      "20": ["LoadImage", { image: "photo.png" }],
      "21": ["VAEEncode", { pixels: ["20", 0], vae: ["4", 2] }],
      "3": sampler({ latent_image: ["21", 0] }),
    }),
    says: { mode: "edit", prompt: { positive: "make it blue", negative: "" } },
  },
  "efficiency: loader and sampler with a hires script": {
    nodes: {
      "1": [
        "Efficient Loader",
        {
          ckpt_name: "m.safetensors",
          vae_name: "Baked VAE",
          clip_skip: -2,
          lora_name: "l.safetensors",
          lora_model_strength: 0.7,
          lora_clip_strength: 0.6,
          positive: "a cat",
          negative: "a dog",
          token_normalization: "none",
          weight_interpretation: "comfy",
          empty_latent_width: 512,
          empty_latent_height: 640,
          batch_size: 1,
          lora_stack: ["4", 0],
        },
      ],
      "2": [
        "KSampler (Efficient)",
        {
          seed: 5,
          steps: 20,
          cfg: 7,
          sampler_name: "euler",
          scheduler: "normal",
          denoise: 1,
          preview_method: "auto",
          vae_decode: "true",
          model: ["1", 0],
          positive: ["1", 1],
          negative: ["1", 2],
          latent_image: ["1", 3],
          optional_vae: ["1", 4],
          script: ["3", 0],
        },
      ],
      "3": [
        "HighRes-Fix Script",
        {
          upscale_type: "latent",
          latent_upscaler: "nearest-exact",
          upscale_by: 1.5,
          use_same_seed: true,
          seed: 99,
          hires_steps: 12,
          denoise: 0.56,
          iterations: 1,
          use_controlnet: false,
        },
      ],
      "4": [
        "LoRA Stacker",
        {
          input_mode: "simple",
          lora_count: 2,
          lora_name_1: "s.safetensors",
          lora_wt_1: 0.3,
          model_str_1: 1,
          clip_str_1: 1,
          lora_name_2: "None",
          lora_wt_2: 1,
        },
      ],
      "5": ["SaveImage", { images: ["2", 5] }],
    },
    says: {
      prompt: { positive: "a cat", negative: "a dog" },
      seed: "5",
      clipSkip: 2,
      size: { width: 512, height: 640 },
      passes: [
        { steps: 20, model: "m.safetensors" },
        { role: "hires", seed: "5", steps: 12, denoise: 0.56, upscale: { factor: 1.5, method: "nearest-exact" } },
      ],
      adapters: [
        { name: "s.safetensors", weight: 0.3, weightText: 0.3 },
        { name: "l.safetensors", weight: 0.7, weightText: 0.6 },
      ],
    },
  },
  "efficiency: the SDXL sampler runs the refiner of its loader": {
    nodes: {
      "1": [
        "Eff. Loader SDXL",
        {
          base_ckpt_name: "b.safetensors",
          base_clip_skip: -2,
          refiner_ckpt_name: "r.safetensors",
          refiner_clip_skip: -2,
          vae_name: "v.safetensors",
          positive: "a cat",
          negative: "a dog",
          empty_latent_width: 1024,
          empty_latent_height: 768,
          batch_size: 1,
        },
      ],
      "2": [
        "KSampler SDXL (Eff.)",
        {
          noise_seed: 4,
          steps: 25,
          cfg: 7,
          sampler_name: "euler",
          scheduler: "normal",
          start_at_step: 0,
          refine_at_step: 20,
          sdxl_tuple: ["1", 0],
          latent_image: ["1", 1],
          optional_vae: ["1", 2],
        },
      ],
      "3": ["SaveImage", { images: ["2", 3] }],
    },
    says: {
      prompt: { positive: "a cat", negative: "a dog" },
      size: { width: 1024, height: 768 },
      passes: [
        { model: "b.safetensors", startStep: 0, endStep: 20 },
        { role: "refiner", model: "r.safetensors", startStep: 20 },
      ],
      models: [
        { name: "b.safetensors" },
        { role: "refiner", name: "r.safetensors" },
        { role: "vae", name: "v.safetensors" },
      ],
    },
  },
  "hunyuan wrapper: size and frames on the sampler": {
    nodes: {
      "1": ["HyVideoModelLoader", { model: "hy.safetensors", base_precision: "bf16" }],
      "3": ["HyVideoTextEncode", { text_encoders: ["2", 0], prompt: "a cat" }],
      "2": ["DownloadAndLoadHyVideoTextEncoder", { llm_model: "llava", clip_model: "clip" }],
      "4": [
        "HyVideoSampler",
        {
          model: ["1", 0],
          hyvid_embeds: ["3", 0],
          width: 512,
          height: 320,
          num_frames: 85,
          steps: 30,
          embedded_guidance_scale: 6,
          seed: 6,
          scheduler: "FlowMatch",
        },
      ],
      "5": ["HyVideoDecode", { vae: ["6", 0], samples: ["4", 0] }],
      "6": ["HyVideoVAELoader", { model_name: "v.safetensors" }],
      "7": ["VHS_VideoCombine", { images: ["5", 0] }],
    },
    says: {
      mode: "video",
      prompt: { positive: "a cat" },
      size: { width: 512, height: 320 },
      passes: [{ guidance: 6, model: "hy.safetensors" }],
    },
  },
  "numbers: expressions and operations": {
    nodes: baseGraph({
      "3": sampler({ cfg: ["31", 0], denoise: ["30", 0] }),
      "30": ["easy float", { value: 0.5 }],
      "31": ["SimpleMath+", { value: "a*2", a: 3.5 }],
      "32": ["CM_IntBinaryOperation", { op: "Mul", a: 256, b: 3 }],
      "33": ["MathExpression|pysssss", { expression: "a+b", a: ["32", 0], b: 64 }],
      "5": ["EmptyLatentImage", { width: ["32", 0], height: ["33", 0], batch_size: 1 }],
    }),
    says: { size: { width: 768, height: 832 }, passes: [{ cfg: 7, denoise: 0.5 }] },
  },
  "impact: pipe, detailer": {
    nodes: baseGraph({
      "20": ["ToBasicPipe", { model: ["4", 0], clip: ["4", 1], vae: ["4", 2], positive: ["6", 0], negative: ["7", 0] }],
      "21": [
        "ImpactKSamplerBasicPipe",
        {
          seed: 1,
          steps: 10,
          cfg: 5,
          sampler_name: "euler",
          scheduler: "normal",
          denoise: 1,
          basic_pipe: ["20", 0],
          latent_image: ["5", 0],
        },
      ],
      "22": ["VAEDecode", { samples: ["21", 1], vae: ["21", 2] }],
      "23": [
        "FaceDetailer",
        {
          guide_size: 384,
          seed: 2,
          steps: 15,
          cfg: 6,
          sampler_name: "dpmpp_2m",
          scheduler: "karras",
          denoise: 0.5,
          wildcard: "",
          image: ["22", 0],
          model: ["4", 0],
          clip: ["4", 1],
          vae: ["4", 2],
          positive: ["6", 0],
          negative: ["7", 0],
          bbox_detector: ["24", 0],
        },
      ],
      "24": ["UltralyticsDetectorProvider", { model_name: "bbox/face_yolov8m.pt" }],
      "9": ["SaveImage", { images: ["23", 0] }],
    }),
    says: {
      prompt: { positive: "a cat", negative: "a dog" },
      passes: [
        { node: "21", seed: "1", model: "base.safetensors" },
        { node: "23", role: "detailer", seed: "2", denoise: 0.5 },
      ],
      models: [{ name: "base.safetensors" }],
    },
  },
  "impact: the populated text of a wildcard encoder is what was used": {
    nodes: baseGraph({
      "6": [
        "ImpactWildcardEncode",
        {
          wildcard_text: "a {red|blue} __animal__",
          populated_text: "a red fox <lora:foxy:0.5>",
          mode: true,
          seed: 3,
          model: ["4", 0],
          clip: ["4", 1],
        },
      ],
      "3": sampler({ model: ["6", 0], positive: ["6", 2] }),
    }),
    says: {
      prompt: { positive: "a red fox <lora:foxy:0.5>" },
      adapters: [{ type: "lora", name: "foxy", weight: 0.5, weightText: 0.5 }],
      passes: [{ model: "base.safetensors" }],
    },
  },
  "a wildcard text without its result is not the prompt": {
    nodes: baseGraph({
      "10": ["DPRandomGenerator", { text: "a {red|blue} cat", seed: 3, autorefresh: "No" }],
      "6": ["CLIPTextEncode", { text: ["10", 0], clip: ["4", 1] }],
    }),
    says: { prompt: { template: "a {red|blue} cat", negative: "a dog" } },
    findings: ["recipe.prompt-not-recorded"],
  },
  "rgthree: contexts, seed, switch, power loader and power prompt": {
    nodes: baseGraph({
      "10": ["Seed (rgthree)", { seed: 77 }],
      "11": [
        "Power Lora Loader (rgthree)",
        {
          lora_1: { on: true, lora: "on.sft", strength: 0.8 },
          lora_2: { on: false, lora: "off.sft", strength: 1 },
          model: ["4", 0],
          clip: ["4", 1],
        },
      ],
      "12": ["Power Prompt (rgthree)", { prompt: "a power cat", opt_model: ["11", 0], opt_clip: ["11", 1] }],
      "13": [
        "Context (rgthree)",
        { model: ["11", 0], clip: ["11", 1], positive: ["12", 0], negative: ["7", 0], seed: ["10", 0] },
      ],
      "14": ["Context (rgthree)", { base_ctx: ["13", 0], latent: ["5", 0] }],
      "15": ["Any Switch (rgthree)", { any_02: ["14", 4], any_03: ["7", 0] }],
      "3": sampler({
        seed: ["14", 8],
        model: ["14", 1],
        positive: ["15", 0],
        negative: ["14", 5],
        latent_image: ["14", 6],
      }),
    }),
    says: {
      seed: "77",
      size: { width: 512, height: 768 },
      prompt: { positive: "a power cat", negative: "a dog" },
      adapters: [{ name: "on.sft", weight: 0.8, weightText: 0.8 }],
      passes: [{ model: "base.safetensors" }],
    },
  },
  "comfyroll: stacks with switches, prompt and text boxes": {
    nodes: baseGraph({
      "10": [
        "CR LoRA Stack",
        {
          switch_1: "On",
          lora_name_1: "a.sft",
          model_weight_1: 0.9,
          clip_weight_1: 0.8,
          switch_2: "Off",
          lora_name_2: "b.sft",
          model_weight_2: 1,
          clip_weight_2: 1,
        },
      ],
      "11": ["CR Apply LoRA Stack", { model: ["4", 0], clip: ["4", 1], lora_stack: ["10", 0] }],
      "12": ["CR Prompt Text", { prompt: "roll" }],
      "13": ["CR Text Concatenate", { text1: ["12", 0], text2: "on", separator: " " }],
      "6": ["CLIPTextEncode", { text: ["13", 0], clip: ["11", 1] }],
      "14": ["CR Seed", { seed: 9 }],
      "15": ["CR Text Input Switch", { Input: 2, text1: "no", text2: "yes" }],
      "7": ["CLIPTextEncode", { text: ["15", 0], clip: ["11", 1] }],
      "16": [
        "CR SDXL Aspect Ratio",
        {
          width: 1024,
          height: 1024,
          aspect_ratio: "3:4 portrait 896x1152",
          swap_dimensions: "Off",
          upscale_factor: 1,
          batch_size: 1,
        },
      ],
      "5": ["EmptyLatentImage", { width: ["16", 0], height: ["16", 1], batch_size: ["16", 3] }],
      "3": sampler({ seed: ["14", 0], model: ["11", 0] }),
    }),
    says: {
      prompt: { positive: "roll on", negative: "yes" },
      seed: "9",
      size: { width: 896, height: 1152 },
      adapters: [{ name: "a.sft", weight: 0.9, weightText: 0.8 }],
    },
  },
  "comfyroll: control nets of a stack": {
    nodes: baseGraph({
      "20": [
        "CR Multi-ControlNet Stack",
        {
          switch_1: "On",
          controlnet_1: "pose.pth",
          controlnet_strength_1: 0.9,
          start_percent_1: 0,
          end_percent_1: 0.8,
          switch_2: "Off",
          controlnet_2: "depth.pth",
          controlnet_strength_2: 1,
          image_1: ["23", 0],
        },
      ],
      "21": [
        "CR Apply Multi-ControlNet",
        { base_positive: ["6", 0], base_negative: ["7", 0], switch: "On", controlnet_stack: ["20", 0] },
      ],
      "23": ["LoadImage", { image: "pose.png" }],
      "3": sampler({ positive: ["21", 0], negative: ["21", 1] }),
    }),
    says: {
      prompt: { positive: "a cat", negative: "a dog" },
      adapters: [{ type: "controlnet", name: "pose.pth", weight: 0.9, end: 0.8 }],
    },
  },
  "easy-use: loader, pre-sampling and sampler joined by a pipe": {
    nodes: {
      "1": [
        "easy fullLoader",
        {
          ckpt_name: "m.safetensors",
          config_name: "Default",
          vae_name: "Baked VAE",
          clip_skip: -1,
          lora_name: "None",
          lora_model_strength: 1,
          lora_clip_strength: 1,
          resolution: "832 x 1216",
          empty_latent_width: 512,
          empty_latent_height: 512,
          positive: "a cat",
          positive_token_normalization: "none",
          positive_weight_interpretation: "comfy",
          negative: "a dog",
          negative_token_normalization: "none",
          negative_weight_interpretation: "comfy",
          batch_size: 1,
        },
      ],
      "2": [
        "easy preSampling",
        { steps: 22, cfg: 6, sampler_name: "euler", scheduler: "karras", denoise: 1, seed: 8, pipe: ["1", 0] },
      ],
      "3": ["easy kSampler", { image_output: "Preview", link_id: 0, save_prefix: "ComfyUI", pipe: ["2", 0] }],
      "4": ["SaveImage", { images: ["3", 1] }],
    },
    says: {
      prompt: { positive: "a cat", negative: "a dog" },
      seed: "8",
      size: { width: 832, height: 1216 },
      passes: [{ steps: 22, cfg: 6, scheduler: { raw: "karras" }, model: "m.safetensors" }],
    },
  },
  "tinyterra: pipe loader and pipe sampler": {
    nodes: {
      "1": [
        "ttN pipeLoader_v2",
        {
          ckpt_name: "m.safetensors",
          config_name: "Default",
          vae_name: "Baked VAE",
          clip_skip: -2,
          loras: "",
          positive: "a cat",
          negative: "a dog",
          empty_latent_width: 640,
          empty_latent_height: 512,
          batch_size: 1,
          seed: 6,
        },
      ],
      "2": [
        "ttN pipeKSampler_v2",
        {
          lora_name: "None",
          lora_strength: 1,
          steps: 21,
          cfg: 6.5,
          sampler_name: "euler",
          scheduler: "normal",
          denoise: 1,
          seed: 6,
          pipe: ["1", 0],
        },
      ],
      "3": ["SaveImage", { images: ["2", 8] }],
    },
    says: {
      prompt: { positive: "a cat", negative: "a dog" },
      seed: "6",
      size: { width: 640, height: 512 },
      passes: [{ steps: 21, model: "m.safetensors" }],
    },
  },
  "prompt-reader: parameters and models come out of one node": {
    nodes: baseGraph({
      "2": [
        "SDParameterGenerator",
        {
          ckpt_name: "p.safetensors",
          vae_name: "baked VAE",
          model_version: "SDv1 512px",
          config_name: "none",
          seed: 12,
          steps: 30,
          refiner_start: 1,
          cfg: 8,
          sampler_name: "dpmpp_2m",
          scheduler: "karras",
          positive_ascore: 6,
          negative_ascore: 6,
          aspect_ratio: "custom",
          width: 512,
          height: 640,
          batch_size: 1,
        },
      ],
      "6": ["CLIPTextEncode", { text: "a cat", clip: ["2", 3] }],
      "7": ["CLIPTextEncode", { text: "a dog", clip: ["2", 3] }],
      "5": ["EmptyLatentImage", { width: ["2", 13], height: ["2", 14], batch_size: ["2", 15] }],
      "3": sampler({
        model: ["2", 2],
        seed: ["2", 5],
        steps: ["2", 6],
        cfg: ["2", 8],
        sampler_name: ["2", 9],
        scheduler: ["2", 10],
      }),
      "9": ["SDPromptSaver", { images: ["8", 0], filename: "x", model_name: ["2", 0] }],
    }),
    says: {
      seed: "12",
      size: { width: 512, height: 640 },
      passes: [
        { steps: 30, cfg: 8, sampler: { raw: "dpmpp_2m" }, scheduler: { raw: "karras" }, model: "p.safetensors" },
      ],
      extra: { outputNode: "9" },
    },
  },
  "ultimate upscale: a further pass": {
    nodes: baseGraph({
      "20": [
        "UltimateSDUpscale",
        {
          upscale_by: 2,
          seed: 3,
          steps: 12,
          cfg: 7,
          sampler_name: "euler",
          scheduler: "normal",
          denoise: 0.2,
          tile_width: 512,
          tile_height: 512,
          image: ["8", 0],
          model: ["4", 0],
          positive: ["6", 0],
          negative: ["7", 0],
          vae: ["4", 2],
          upscale_model: ["21", 0],
        },
      ],
      "21": ["UpscaleModelLoader", { model_name: "4x.pth" }],
      "9": ["SaveImage", { images: ["20", 0] }],
    }),
    says: { passes: [{ seed: "42" }, { node: "20", role: "hires", seed: "3", denoise: 0.2 }] },
  },
  "wan wrapper: both prompts in one encoder": {
    nodes: {
      "1": ["WanVideoModelLoader", { model: "wan.safetensors", base_precision: "fp16", lora: ["2", 0] }],
      "2": ["WanVideoLoraSelect", { lora: "speed.safetensors", strength: 0.8 }],
      "3": ["LoadWanVideoT5TextEncoder", { model_name: "umt5.safetensors", precision: "bf16" }],
      "4": ["WanVideoTextEncode", { positive_prompt: "a cat", negative_prompt: "a dog", t5: ["3", 0] }],
      "5": ["WanVideoEmptyEmbeds", { width: 832, height: 480, num_frames: 81 }],
      "6": [
        "WanVideoSampler",
        {
          steps: 30,
          cfg: 6,
          shift: 5,
          seed: 1,
          scheduler: "unipc",
          model: ["1", 0],
          text_embeds: ["4", 0],
          image_embeds: ["5", 0],
        },
      ],
      "7": ["WanVideoDecode", { samples: ["6", 0], vae: ["8", 0] }],
      "8": ["WanVideoVAELoader", { model_name: "wan_vae.safetensors" }],
      "9": ["VHS_VideoCombine", { images: ["7", 0], frame_rate: 16 }],
    },
    says: {
      mode: "video",
      prompt: { positive: "a cat", negative: "a dog" },
      seed: "1",
      passes: [{ steps: 30, cfg: 6, model: "wan.safetensors" }],
      size: { width: 832, height: 480 },
      models: [
        { role: "unet" },
        { role: "textEncoder", name: "umt5.safetensors" },
        { role: "vae", name: "wan_vae.safetensors" },
      ],
      adapters: [{ type: "lora", name: "speed.safetensors", weight: 0.8 }],
    },
  },
  "strings: joined, replaced, through primitives and reroutes": {
    nodes: baseGraph({
      "10": ["PrimitiveStringMultiline", { value: "a COLOUR" }],
      "11": ["StringReplace", { string: ["10", 0], find: "COLOUR", replace: "red" }],
      "12": ["Reroute", { "": ["11", 0] }],
      "13": ["StringConcatenate", { string_a: ["12", 0], string_b: "fox", delimiter: " " }],
      "14": ["ShowText|pysssss", { text: ["13", 0], text_0: "stale" }],
      "6": ["CLIPTextEncode", { text: ["14", 0], clip: ["4", 1] }],
    }),
    says: { prompt: { positive: "a red fox" } },
  },
  "an unknown pack: links of known names are followed": {
    nodes: baseGraph({
      "10": ["MyModelTweaker", { model: ["4", 0], amount: 3 }],
      "11": ["MyTextBox", { content: "tweaked" }],
      "12": ["MyEncoder", { clip: ["4", 1], prompt: ["11", 0] }],
      "13": ["MyPairTweaker", { positive: ["12", 0], negative: ["7", 0], strength: 1 }],
      "14": ["MyLatentTweaker", { samples: ["5", 0], amount: 1 }],
      "3": sampler({ model: ["10", 0], positive: ["13", 0], negative: ["13", 1], latent_image: ["14", 0] }),
    }),
    says: {
      prompt: { positive: "tweaked", negative: "a dog" },
      size: { width: 512, height: 768 },
      passes: [{ model: "base.safetensors" }],
    },
  },
  "nodes that are not upstream of the output have no part": {
    nodes: baseGraph({
      "30": sampler({ seed: 1000, positive: ["7", 0] }),
      "31": ["VAEDecode", { samples: ["30", 0], vae: ["4", 2] }],
      "32": ["PreviewImage", { images: ["31", 0] }],
    }),
    says: { seed: "42", passes: [{ node: "3" }], extra: { outputNode: "9" } },
  },
  "styles frame a text by templates that are not in the file": {
    nodes: baseGraph({
      "10": [
        "SDXLPromptStyler",
        { text_positive: "a cat", text_negative: "a dog", style: "sai-anime", log_prompt: false },
      ],
      "6": ["CLIPTextEncode", { text: ["10", 0], clip: ["4", 1] }],
      "7": ["CLIPTextEncode", { text: ["10", 1], clip: ["4", 1] }],
    }),
    says: { prompt: { template: "a cat", negativeTemplate: "a dog" } },
    findings: ["recipe.prompt-not-recorded", "recipe.prompt-not-recorded"],
  },
  "lora manager: its list counts, not the tags that repeat it": {
    nodes: baseGraph({
      "10": [
        "Lora Loader (LoraManager)",
        {
          text: "<lora:one:0.8> <lora:two:0.5>",
          loras: {
            __value__: [
              { name: "one", strength: 0.8, active: true, clipStrength: 0.7 },
              { name: "two", strength: "0.5", active: false },
            ],
          },
          model: ["4", 0],
          clip: ["4", 1],
        },
      ],
      "11": [
        "Lora Loader Stack (rgthree)",
        { lora_01: "s.sft", strength_01: 0.4, lora_02: "None", strength_02: 1, model: ["10", 0], clip: ["10", 1] },
      ],
      "3": sampler({ model: ["11", 0] }),
    }),
    says: {
      adapters: [
        { name: "one", weight: 0.8, weightText: 0.7 },
        { name: "s.sft", weight: 0.4 },
      ],
    },
  },
  "an encoder that parses like A1111 says so": {
    nodes: baseGraph({ "6": ["smZ CLIPTextEncode", { text: "a cat", parser: "A1111", text_g: "", clip: ["4", 1] }] }),
    says: { dialect: "a1111", prompt: { positive: "a cat" } },
  },
  "inspire: noise like A1111's": {
    nodes: baseGraph({
      "3": ["KSampler //Inspire", { ...sampler()[1], noise_mode: "GPU(=A1111)", batch_seed_mode: "incremental" }],
    }),
    says: { rng: { source: "gpu" }, passes: [{ steps: 20 }] },
  },
  "a service is asked by a node of its own": {
    nodes: {
      "1": ["FluxProUltraImageNode", { prompt: "a cat", seed: 11, aspect_ratio: "16:9", raw: false }],
      "2": ["SaveImage", { images: ["1", 0] }],
    },
    says: { prompt: { positive: "a cat" }, seed: "11", passes: [], extra: { service: "FluxProUltraImageNode" } },
  },
  "impact: a detailer behind a pipe, an iterative upscaler with a provider": {
    nodes: baseGraph({
      "20": ["BasicPipeToDetailerPipe", { wildcard: "", basic_pipe: ["19", 0], bbox_detector: ["23", 0] }],
      "19": ["ToBasicPipe", { model: ["4", 0], clip: ["4", 1], vae: ["4", 2], positive: ["6", 0], negative: ["7", 0] }],
      "23": ["UltralyticsDetectorProvider", { model_name: "face.pt" }],
      "25": ["PixelKSampleUpscalerProvider", { ...sampler({ seed: 8, steps: 12 })[1], vae: ["4", 2] }],
      "26": ["IterativeLatentUpscale", { upscale_factor: 1.5, steps: 3, samples: ["3", 0], upscaler: ["25", 0] }],
      "8": ["VAEDecode", { samples: ["26", 0], vae: ["4", 2] }],
      "24": [
        "FaceDetailerPipe",
        {
          seed: 2,
          steps: 15,
          cfg: 6,
          sampler_name: "euler",
          scheduler: "karras",
          denoise: 0.5,
          image: ["8", 0],
          detailer_pipe: ["20", 0],
        },
      ],
      "9": ["SaveImage", { images: ["24", 0] }],
    }),
    says: {
      passes: [
        { node: "3" },
        { node: "25", role: "hires", seed: "8", steps: 12 },
        { node: "24", role: "detailer", seed: "2", model: "base.safetensors" },
      ],
    },
  },
  "adapters on the model's way: hypernetwork, image prompt": {
    nodes: baseGraph({
      "20": ["HypernetworkLoader", { hypernetwork_name: "h.pt", strength: 0.7, model: ["4", 0] }],
      "21": ["IPAdapterUnifiedLoader", { preset: "PLUS (high strength)", model: ["20", 0] }],
      "22": [
        "IPAdapterAdvanced",
        { weight: 0.8, start_at: 0, end_at: 0.9, model: ["21", 0], ipadapter: ["21", 1], image: ["23", 0] },
      ],
      "23": ["LoadImage", { image: "ref.png" }],
      "3": sampler({ model: ["22", 0] }),
    }),
    says: {
      models: [{ role: "checkpoint", name: "base.safetensors" }],
      adapters: [
        { type: "hypernetwork", name: "h.pt", weight: 0.7 },
        { type: "ipadapter", name: "PLUS (high strength)", weight: 0.8, end: 0.9 },
      ],
      inputs: [{ role: "reference", name: "ref.png" }],
    },
  },
  "core: an inpainting model takes image and mask beside the conditionings": {
    nodes: baseGraph({
      "20": [
        "InpaintModelConditioning",
        { positive: ["6", 0], negative: ["7", 0], vae: ["4", 2], pixels: ["22", 0], mask: ["22", 1] },
      ],
      "22": ["LoadImage", { image: "in.png" }],
      "3": sampler({ positive: ["20", 0], negative: ["20", 1], latent_image: ["20", 2] }),
    }),
    says: {
      mode: "inpaint",
      prompt: { positive: "a cat", negative: "a dog" },
      inputs: [
        { role: "init", name: "in.png" },
        { role: "mask", name: "in.png" },
      ],
    },
  },
  "core: cascade's second stage builds on the first through its conditioning": {
    nodes: baseGraph({
      "34": ["StableCascade_EmptyLatentImage", { width: 1024, height: 768, compression: 42, batch_size: 1 }],
      "41": ["CheckpointLoaderSimple", { ckpt_name: "stage_b.safetensors" }],
      "3": sampler({ latent_image: ["34", 0] }),
      "36": ["StableCascade_StageB_Conditioning", { conditioning: ["6", 0], stage_c: ["3", 0] }],
      "33": sampler({ seed: 5, model: ["41", 0], positive: ["36", 0], latent_image: ["34", 1] }),
      "8": ["VAEDecode", { samples: ["33", 0], vae: ["41", 2] }],
    }),
    says: { size: { width: 1024, height: 768 }, passes: [{ node: "3" }, { node: "33", model: "stage_b.safetensors" }] },
  },
  "core: an emptied negative for part of the steps leaves the text of the rest": {
    nodes: baseGraph({
      "20": ["ConditioningZeroOut", { conditioning: ["7", 0] }],
      "21": ["ConditioningSetTimestepRange", { start: 0.1, end: 1, conditioning: ["20", 0] }],
      "22": ["ConditioningSetTimestepRange", { start: 0, end: 0.1, conditioning: ["7", 0] }],
      "23": ["ConditioningCombine", { conditioning_1: ["21", 0], conditioning_2: ["22", 0] }],
      "3": sampler({ negative: ["23", 0] }),
    }),
    says: { prompt: { positive: "a cat", negative: "a dog" } },
  },
  "core: composed latents list their samplers, the ground first": {
    nodes: baseGraph({
      "20": ["LatentComposite", { x: 0, y: 0, feather: 0, samples_to: ["3", 0], samples_from: ["21", 0] }],
      "21": sampler({ seed: 43 }),
      "22": sampler({ seed: 44, latent_image: ["20", 0], denoise: 0.5 }),
      "8": ["VAEDecode", { samples: ["22", 0], vae: ["4", 2] }],
    }),
    says: { passes: [{ seed: "42" }, { seed: "43" }, { seed: "44" }] },
  },
  "upscaling alone": {
    nodes: {
      "1": ["LoadImage", { image: "in.png" }],
      "2": ["UpscaleModelLoader", { model_name: "4x.pth" }],
      "3": ["ImageUpscaleWithModel", { upscale_model: ["2", 0], image: ["1", 0] }],
      "4": ["SaveImage", { images: ["3", 0] }],
    },
    says: { mode: "upscale", passes: [], models: [{ role: "upscaler", name: "4x.pth" }], inputs: [{ name: "in.png" }] },
  },
  "a random seed that the graph does not hold is not invented": {
    nodes: baseGraph({ "3": sampler({ seed: -1 }) }),
    says: { passes: [{ steps: 20 }] },
    findings: ["recipe.seed-not-recorded"],
  },
};

describe.each(Object.entries(CASES))("%s", (_name, { nodes, says, findings }) => {
  test("is resolved", () => {
    const recipe = readNodes(nodes);
    expect(recipe).toMatchObject(says);
    const passes = (says as { passes?: unknown[] }).passes;
    if (passes) expect(recipe.passes).toHaveLength(passes.length);
    const adapters = (says as { adapters?: unknown[] }).adapters;
    if (adapters) expect(recipe.adapters).toHaveLength(adapters.length);
    expect(recipe.findings).toEqual(findings ?? []);
  });
});
