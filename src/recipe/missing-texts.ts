/** What a reproduction still needs, in words. */

import type { Text } from "../base/texts.ts";

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

/** Several in one phrase. */
export function missingText(codes: readonly string[]): Text {
  const texts = codes.map((code) => MISSING_TEXTS[code] ?? { en: code, zh: code });
  return { en: texts.map(({ en }) => en).join(", ") || "–", zh: texts.map(({ zh }) => zh).join("、") || "–" };
}
