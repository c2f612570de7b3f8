/** What flows through a link, told by the name of the input or output: the names are ComfyUI's convention. */

/** What a link carries. `scalar` is a text or number, `pipe` a bundle of several things, `other` anything else. */
export type Kind =
  | "model"
  | "clip"
  | "vae"
  | "conditioning"
  | "latent"
  | "image"
  | "control"
  | "sigmas"
  | "sampler"
  | "noise"
  | "guider"
  | "stack"
  | "script"
  | "pipe"
  | "scalar"
  | "other";

/** A name without its number and case: `model_2`, `Model1` and `model` are one; `t5` is no numbered `t`. */
function bare(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/(?<!^t)[ _.]?\d+$/, "");
}

const RULES: readonly (readonly [RegExp, Kind])[] = [
  [/(^|_)(lora_?stack|controlnet_stack|control_net_stack|cnet_stack|lora)$/, "stack"],
  [/script$/, "script"],
  [/control_?net|^cnet/, "control"],
  [/clip_vision|style_model|upscale_model|gligen|ipadapter|insightface|sam_model|bbox|segm/, "other"],
  [/(^|_)pipe(_|$)|pipeline|(^|_)ctx$|context$|^bus$|_tuple$|(^|_)pipe_line/, "pipe"],
  [/(^|_)(model|unet)(_opt|_optional|_pass|_high_noise|_low_noise)?$/, "model"],
  [/(^|_)(clip|t5|text_encoder)(_opt|_optional)?$/, "clip"],
  [/(^|_)vae(_opt|_optional)?$/, "vae"],
  [/^(base_|refiner_|optional_)?(positive|negative|pos|neg)(_cond|_conditioning|_opt)?$/, "conditioning"],
  [/conditioning|^conds?($|_)|(text|hyvid|prompt)_embeds|^conditioning[+-]$/, "conditioning"],
  [/^(destination|source)$/, "other"],
  [/sample(s|s_to|s_from)$|latent|^stage_[bc]$/, "latent"],
  [/image|pixels|frames|(^|_)video$|(^|_)mask$|^img$/, "image"],
  [/^sigmas/, "sigmas"],
  [/(^|_)sampler(_opt)?$/, "sampler"],
  [/^noise$/, "noise"],
  [/guider$/, "guider"],
];

const SCALAR =
  /^(seed|noise_seed|steps|cfg|width|height|batch_size|length|denoise|guidance|text|text_[a-z]|prompt|string|string_[a-z]|value|int|float|number|boolean|bool|a|b|c|delimiter|separator|prefix|suffix|filename_prefix|filename|path|fps|strength|strength_model|strength_clip|weight|scale_by|upscale_by|factor|switch|select|index|sampler_name|scheduler|ckpt_name|lora_name|vae_name|unet_name|clip_name|control_net_name|model_name|.*_(width|height|name|steps|prompt|text|seed|cfg|scheduler|percent|strength|prefix))$/;

/** What an input or output of this name carries; `other` where the name does not say. */
export function kindOfName(name: string): Kind {
  const plain = bare(name);
  if (SCALAR.test(plain)) return "scalar";
  return RULES.find(([pattern]) => pattern.test(plain))?.[1] ?? "other";
}

/** Members of pipes and contexts under one name each; the key is the name asked for. */
const MEMBERS = {
  model: ["model", "base_model", "model_opt"],
  clip: ["clip", "base_clip", "clip_opt"],
  vae: ["vae", "vae_opt", "optional_vae"],
  positive: [
    "positive",
    "pos",
    "base_positive",
    "positive_opt",
    "positive_cond",
    "positive_conditioning",
    "conditioning+",
  ],
  negative: [
    "negative",
    "neg",
    "base_negative",
    "negative_opt",
    "negative_cond",
    "negative_conditioning",
    "conditioning-",
  ],
  latent: ["latent", "latent_image", "samples", "latent_opt", "samples_opt", "latents"],
  image: ["image", "images", "pixels", "img", "image_opt", "images_opt"],
  seed: ["seed", "noise_seed", "seed_value", "seed_num", "seed_", "sampling_seed"],
  steps: ["steps", "num_steps", "steps_total", "base_steps", "num_inference_steps", "sampling_steps"],
  cfg: ["cfg", "cfg_scale", "guidance_scale", "CFG", "true_cfg", "cfg_conds"],
  guidance: ["guidance", "embedded_guidance_scale", "flux_guidance", "distilled_cfg"],
  sampler: ["sampler_name", "sampler", "base_sampler", "sampler_opt"],
  scheduler: ["scheduler", "scheduler_name", "schedule", "scheduler_type", "noise_schedule"],
  denoise: ["denoise", "denoise_strength", "denoising_strength", "denoise_amount"],
  width: ["width", "empty_latent_width", "latent_width", "base_width", "image_width", "w", "base_latent_width"],
  height: ["height", "empty_latent_height", "latent_height", "base_height", "image_height", "h"],
  batch: ["batch_size", "batch", "batchsize"],
} as const satisfies Record<string, readonly string[]>;

/** A member of a pass, pipe or context. */
export type Member = keyof typeof MEMBERS;

/** The names under which nodes have this input. */
export function namesOf(member: Member): readonly string[] {
  return MEMBERS[member];
}

/** The member that an output or input of this name stands for. */
export function memberOf(name: string): Member | undefined {
  const plain = name.trim().toLowerCase().replaceAll(" ", "_");
  return (Object.keys(MEMBERS) as Member[]).find((key) => (MEMBERS[key] as readonly string[]).includes(plain));
}

/** The kind of a member. */
export function kindOfMember(member: Member): Kind {
  if (member === "positive" || member === "negative") return "conditioning";
  return (["model", "clip", "vae", "latent", "image"] as const).find((kind) => kind === member) ?? "scalar";
}
