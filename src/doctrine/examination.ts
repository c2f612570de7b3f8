/** An examination: the experiments that an image in question is put through, which facts each can give, and why one was not given. */

import { fill, type Text } from "../base/texts.ts";
import type { Fact } from "./fact.ts";

/** What is run: the image made again beside a control, in new processes, by detours, and under other users, zones and languages. */
export type ExperimentName = "reproduce" | "protocol restart" | "protocol path" | "protocol invariance";

/** One experiment of an examination, as it came out. */
export interface ExperimentOutcome {
  readonly name: ExperimentName;
  /** Exit status of the experiment. */
  readonly status: number;
  /** Id of the certificate among the exhibits. */
  readonly exhibit?: string;
  /** Left out: it was made before, or the image cannot be drawn here. */
  readonly skipped?: "made" | "not-reproducible";
  /** Why it gave no certificate. */
  readonly error?: { readonly code: string; readonly message: string };
  /** For want of what the image cannot be drawn here. */
  readonly lacks?: readonly string[];
}

/** The experiments in their order, with their names in words. */
export const EXAMINATION: readonly { readonly name: ExperimentName; readonly words: Text }[] = [
  { name: "reproduce", words: { en: "made again, beside a control", zh: "复现，并设对照" } },
  { name: "protocol restart", words: { en: "made again in new processes", zh: "在新进程中复现" } },
  { name: "protocol path", words: { en: "reached by detours", zh: "经不同路径调整" } },
  { name: "protocol invariance", words: { en: "under other users, zones and languages", zh: "更换用户、时区与语言" } },
];

/** Facts that an examination can give, each with the experiment that it waits for. */
const GIVES: readonly (readonly [key: string, by: ExperimentName, only?: "equal"])[] = [
  ["reproduce.verdict", "reproduce"],
  ["reproduce.scope", "reproduce", "equal"],
  ["study.other_inputs_give_other_images", "reproduce"],
  ["edit.direct_output", "reproduce", "equal"],
  ["edit.any_human_change", "reproduce", "equal"],
  ["study.path_independent", "protocol path"],
  ["study.invariant_person_time_place", "protocol invariance"],
];

/** What became of one fact. */
export type Examined = { readonly key: string; readonly fact: Fact } | { readonly key: string; readonly why: Text };

/**
 * Each fact that an examination can give: measured (M), or why not. @param facts - all facts of the case; the one of the very experiment goes first
 */
export function examinedFacts(outcomes: readonly ExperimentOutcome[], facts: readonly Fact[]): Examined[] {
  const exhibits = new Set(outcomes.flatMap(({ exhibit }) => exhibit ?? []));
  return GIVES.map(([key, by, only]) => {
    const own = facts.filter((fact) => fact.key === key && fact.grade === "M");
    const outcome = outcomes.find(({ name }) => name === by);
    const fact =
      own.find(({ exhibit }) => exhibit !== undefined && exhibit === outcome?.exhibit) ??
      own.find(({ exhibit }) => exhibit !== undefined && exhibits.has(exhibit)) ??
      own.at(-1);
    return fact ? { key, fact } : { key, why: whyNot(outcome, only) };
  });
}

function whyNot(outcome: ExperimentOutcome | undefined, only: "equal" | undefined): Text {
  if (!outcome) return WHY.notRun;
  const { skipped, error, lacks } = outcome;
  if (error) return fill(WHY.failed, error);
  if (skipped === "not-reproducible") return WHY.notDrawn;
  if (lacks) return lacks.map((one) => LACKS[one]).find((text) => text !== undefined) ?? WHY.notDrawn;
  return outcome.exhibit === undefined ? WHY.nothing : only ? WHY.notEqual : WHY.saidNothing;
}

const WHY = {
  notRun: { en: "the experiment was not run", zh: "未进行该实验" },
  failed: { en: "the experiment ended with an error: {message} ({code})", zh: "实验因错误中止：{message}（{code}）" },
  notDrawn: { en: "the image cannot be drawn here", zh: "该图像在此无法生成" },
  nothing: { en: "the experiment printed no certificate", zh: "实验未给出证书" },
  notEqual: {
    en: "only an image of the same pixels says so; this one came out otherwise",
    zh: "仅当像素完全相同时方可得出；本次结果并非如此",
  },
  saidNothing: { en: "the certificate says nothing of it", zh: "证书未载明此项" },
} as const satisfies Record<string, Text>;

/** What a reproduction lacks, by the codes of its findings. */
const LACKS: Readonly<Record<string, Text>> = {
  "reproduce.lacks-recipe": { en: "the image carries no recipe", zh: "图像未载有配方" },
  "reproduce.lacks-service": {
    en: "the image comes from a service that nobody else can run",
    zh: "图像出自他人无法运行的在线服务",
  },
  "reproduce.lacks-prompt": { en: "the recipe has no prompt", zh: "配方缺少提示词" },
  "reproduce.lacks-seed": { en: "the recipe has no seed", zh: "配方缺少随机种子" },
  "reproduce.lacks-model": { en: "the recipe's model is not on this computer", zh: "本机没有配方所用的模型" },
  "reproduce.lacks-init": { en: "the image that it started from is not at hand", zh: "缺少起始图像" },
  "reproduce.lacks-video": { en: "a film is not made again here", zh: "此处不复现影片" },
};
