/** Facts, reasons and changes in words, in both languages; what the command line and the dossier print. */

import type { Grade } from "../base/grades.ts";
import { isObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import { fill, type Text } from "../base/texts.ts";
import type { Change } from "./change.ts";
import type { Reason } from "./evaluate.ts";
import { type Fact, type FactValue, GRADE_TEXTS } from "./fact.ts";
import { factDefinition, WORD_TEXTS } from "./vocabulary.ts";

/** The name of a fact; its key where the vocabulary has none. */
export function factName(key: string): Text {
  return factDefinition(key)?.name ?? { en: key, zh: key };
}

/** A value in words: yes and no, words of the vocabulary, numbers with their range. */
export function valueText(value: FactValue, range?: readonly [number, number], type?: string): Text {
  if (range && range[0] !== range[1]) return same(`${number(range[0], type)} – ${number(range[1], type)}`);
  if (typeof value === "number") return same(number(value, type));
  if (typeof value !== "object") return WORD_TEXTS[String(value)] ?? same(String(value));
  const words = value.map((word) => WORD_TEXTS[word] ?? same(word));
  if (words.length === 0) return { en: "none", zh: "无" };
  return { en: words.map(({ en }) => en).join(", "), zh: words.map(({ zh }) => zh).join("、") };
}

/** A fact's value in words. */
export function factValueText({ key, value, range }: Pick<Fact, "key" | "value" | "range">): Text {
  const placed = key === "compare.transform" ? transformTexts(value) : undefined;
  if (placed) {
    const [part, turn] = placed;
    return { en: `${part.en}; ${turn.en}`, zh: `${part.zh}；${turn.zh}` };
  }
  return valueText(value, range, factDefinition(key)?.type);
}

/** A transform in words: what part is shown, and how it is turned. `undefined` for what is no transform. */
export function transformTexts(value: FactValue): readonly [part: Text, turn: Text] | undefined {
  const found = typeof value === "string" ? tryJson(value) : undefined;
  if (!isObject(found) || !Array.isArray(found.crop) || typeof found.scale !== "number") return undefined;
  const [x, y, width, height] = found.crop.map((n) => Math.round(Number(n)));
  const turned = typeof found.rotation === "number" ? found.rotation.toFixed(1).replace("-0.0", "0.0") : "–";
  const [scale, mirrored] = [found.scale.toFixed(3), found.mirrored === true];
  return [
    {
      en: `shows ${width} × ${height} pixels from (${x}, ${y})`,
      zh: `所含部分：自 (${x}, ${y}) 起 ${width} × ${height} 像素`,
    },
    {
      en: `scale ${scale}, turned ${turned}°${mirrored ? ", mirrored" : ""}`,
      zh: `缩放 ${scale}，旋转 ${turned}°${mirrored ? "，镜像" : ""}`,
    },
  ];
}

/** Shares have two places; counts have none. */
function number(value: number, type: string | undefined): string {
  return type === "share" ? value.toFixed(2) : String(value);
}

function same(text: string): Text {
  return { en: text, zh: text };
}

/** What an element rests on: every fact that counted, and why the others did not. */
export interface Ground {
  readonly fact: Fact;
  /** `used`: counted · `refused`: its grade is not accepted here. */
  readonly state: "used" | "refused";
  readonly conflict: boolean;
}

/** The grounds of a value, in the order of its reasons, each fact once. */
export function groundsOf(reason: Reason): Ground[] {
  const { leaf } = reason;
  const own = leaf
    ? [
        ...leaf.used.map(({ fact }): Ground => ({ fact, state: "used", conflict: leaf.conflict })),
        ...leaf.refused.map((fact): Ground => ({ fact, state: "refused", conflict: false })),
      ]
    : [];
  const all = [...own, ...reason.parts.flatMap(groundsOf)];
  return all.filter(({ fact }, i) => all.findIndex((other) => other.fact === fact) === i);
}

/** Whether a value rests on a presumption somewhere. */
export function isPresumed(reason: Reason): boolean {
  return reason.presumed === true || reason.parts.some(isPresumed);
}

/** Facts that the reasons asked for and nothing answers. */
export function unanswered(reason: Reason): string[] {
  const own =
    reason.leaf && reason.leaf.used.length === 0 && reason.leaf.refused.length === 0 ? [reason.leaf.fact] : [];
  return [...new Set([...own, ...reason.parts.flatMap(unanswered)])];
}

const CHANGE_TEXTS = {
  record: {
    en: "the same facts from a record kept at the time ({accept}) instead of {from}",
    zh: "以当时形成的记录（{accept}）而非{from}证明同样的事实",
  },
  grade: { en: "{fact}: shown as {accept} instead of {from}", zh: "{fact}：以 {accept} 而非{from}证明" },
  value: { en: "{fact}: {value} ({accept})", zh: "{fact}：{value}（{accept}）" },
} as const satisfies Record<Change["kind"], Text>;

/** A change as one phrase. */
export function changeText(change: Change): Text {
  const { kind, facts, from } = change;
  const [name, value, now] = [factName(facts[0]!), wantedText(change), from && gradeText(from)];
  const put = (lang: keyof Text): string =>
    fill(CHANGE_TEXTS[kind], {
      fact: name[lang],
      value: value[lang],
      from: now?.[lang] ?? "–",
      accept: gradesText(change.accept)[lang],
    })[lang];
  return { en: put("en"), zh: put("zh") };
}

const OPERATORS: Readonly<Record<string, Text>> = {
  ">=": { en: "at least", zh: "不少于" },
  ">": { en: "more than", zh: "超过" },
  "<=": { en: "at most", zh: "不多于" },
  "<": { en: "less than", zh: "少于" },
  before: { en: "before", zh: "早于" },
  after: { en: "after", zh: "晚于" },
};

function wantedText({ op, value = "", threshold, facts }: Change): Text {
  if (op === "exists") return { en: "shown, whatever it is", zh: "得到证明，不论其内容" };
  const type = factDefinition(facts[0] ?? "")?.type;
  const operator = op === undefined ? undefined : OPERATORS[op];
  if (!operator || threshold === undefined) return valueText(value, undefined, type);
  const text = typeof threshold === "number" ? number(threshold, type) : threshold;
  return { en: `${operator.en} ${text}`, zh: `${operator.zh} ${text}` };
}

/** Grades of which any one is enough. */
export function gradesText(grades: readonly Grade[]): Text {
  const last = grades.at(-1) ?? "";
  const before = grades.slice(0, -1).join(", ");
  return before === "" ? same(last) : { en: `${before} or ${last}`, zh: `${grades.join("、")} 之一` };
}

/** A grade as letter and word. */
export function gradeText(grade: Grade): Text {
  const { en, zh } = GRADE_TEXTS[grade];
  return { en: `${grade} (${en})`, zh: `${grade}（${zh}）` };
}
