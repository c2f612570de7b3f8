/**
 * A recipe as a graph that a ComfyUI server takes (`POST /prompt`), and the graph of a file as it stands.
 * The nodes are those of ComfyUI's core; what they cannot do is said. @see ComfyUI nodes.py, comfy_extras
 */

import type { Finding } from "../base/findings.ts";
import type { Json } from "../base/json.ts";
import type { Text } from "../base/texts.ts";
import type { Block } from "../image/block.ts";
import { graphTexts } from "./comfyui/texts.ts";
import { networkTags } from "./prompt/networks.ts";
import { type PromptLoss, promptForComfyui } from "./prompt/write-comfyui.ts";
import type { Adapter, Pass, Recipe } from "./recipe.ts";
import { samplerIn, schedulerIn } from "./samplers.ts";
import { sizeOfText } from "./values.ts";

/** A graph as JSON text, whose seeds are exact to 2^64-1, and what of the recipe it does not do. */
export interface WrittenGraph {
  readonly text: string;
  readonly losses: readonly Finding[];
}

/** The API graph that a file carries, as its JSON text; `undefined` where it carries none. */
export function recordedGraph(blocks: readonly Pick<Block, "text">[]): string | undefined {
  const entries = blocks.map((block, index) => ({ index, block }));
  const found = graphTexts(entries).find(({ kind }) => kind === "prompt");
  if (found === undefined) return undefined;
  const text = blocks[found.block]?.text ?? "";
  const from = text.indexOf("{");
  // A graph that is the whole of its block, perhaps behind a prefix, is given letter for letter.
  return found.base === "" && !text.includes("<")
    ? text.slice(from).replace(/[\0\s]+$/, "")
    : JSON.stringify(found.json);
}

type Nodes = Record<string, { class_type: string; inputs: Record<string, Json> }>;

interface Draft {
  readonly nodes: Nodes;
  /** Adds a node and gives its id. */
  add(type: string, inputs: Record<string, Json | undefined>): string;
  lose(path: string, text: Text): void;
}

/** Where the parts of a model are to be had: node id and output. */
interface Parts {
  model: Json;
  clip: Json;
  vae: Json;
}

/** The graph of a recipe: loaders, LoRAs, encoders, one sampler a pass, decoder, saver. */
export function writeComfyui(recipe: Recipe): WrittenGraph {
  const losses: Finding[] = [];
  const nodes: Nodes = {};
  const draft: Draft = {
    nodes,
    add(type, inputs) {
      const id = String(Object.keys(nodes).length + 1);
      const defined = Object.entries(inputs).filter((entry): entry is [string, Json] => entry[1] !== undefined);
      nodes[id] = { class_type: type, inputs: Object.fromEntries(defined) };
      return id;
    },
    lose: (path, text) => losses.push({ code: "recipe.graph-loss", level: "informs", text, where: { pointer: path } }),
  };
  writeGraph(draft, recipe);
  return { text: withExactSeeds(JSON.stringify(nodes, null, 2)), losses };
}

function writeGraph(draft: Draft, recipe: Recipe): void {
  const parts = withLoras(draft, recipe, loaders(draft, recipe));
  const encode = (side: "positive" | "negative", text: string): Json => [
    draft.add("CLIPTextEncode", { text: promptText(draft, `/prompt/${side}`, text, recipe), clip: parts.clip }),
    0,
  ];
  const positive = encode("positive", recipe.prompt.positive ?? "");
  const negative = encode("negative", recipe.prompt.negative ?? "");
  let latent = startLatent(draft, recipe);
  for (const [i, pass] of (recipe.passes.length > 0 ? recipe.passes : [{}]).entries()) {
    if (isDetailer(pass)) {
      draft.lose(`/passes/${i}`, NOTES.detailer);
      continue;
    }
    if (i > 0) latent = enlarged(draft, pass, latent, i);
    const own = pass.prompt?.positive === undefined ? positive : encode("positive", pass.prompt.positive);
    const against = pass.prompt?.negative === undefined ? negative : encode("negative", pass.prompt.negative);
    latent = sampled(draft, recipe, i, { latent, positive: own, negative: against, model: parts.model });
  }
  const image = draft.add("VAEDecode", { samples: latent, vae: parts.vae });
  draft.add("SaveImage", { filename_prefix: "ComfyUI", images: [image, 0] });
  sayLosses(draft, recipe);
}

/** Detailers find their regions with models of node packs. */
function isDetailer({ role }: Pass): boolean {
  return role !== undefined && /detailer/i.test(role);
}

function loaders(draft: Draft, { models, clipSkip, passes }: Recipe): Parts {
  const named = (role: string): string | undefined => models.find((model) => model.role === role)?.name;
  const unet = named("unet");
  const checkpoint = named("checkpoint") ?? passes[0]?.model;
  const loader = draft.add(
    unet === undefined ? "CheckpointLoaderSimple" : "UNETLoader",
    unet === undefined ? { ckpt_name: withEnding(checkpoint ?? "") } : { unet_name: unet, weight_dtype: "default" },
  );
  const vae = named("vae");
  const parts: Parts = { model: [loader, 0], clip: [loader, 1], vae: [loader, 2] };
  if (unet !== undefined)
    parts.clip = [draft.add(...textEncoders(models.filter(({ role }) => role === "textEncoder"))), 0];
  if (vae !== undefined || unet !== undefined) parts.vae = [draft.add("VAELoader", { vae_name: vae ?? "" }), 0];
  // ComfyUI counts layers from the end as negative numbers; 1 is the last, its default.
  if (clipSkip !== undefined && clipSkip > 1) {
    parts.clip = [draft.add("CLIPSetLastLayer", { stop_at_clip_layer: -clipSkip, clip: parts.clip }), 0];
  }
  return parts;
}

function textEncoders(models: Recipe["models"]): [type: string, inputs: Record<string, Json>] {
  const [first, second, third] = models.map(({ name }) => name);
  if (third !== undefined) return ["TripleCLIPLoader", { clip_name1: first!, clip_name2: second!, clip_name3: third }];
  if (second !== undefined) return ["DualCLIPLoader", { clip_name1: first!, clip_name2: second, type: "flux" }];
  return ["CLIPLoader", { clip_name: first ?? "", type: "stable_diffusion" }];
}

/** A1111 names models without their ending; the files that it takes nowadays end in `.safetensors`. */
function withEnding(name: string): string {
  return name === "" || /\.(safetensors|ckpt|pt|pth|bin|gguf|sft)$/i.test(name) ? name : `${name}.safetensors`;
}

function withLoras(draft: Draft, recipe: Recipe, parts: Parts): Parts {
  for (const [i, adapter] of lorasOf(recipe).entries()) {
    const { name, weight = 1, weightText = weight } = adapter;
    const inputs = { lora_name: withEnding(name), strength_model: weight, strength_clip: weightText };
    const id = draft.add("LoraLoader", { ...inputs, model: parts.model, clip: parts.clip });
    if (adapter.type === "lycoris") draft.lose(`/adapters/${i}`, NOTES.lycoris);
    parts = { ...parts, model: [id, 0], clip: [id, 1] };
  }
  return parts;
}

/** The list of adapters; where a recipe has none, the tags of its prompt. */
function lorasOf({
  adapters,
  prompt,
  dialect,
}: Recipe): readonly Pick<Adapter, "type" | "name" | "weight" | "weightText">[] {
  const listed = adapters.filter(({ type }) => type === "lora" || type === "lycoris");
  if (listed.length > 0 || dialect !== "a1111") return listed;
  return networkTags(prompt.positive ?? "").filter(({ type }) => type !== "hypernetwork");
}

function promptText(draft: Draft, path: string, text: string, { dialect }: Recipe): string {
  const written = promptForComfyui(text, dialect);
  for (const loss of written.losses) draft.lose(path, PROMPT_NOTES[loss]);
  return written.text;
}

function startLatent(draft: Draft, { size, mode, batch }: Recipe): Json {
  if (mode !== undefined && mode !== "txt2img") draft.lose("/mode", NOTES.input);
  if (size === undefined) draft.lose("/size", NOTES.size);
  if ((batch?.size ?? 1) > 1) draft.lose("/batch", NOTES.batch);
  const { width, height } = size ?? { width: 512, height: 512 };
  return [draft.add("EmptyLatentImage", { width, height, batch_size: 1 }), 0];
}

function enlarged(draft: Draft, { upscale, size }: Pass, latent: Json, i: number): Json {
  const to = upscale?.width && upscale.height ? { width: upscale.width, height: upscale.height } : size;
  if (upscale === undefined && to === undefined) return latent;
  const method = /nearest|bilinear|bicubic|area|bislerp/i.exec(upscale?.method ?? "")?.[0].toLowerCase();
  if (upscale?.method !== undefined && method === undefined) draft.lose(`/passes/${i}/upscale/method`, NOTES.upscaler);
  const upscale_method = method === "nearest" ? "nearest-exact" : (method ?? "nearest-exact");
  if (upscale?.factor !== undefined) {
    return [draft.add("LatentUpscaleBy", { upscale_method, scale_by: upscale.factor, samples: latent }), 0];
  }
  return to === undefined
    ? latent
    : [draft.add("LatentUpscale", { upscale_method, ...to, crop: "disabled", samples: latent }), 0];
}

interface Work {
  readonly latent: Json;
  readonly positive: Json;
  readonly negative: Json;
  readonly model: Json;
}

function sampled(draft: Draft, recipe: Recipe, i: number, { latent, positive, negative, model }: Work): Json {
  const first = recipe.passes[0] ?? {};
  const pass: Pass = { ...first, ...recipe.passes[i] };
  const guided =
    pass.guidance === undefined
      ? positive
      : [draft.add("FluxGuidance", { guidance: pass.guidance, conditioning: positive }), 0];
  const common = {
    steps: pass.steps ?? 20,
    cfg: pass.cfg ?? (pass.guidance === undefined ? 7 : 1),
    sampler_name: samplerName(draft, pass, i),
    scheduler: schedulerName(draft, pass, i),
    model: passModel(draft, recipe, i, model),
    positive: guided,
    negative,
    latent_image: latent,
  };
  const seed = recipe.passes[i]?.seed ?? recipe.seed ?? "0";
  if (pass.startStep === undefined && pass.endStep === undefined) {
    const denoise = i === 0 ? (recipe.passes[0]?.denoise ?? 1) : (recipe.passes[i]?.denoise ?? 1);
    return [draft.add("KSampler", { seed, ...common, denoise: recipe.mode === "txt2img" && i === 0 ? 1 : denoise }), 0];
  }
  const steps = { start_at_step: pass.startStep ?? 0, end_at_step: pass.endStep ?? 10000 };
  const on = (flag: boolean | undefined, otherwise: boolean): string => ((flag ?? otherwise) ? "enable" : "disable");
  const last = i === recipe.passes.length - 1;
  const noise = { add_noise: on(pass.addNoise, i === 0), return_with_leftover_noise: on(pass.leftoverNoise, !last) };
  return [draft.add("KSamplerAdvanced", { noise_seed: seed, ...common, ...steps, ...noise }), 0];
}

function passModel(draft: Draft, recipe: Recipe, i: number, model: Json): Json {
  const own = recipe.passes[i]?.model;
  if (i === 0 || own === undefined || own === recipe.passes[0]?.model) return model;
  return [draft.add("CheckpointLoaderSimple", { ckpt_name: withEnding(own) }), 0];
}

function samplerName(draft: Draft, { sampler }: Pass, i: number): string {
  // A1111 draws the noise of its stochastic samplers on the graphics card, as ComfyUI's `_gpu` samplers do.
  const variant = sampler?.variant ?? (/^DPM\+\+.*SDE/.test(sampler?.raw ?? "") ? "gpu" : undefined);
  const name = sampler && samplerIn(sampler.id, "comfyui", sampler.raw === "UniPC" ? "bh2" : variant);
  if (name === undefined) draft.lose(`/passes/${i}/sampler`, NOTES.sampler);
  return name ?? "euler";
}

function schedulerName(draft: Draft, { scheduler }: Pass, i: number): string {
  const name = scheduler && schedulerIn(scheduler.id, "comfyui");
  if (scheduler !== undefined && name === undefined) draft.lose(`/passes/${i}/scheduler`, NOTES.scheduler);
  return name ?? "normal";
}

/** What ComfyUI does otherwise than the tool of the recipe, whatever the graph says. */
function sayLosses(draft: Draft, recipe: Recipe): void {
  if (recipe.seed === undefined) draft.lose("/seed", NOTES.seed);
  if (recipe.dialect !== "comfyui") draft.lose("/rng", NOTES.noise);
  if (recipe.variation !== undefined) draft.lose("/variation", NOTES.variation);
  for (const [i, { type }] of recipe.adapters.entries()) {
    if (type !== "lora" && type !== "lycoris" && type !== "embedding") draft.lose(`/adapters/${i}`, NOTES.adapter);
  }
  const resized = sizeOfText(String(recipe.extra["Seed resize from"] ?? ""));
  if (resized !== undefined) draft.lose("/variation/resizeFrom", NOTES.variation);
}

/** Seeds are texts in a recipe and numbers in a graph; a JavaScript number would round them. */
function withExactSeeds(json: string): string {
  return json.replace(/^(\s*"(?:noise_)?seed": )"(\d{1,20})"(,?)$/gm, "$1$2$3");
}

const PROMPT_NOTES: Readonly<Record<PromptLoss, Text>> = {
  weights: {
    en: "ComfyUI applies weights by another rule, so that the same numbers act differently",
    zh: "ComfyUI 以另一规则应用权重，相同数值的作用不同",
  },
  chunks: { en: "BREAK has no counterpart; the chunks were joined", zh: "BREAK 没有对应写法；各段已合并" },
  schedule: {
    en: "prompt editing over the steps has no counterpart; its first stage was kept",
    zh: "随步数变化的提示词没有对应写法；仅保留第一阶段",
  },
  combination: {
    en: "AND has no counterpart in one text; the parts were joined",
    zh: "AND 在单一文本中没有对应写法；各部分已合并",
  },
};

const NOTES = {
  lycoris: { en: "LyCORIS is loaded like a LoRA", zh: "LyCORIS 按 LoRA 方式加载" },
  input: {
    en: "the recipe needs an input image or another kind of latent; this graph starts from noise",
    zh: "该配方需要输入图像或其他类型的潜变量；此节点图从噪声开始",
  },
  size: { en: "the size is not recorded; 512x512 was taken", zh: "尺寸未记录；取 512x512" },
  batch: {
    en: "one image instead of the batch: ComfyUI draws the noise of a batch at once",
    zh: "仅生成一张而非整批：ComfyUI 一次抽取整批的噪声",
  },
  upscaler: { en: "the upscaler was replaced by enlarging the latent", zh: "放大器已由潜变量放大代替" },
  sampler: {
    en: "ComfyUI has no such sampler, or none is recorded; euler was taken",
    zh: "ComfyUI 没有该采样器，或未记录；取 euler",
  },
  scheduler: { en: "ComfyUI has no such schedule; normal was taken", zh: "ComfyUI 没有该调度；取 normal" },
  seed: { en: "the seed is not recorded; 0 was taken", zh: "种子未记录；取 0" },
  noise: {
    en: "ComfyUI draws noise on the CPU and weighs prompts otherwise: expect a similar composition at best",
    zh: "ComfyUI 在 CPU 上抽取噪声且提示词加权方式不同：至多得到相近的构图",
  },
  variation: { en: "variation seeds have no core node", zh: "变体种子没有对应的核心节点" },
  detailer: { en: "detailers need a node pack; this run was left out", zh: "细节修复需要节点包；该次运行已省略" },
  adapter: {
    en: "this adapter needs an image or a node pack that the graph does not have",
    zh: "该适配器需要图像或节点图中没有的节点包",
  },
} as const satisfies Record<string, Text>;
