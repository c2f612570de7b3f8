/** The timeline of `seedproof record show`: every event as one line. */

import { fill, type Lang, type Text } from "../base/texts.ts";
import type { Difference } from "../process/difference.ts";
import type { CaptureGrade, EventData, ProcessEvent, SeedOrigin } from "../process/event.ts";
import type { Step } from "../process/tables.ts";
import { DIMENSION_TEXTS } from "./record-texts.ts";

/** How an event came in. */
export const CAPTURE_TEXTS: Readonly<Record<CaptureGrade, Text>> = {
  hooked: { en: "hooked", zh: "内部采集" },
  proxied: { en: "proxied", zh: "代理采集" },
  watched: { en: "watched", zh: "文件监视" },
  noted: { en: "noted", zh: "人工记录" },
  imported: { en: "imported", zh: "导入" },
  reconstructed: { en: "reconstructed", zh: "事后推得" },
};

/** What each type of event says, by its type. */
const EVENT_TEXTS: { readonly [T in ProcessEvent["type"]]: Text } = {
  "session.opened": { en: "session “{name}” opened", zh: "会话“{name}”开始" },
  "session.closed": { en: "session closed", zh: "会话结束" },
  "session.gap": {
    en: "the recorder was off from {from} to {to}{written}",
    zh: "{from} 至 {to} 期间未作记录{written}",
  },
  "intent.noted": { en: "intent: {text}", zh: "创作意图：{text}" },
  "environment.observed": { en: "settings and models of {engine} as it states them", zh: "{engine} 所述的设置与模型" },
  "seed.chosen": { en: "seed {seed}, {origin}", zh: "随机种子 {seed}，{origin}" },
  "generation.requested": { en: "asked {engine}: {changes}", zh: "请求 {engine}：{changes}" },
  "generation.completed": { en: "images: {images}{cached}", zh: "得到图像：{images}{cached}" },
  "generation.failed": { en: "failed: {why}", zh: "失败：{why}" },
  "capture.changed": { en: "{source} {name}: captured {state}", zh: "{source} {name}：{state}采集" },
  "capture.missed": { en: "not captured: {why}", zh: "未能采集：{why}" },
  "image.shown": { en: "shown {image}", zh: "查看 {image}" },
  "image.kept": { en: "kept {image}{why}", zh: "保留 {image}{why}" },
  "image.rejected": { en: "rejected {image}{why}", zh: "舍弃 {image}{why}" },
  "mask.drawn": { en: "mask drawn on {image}", zh: "在 {image} 上绘制蒙版" },
  "dimension.said": { en: "{dimension}: {text}", zh: "{dimension}：{text}" },
  "file.saved": { en: "saved {image}{previous}", zh: "保存 {image}{previous}" },
  "image.exported": { en: "exported {image}", zh: "导出 {image}" },
  "image.published": { en: "published {image} at {where}", zh: "在 {where} 发布 {image}" },
  "history.imported": {
    en: "history of {tool} taken over from {from}: {runs} runs, {images} images, {missing} not found",
    zh: "自 {from} 导入 {tool} 历史：{runs} 次生成，{images} 幅图像，{missing} 幅未找到",
  },
  "note.added": { en: "note: {text}", zh: "备注：{text}" },
};

const ORIGIN_TEXTS: Readonly<Record<SeedOrigin["kind"] | "bound", Text>> = {
  drawn: { en: "drawn here", zh: "由本软件抽取" },
  bound: { en: "drawn from drand round {round}", zh: "由 drand 第 {round} 轮抽取" },
  typed: { en: "typed", zh: "手动输入" },
  file: { en: "taken from an image", zh: "取自图像" },
};

/** One event as a line: when by the recorder's clock, how it came in, its grade of proof, and what happened. */
export function eventLine(event: ProcessEvent, grade: string, step: Step | undefined, lang: Lang): string {
  const { at, capture, source, simulated } = event;
  const claimed = source?.claimedAt === undefined ? "" : ` (${source.claimedAt})`;
  const what = fill(EVENT_TEXTS[event.type], valuesOf(event, step, lang))[lang].replace(/\s+/g, " ");
  const cells = [at.wall, pad(CAPTURE_TEXTS[capture][lang], 13), simulated ? "X" : grade, what + claimed];
  return cells.join("  ");
}

/** A cell as wide as `width` columns; Chinese signs take two. */
function pad(text: string, width: number): string {
  const columns = [...text].reduce((sum, sign) => sum + (sign > "\u2e80" ? 2 : 1), 0);
  return text + " ".repeat(Math.max(0, width - columns));
}

function valuesOf(event: ProcessEvent, step: Step | undefined, lang: Lang): Record<string, string | number> {
  const data = event.data as Partial<Record<string, unknown>>;
  const plain = Object.entries(data).filter(([, value]) => typeof value === "string" || typeof value === "number");
  const values = Object.fromEntries(plain) as Record<string, string | number>;
  switch (event.type) {
    case "generation.requested":
      return { ...values, changes: step ? changesOf(step) : "" };
    case "generation.completed":
      return { images: event.data.images.map(nameOf).join(", ") || "–", cached: event.data.cached ? CACHED[lang] : "" };
    case "session.gap":
      return { ...values, written: event.data.written ? fill(WRITTEN, { count: event.data.written })[lang] : "" };
    case "seed.chosen":
      return { seed: event.data.seed, origin: originOf(event.data, lang) };
    case "image.kept":
    case "image.rejected":
      return { image: nameOf(event.data.image), why: event.data.why ? `: ${event.data.why}` : "" };
    case "image.shown":
    case "image.exported":
    case "image.published":
    case "mask.drawn":
      return { ...values, image: nameOf(event.data.image) };
    case "dimension.said":
      return { text: event.data.text, dimension: DIMENSION_TEXTS[event.data.dimension][lang] };
    case "capture.changed":
      return { ...values, state: (event.data.on ? FROM_HERE : NO_MORE)[lang] };
    case "file.saved":
      return { image: nameOf(event.data.file), previous: event.data.previous ? AGAIN[lang] : "" };
    default:
      return values;
  }
}

const FROM_HERE: Text = { en: "from here on", zh: "自此开始" };
const NO_MORE: Text = { en: "no more", zh: "自此停止" };
const WRITTEN: Text = {
  en: "; {count} events before it had been copied and were written only then",
  zh: "；此前 {count} 条事件当时已留副本，此后方写入",
};
const CACHED: Text = { en: " (from the server's cache: nothing was made)", zh: "（来自服务器缓存：未实际生成）" };
const AGAIN: Text = { en: " again", zh: "（再次保存）" };

function originOf({ origin }: EventData["seed.chosen"], lang: Lang): string {
  const binding = origin.kind === "drawn" ? origin.binding : undefined;
  return binding ? fill(ORIGIN_TEXTS.bound, { round: binding.beacon.round })[lang] : ORIGIN_TEXTS[origin.kind][lang];
}

/** A file as it was called then, else the beginning of its hash. */
function nameOf({ name, sha256 }: { readonly name?: string; readonly sha256: string }): string {
  return name ? `${name} (${sha256.slice(0, 8)})` : sha256.slice(0, 12);
}

/** What a step changed; of the first, its prompt. */
export function changesOf({ differences, positive, seed }: Step): string {
  if (differences.length > 0) return differences.map(changeText).join(" · ");
  const words = positive.replace(/\s+/g, " ").slice(0, 80);
  return [words, ...(seed === undefined ? [] : [`seed ${seed}`])].filter((part) => part !== "").join(" · ") || "–";
}

function changeText(difference: Difference): string {
  switch (difference.kind) {
    case "phrase-added":
      return `${sign(difference.field)}+ ${difference.text}`;
    case "phrase-removed":
      return `${sign(difference.field)}− ${difference.text}`;
    case "phrase-moved":
      return `${sign(difference.field)}↕ ${difference.text}`;
    case "phrase-weighted":
      return `${sign(difference.field)}${difference.before} → ${difference.text}`;
    case "seed":
      return `seed ${difference.before ?? "–"} → ${difference.after ?? "–"}`;
    case "parameter":
      return `${difference.path.split("/").at(-1)} ${listed(difference.before)} → ${listed(difference.after)}`;
    case "adapter-weight":
      return `${difference.name} ${difference.before} → ${difference.after}`;
    default:
      return `${difference.kind === "adapter-added" ? "+" : "−"} ${difference.name}`;
  }
}

/** A change of the negative prompt says so. */
function sign(field: "positive" | "negative"): string {
  return field === "negative" ? "negative " : "";
}

/** One value of one pass as itself. */
function listed(value: unknown): string {
  if (Array.isArray(value) && value.length <= 1) return value.length === 0 ? "–" : listed(value[0]);
  return typeof value === "string" ? value : value === null ? "–" : JSON.stringify(value);
}
