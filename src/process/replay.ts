/**
 * The replay report: signs that a history may have been played again from its result, rather than recorded as it
 * grew. It works against the ledger's owner too. Every sign has an innocent explanation, and each says so.
 */

import type { Finding } from "../base/findings.ts";
import type { Text } from "../base/texts.ts";
import { eventsOf, type ProcessEvent } from "./event.ts";
import { stepsOf } from "./tables.ts";

/** Steps closer than this, in milliseconds, leave no time to look at an image. */
const LOOKING_MS = 2_000;

/** What bounds the history from outside: distinct times that outside anchors vouch for, RFC 3339. */
export interface OutsideTimes {
  readonly anchors: readonly string[];
}

/** All signs found, each `informs`; an empty list means that none of these signs was seen, not that none exists. */
export function replaySigns(events: readonly ProcessEvent[], outside: OutsideTimes): Finding[] {
  const steps = stepsOf(events);
  const signs: readonly (readonly [string, boolean, Text])[] = [
    [
      "process.seed-fixed-first",
      steps.length > 2 && steps.every(({ seed }) => seed !== undefined && seed === steps[0]?.seed),
      SEED_FIRST,
    ],
    ["process.one-late-anchor", isLate(events, outside), LATE_ANCHOR],
    ["process.no-rejections", steps.length > 2 && eventsOf(events, "image.rejected").length === 0, NO_REJECTIONS],
    ["process.no-dwell", steps.length > 2 && isHasty(steps.map(({ sinceLastMs }) => sinceLastMs)), NO_DWELL],
    ["process.no-intent-before", intentCameLate(events), LATE_INTENT],
  ];
  return signs.filter(([, seen]) => seen).map(([code, , text]) => ({ code, level: "informs", text }));
}

/** No outside time before the last image: everything before it rests on the own clock alone. */
function isLate(events: readonly ProcessEvent[], { anchors }: OutsideTimes): boolean {
  const results = eventsOf(events, "generation.completed");
  const last = results.at(-1);
  return (
    results.length > 1 && last !== undefined && !anchors.some((time) => Date.parse(time) < Date.parse(last.at.wall))
  );
}

function isHasty(gaps: readonly (number | undefined)[]): boolean {
  const known = gaps.filter((gap) => gap !== undefined).sort((a, b) => a - b);
  const median = known[Math.floor(known.length / 2)];
  return median !== undefined && median < LOOKING_MS;
}

function intentCameLate(events: readonly ProcessEvent[]): boolean {
  const first = events.findIndex(({ type }) => type === "generation.completed");
  return first >= 0 && !events.slice(0, first).some(({ type }) => type === "intent.noted");
}

const SEED_FIRST: Text = {
  en: "The seed stands fixed from the first step on. People mostly search with changing seeds first; a fixed one may also serve a demonstration.",
  zh: "随机种子自第一步起即固定不变。通常先以变化的种子探索；固定种子也可能只是为了便于演示。",
};
const LATE_ANCHOR: Text = {
  en: "No outside time stands before the last image, so the order and times of the steps rest on the recorder's own clock. The computer may simply have been offline.",
  zh: "最后一幅图像之前没有外部时间，因此各步骤的顺序与时间仅依据记录者自身的时钟。也可能只是当时未联网。",
};
const NO_REJECTIONS: Text = {
  en: "No candidate was rejected. A choice among candidates usually leaves some behind; they may also not have been marked.",
  zh: "没有任何候选图像被舍弃。在候选中选择通常会留下未选者；也可能只是未作标记。",
};
const NO_DWELL: Text = {
  en: "Half of the steps follow each other within two seconds, less than it takes to look at an image. A script or a grid of variants does the same.",
  zh: "半数步骤间隔不足两秒，短于观看一幅图像所需的时间。脚本或网格批量生成亦会如此。",
};
const LATE_INTENT: Text = {
  en: "Nothing about what was to be made stands before the first image. Few people write it down.",
  zh: "第一幅图像之前没有关于创作意图的记录。通常很少有人会写下意图。",
};
