/** Facts as tables: name, value, grade, exhibit, method, time. What is not known is said. */

import type { Text } from "../../base/texts.ts";
import { factName, factValueText } from "../../doctrine/explain.ts";
import type { Fact } from "../../doctrine/fact.ts";
import { factDefinition, SOURCE_TEXTS } from "../../doctrine/vocabulary.ts";
import { as, type Block, type Inline, instant, p, t, table, wholeHash } from "./model.ts";

/** The facts of these keys; a key that ends in a dot stands for all that begin so. */
export function factsOfKeys(facts: readonly Fact[], keys: readonly string[]): Fact[] {
  const fits = (key: string): boolean =>
    keys.some((wanted) => (wanted.endsWith(".") ? key.startsWith(wanted) : key === wanted));
  return facts.filter(({ key, grade }) => grade !== "U" && fits(key));
}

/** A fact's value as a cell. */
export function valueCell(fact: Pick<Fact, "key" | "value" | "range">): Inline {
  const { value } = fact;
  if (typeof value === "string" && /^[0-9a-f]{64}$/.test(value)) return wholeHash(value);
  if (factDefinition(fact.key)?.type === "instant" && typeof value === "string") return instant(value);
  if (factDefinition(fact.key)?.type === "text" && typeof value === "string") return { code: value };
  return factValueText(fact);
}

/** A table of facts, or the sentence that none is at hand. */
export function factTable(facts: readonly Fact[], keys: readonly string[], caption?: Text): Block[] {
  const found = factsOfKeys(facts, keys);
  if (found.length === 0) return [notMeasured(keys)];
  const rows = found.map((fact) => [
    factName(fact.key),
    fact.detail ? { lines: [valueCell(fact), { small: fact.detail }] } : valueCell(fact),
    { grade: fact.grade },
    as(fact.exhibit ?? fact.by ?? "–"),
    { small: fact.method ? as(fact.method) : SOURCE_TEXTS.people },
    { small: fact.time ? instant(fact.time) : as("–") },
  ]);
  const columns = [
    [t("Fact", "事实"), 30],
    [t("Value", "取值"), 32],
    [t("Grade", "等级"), 7],
    [t("Exhibit", "检材"), 9],
    [t("Method", "方法"), 11],
    [t("Time", "时间"), 13],
  ] as const;
  return [table(columns, rows, caption)];
}

function notMeasured(keys: readonly string[]): Block {
  const sources = [...new Set(keys.flatMap((key) => factDefinition(key)?.source ?? []))].map(
    (source) => SOURCE_TEXTS[source],
  );
  const from =
    sources.length === 0
      ? undefined
      : { en: sources.map(({ en }) => en).join(", "), zh: sources.map(({ zh }) => zh).join("、") };
  const said = t("Nothing is on file on this point: unknown.", "就此项无任何材料：不明。");
  const needed = from && t(`It would come from: ${from.en}.`, `可由以下途径取得：${from.zh}。`);
  return p({ parts: [{ grade: "U" }, said, ...(needed ? [{ small: needed }] : [])] });
}
