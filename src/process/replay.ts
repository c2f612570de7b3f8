/**
 * The replay report: signs that a history may have been played again from its result, rather than recorded as it
 * grew. It works against the ledger's owner too. Every sign has an innocent explanation, and each says so.
 */

import type { Finding } from "../base/findings.ts";
import type { Text } from "../base/texts.ts";
import { eventsOf, type ProcessEvent } from "./event.ts";
import { countsOf, stepsOf } from "./tables.ts";

/** Steps closer than this, in milliseconds, leave no time to look at an image. */
const LOOKING_MS = 2_000;

/** What bounds the history from outside: distinct times that outside anchors vouch for, RFC 3339. */
export interface OutsideTimes {
  readonly anchors: readonly string[];
}

/** Whether a sign is there. `undetermined`: too little is recorded to ask. */
export type SignState = "seen" | "not-seen" | "undetermined";

/** One sign, whether it is there, and its innocent explanation. */
export interface ReplaySign {
  readonly code: string;
  readonly state: SignState;
  readonly text: Text;
}

/** Fewer steps than this are no search in which a habit could show. */
const LEAST_STEPS = 3;

/** More images than this from which hardly one was looked at are a stock, not a search. */
const STOCK = 100;

/** Every sign with its state: a report that names what was looked for, found or not. */
export function replayReport(events: readonly ProcessEvent[], outside: OutsideTimes): ReplaySign[] {
  const steps = stepsOf(events);
  const results = eventsOf(events, "generation.completed");
  const many = steps.length >= LEAST_STEPS;
  const { images, kept, rejected } = countsOf(events);
  const looked = kept + rejected + new Set(eventsOf(events, "image.shown").map(({ data }) => data.image.sha256)).size;
  const dwell = medianOf(steps.flatMap(({ sinceLastMs }) => sinceLastMs ?? []));
  const signs: readonly (readonly [code: string, known: boolean, seen: boolean, text: Text])[] = [
    [
      "process.seed-fixed-first",
      many,
      steps.every(({ seed }) => seed !== undefined && seed === steps[0]?.seed),
      SEED_FIRST,
    ],
    ["process.one-late-anchor", results.length > 1, isLate(events, outside), LATE_ANCHOR],
    ["process.no-rejections", many, rejected === 0, NO_REJECTIONS],
    ["process.no-dwell", many && dwell !== undefined, (dwell ?? 0) < LOOKING_MS, NO_DWELL],
    ["process.no-intent-before", results.length > 0, intentCameLate(events), LATE_INTENT],
    ["process.bulk-generation", results.length > 0, images > STOCK && looked * 100 < images, BULK],
    ["process.not-live", steps.length > 0, steps.some(({ capture }) => !LIVE.has(capture)), NOT_LIVE],
  ];
  return signs.map(([code, known, seen, text]) => ({
    ...{ code, text },
    state: known ? (seen ? "seen" : "not-seen") : "undetermined",
  }));
}

/** All signs found, each `informs`; an empty list means that none of these signs was seen, not that none exists. */
export function replaySigns(events: readonly ProcessEvent[], outside: OutsideTimes): Finding[] {
  return replayReport(events, outside)
    .filter(({ state }) => state === "seen")
    .map(({ code, text }) => ({ code, level: "informs", text }));
}

/** Captures that happened while the work was done. */
const LIVE: ReadonlySet<string> = new Set(["hooked", "proxied", "watched", "noted"]);

/** No outside time before the last image: everything before it rests on the own clock alone. */
function isLate(events: readonly ProcessEvent[], { anchors }: OutsideTimes): boolean {
  const results = eventsOf(events, "generation.completed");
  const last = results.at(-1);
  return (
    results.length > 1 && last !== undefined && !anchors.some((time) => Date.parse(time) < Date.parse(last.at.wall))
  );
}

function medianOf(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
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
const BULK: Text = {
  en: "More than a hundred images were made and not one in a hundred was kept, rejected or shown. A stock made ahead looks like this; so does a night of trying.",
  zh: "生成图像逾百幅，而被保留、舍弃或查看者不足百分之一。预先批量囤积会呈现此状；整夜尝试亦然。",
};
const NOT_LIVE: Text = {
  en: "Some steps were taken over from another program's history or worked out afterwards: they are claims. Most programs keep nothing better.",
  zh: "部分步骤系自其他软件的历史导入或事后推得，属于主张。多数软件并无更好的记录。",
};
