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
  serving: {
    en: "The workbench is at this address; it holds the key, so keep it to yourself. Ctrl+C stops.",
    zh: "工作台已在上述地址运行；地址含有密钥，请勿外传。按 Ctrl+C 停止。",
  },
  progress: { en: "{files} files · {rate}/s · {file}", zh: "{files} 个文件 · 每秒 {rate} 个 · {file}" },
} as const satisfies Record<string, Text>;
