/** A conflict as a finding that a person understands: what each block says, cut to where they part. */

import type { Finding } from "../base/findings.ts";
import { comparableJson, isObject, type Json } from "../base/json.ts";
import type { Conflict } from "./merge.ts";

/** Characters shown of a value, and how many of them stand before the first difference. */
const SHOWN = 48;
const BEFORE = 16;

/** The finding for a conflict. Reading is done and nothing was checked that could fail, so that it informs. */
export function conflictFinding({ field, values }: Conflict): Finding {
  const texts = values.map(({ value }) => textOf(value));
  const from = Math.max(0, commonStart(texts) - BEFORE);
  const said = (block: (index: number | null) => string): string =>
    values.map(({ block: index }, i) => `${block(index)} ${excerpt(texts[i]!, from)}`).join(" · ");
  const english = said((index) => (index === null ? "the picture" : `block ${index}`));
  const chinese = said((index) => (index === null ? "图像" : `数据块 ${index}`));
  const measured = values.some(({ block }) => block === null);
  return {
    code: measured ? "recipe.size-differs" : "recipe.conflict",
    level: "informs",
    text: measured
      ? {
          en: `The recorded size is not that of the picture: ${english}.`,
          zh: `所载尺寸与图像实际尺寸不同：${chinese}。`,
        }
      : {
          en: `The file says different things on ${field}: ${english}.`,
          zh: `文件对 ${field} 有不同记载：${chinese}。`,
        },
    where: { pointer: field },
  };
}

function textOf(value: Json): string {
  if (typeof value === "string") return value.replace(/\s+/g, " ");
  if (isObject(value) && typeof value.width === "number") return `${value.width}×${value.height}`;
  if (isObject(value) && typeof value.raw === "string") return value.raw;
  return comparableJson(value);
}

/** How many characters all texts begin with in common. */
function commonStart(texts: readonly string[]): number {
  const [first = "", ...rest] = texts;
  let length = 0;
  while (length < first.length && rest.every((text) => text[length] === first[length])) length++;
  return length;
}

function excerpt(text: string, from: number): string {
  const cut = text.slice(from, from + SHOWN);
  return `“${from > 0 ? "…" : ""}${cut}${from + SHOWN < text.length ? "…" : ""}”`;
}
