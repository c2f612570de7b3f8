/** What experiments and records call by the names of programs, in words of both languages. */

import { canonicalJson, isObject, type Json } from "../../base/json.ts";
import type { Text } from "../../base/texts.ts";
import { as, type Inline, t } from "./model.ts";

/** Experiments on determinism by the name in their certificate. */
const EXPERIMENT_TEXTS: Readonly<Record<string, Text>> = {
  restart: t("the same image in a new process", "在新进程中生成同一图像"),
  repeat: t("the same image several times", "多次生成同一图像"),
  detour: t("another word, then another seed, then both back", "先换词，再换种子，然后都改回"),
  path: t("detours over other settings, then back", "绕行其他参数，然后返回"),
  invariance: t("other user, clock, time zone, language, folder", "不同的用户、时钟、时区、语言与文件夹"),
};

/** An experiment in words. */
export function experimentName(name: string): Text {
  return EXPERIMENT_TEXTS[name] ?? as(name);
}

/** Settings of a recipe and surroundings of a process. */
const SETTING_TEXTS: Readonly<Record<string, Text>> = {
  prompt: t("prompt", "提示词"),
  seed: t("seed", "种子"),
  size: t("size", "尺寸"),
  steps: t("steps", "步数"),
  cfg: t("guidance", "引导系数"),
  denoise: t("denoising strength", "重绘幅度"),
  sampler: t("sampler", "采样器"),
  scheduler: t("schedule", "调度器"),
  models: t("models", "模型"),
  mode: t("mode", "模式"),
  clipSkip: t("CLIP skip", "CLIP 跳过层数"),
  variation: t("variation seed", "变异种子"),
  pid: t("process number", "进程号"),
  clock: t("clock", "时钟"),
  TZ: t("time zone", "时区"),
  LANG: t("language", "语言"),
  LC_ALL: t("language", "语言"),
  USER: t("user", "用户"),
  LOGNAME: t("user", "用户"),
  USERNAME: t("user", "用户"),
  HOME: t("home folder", "用户文件夹"),
  folder: t("folder", "文件夹"),
  workers: t("threads", "线程数"),
};

/** A setting by its name or its path in a recipe, such as `/passes/cfg`. */
export function settingName(path: string): Text {
  const name = path.split("/").at(-1) ?? path;
  return SETTING_TEXTS[name] ?? as(path.replace(/^\//, ""));
}

/** What was changed before an image was drawn, one input a line; one that several names carry stands once. */
export function changeCell(change: Json | undefined): Inline {
  const entries = isObject(change) ? Object.entries(change) : [];
  const lines = entries.map(([name, value]) => ({ name: settingName(name), value: shown(value) }));
  const once = lines.filter(
    (line, i) => lines.findIndex((other) => other.name.en === line.name.en && other.value === line.value) === i,
  );
  if (once.length === 0) return as("–");
  return { lines: once.slice(0, 8).map(({ name, value }) => ({ parts: [{ small: name }, plainValue(value)] })) };
}

/** Several passes have a value each, mostly only one. */
export function shown(value: Json): string {
  if (Array.isArray(value)) return value.map(shown).join(", ") || "–";
  if (value === null) return "–";
  return (typeof value === "string" ? value : canonicalJson(value)).slice(0, 200);
}

function plainValue(value: string): Inline {
  const days = /^(\d+) days back$/.exec(value)?.[1];
  return days === undefined ? { code: value } : t(`${days} days back`, `倒拨 ${days} 天`);
}
