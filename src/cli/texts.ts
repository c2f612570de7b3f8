/** The catalogue of the command line's texts. */

import type { Text } from "../base/texts.ts";

/** Labels and sentences, by name. */
export const TEXTS = {
  source: { en: "source", zh: "来源" },
  partial: { en: "no recipe of this image; a workflow, label or mark", zh: "无本图配方；仅有工作流、标识或标记" },
  none: { en: "no generation data", zh: "无生成数据" },
  prompt: { en: "prompt", zh: "正向提示词" },
  negative: { en: "negative", zh: "反向提示词" },
  template: { en: "typed", zh: "用户输入" },
  seed: { en: "seed", zh: "随机种子" },
  steps: { en: "steps", zh: "步数" },
  sampler: { en: "sampler", zh: "采样器" },
  cfg: { en: "cfg", zh: "引导系数" },
  guidance: { en: "guidance", zh: "蒸馏引导" },
  denoise: { en: "denoise", zh: "重绘幅度" },
  size: { en: "size", zh: "尺寸" },
  model: { en: "model", zh: "模型" },
  adapter: { en: "adapter", zh: "附加模型" },
  input: { en: "input", zh: "输入图像" },
  clipSkip: { en: "clip skip", zh: "CLIP 跳层" },
  missing: { en: "missing", zh: "重现所缺" },
  blocks: { en: "blocks", zh: "数据块" },
  attestations: { en: "mark", zh: "签名与标识" },
  repairs: { en: "repaired", zh: "已修复" },
  findings: { en: "findings", zh: "发现" },
  can: { en: "This file alone can show", zh: "仅凭本文件可以说明" },
  cannot: { en: "This file alone cannot show", zh: "仅凭本文件不能说明" },
  unreadable: { en: "unreadable", zh: "无法读取" },
  filesRead: {
    en: "{files} files, {recipes} with a recipe, {unreadable} unreadable",
    zh: "共 {files} 个文件，{recipes} 个含配方，{unreadable} 个无法读取",
  },
  progress: { en: "{files} files · {rate}/s · {file}", zh: "{files} 个文件 · 每秒 {rate} 个 · {file}" },
} as const satisfies Record<string, Text>;

/** What is missing to make an image again, by the codes of the reading. */
export const MISSING_TEXTS: Readonly<Record<string, Text>> = {
  prompt: { en: "the prompt", zh: "提示词" },
  "runtime-prompt": { en: "the prompt as it was made at run time", zh: "运行时生成的提示词" },
  seed: { en: "the seed", zh: "随机种子" },
  sampler: { en: "the sampler", zh: "采样器" },
  scheduler: { en: "the schedule", zh: "调度器" },
  steps: { en: "the number of steps", zh: "步数" },
  cfg: { en: "the guidance scale", zh: "引导系数" },
  size: { en: "the size", zh: "尺寸" },
  model: { en: "the model's name", zh: "模型名称" },
  "model-hash": { en: "a hash of the model", zh: "模型哈希" },
  "model-file": { en: "the model file itself", zh: "模型文件本身" },
  vae: { en: "which VAE was used", zh: "所用 VAE" },
  "adapter-hash": { en: "a hash of each adapter", zh: "附加模型哈希" },
  "adapter-file": { en: "the adapter files themselves", zh: "附加模型文件本身" },
  "init-image": { en: "the image it started from", zh: "起始图像" },
  mask: { en: "the mask", zh: "蒙版" },
  "control-image": { en: "the control or reference image", zh: "控制图或参考图" },
  "rng-source": { en: "where noise was drawn (GPU, CPU, NV)", zh: "噪声来源（GPU、CPU、NV）" },
  "tool-version": { en: "the version of the tool", zh: "工具版本" },
  environment: { en: "libraries, driver, precision and attention kernel", zh: "软件库、驱动、精度与注意力实现" },
  service: { en: "the service's own model", zh: "服务方自有模型" },
};
