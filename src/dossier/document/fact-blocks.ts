/** Facts as tables: name, value, grade, exhibit, method, time. What is not known is said. */

import { groupsBy } from "../../base/groups.ts";
import type { Text } from "../../base/texts.ts";
import { factName, factValueText, transformTexts } from "../../doctrine/explain.ts";
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
  const placed = fact.key === "compare.transform" ? transformTexts(value) : undefined;
  if (placed) return { lines: [placed[0], { small: placed[1] }] };
  if (factDefinition(fact.key)?.type === "instant" && typeof value === "string") return instant(value);
  if (factDefinition(fact.key)?.type === "text" && typeof value === "string") return { code: value };
  return factValueText(fact);
}

/** One statement with all the sources that say it. */
export interface MergedFact {
  readonly fact: Fact;
  /** Exhibits, or who says it. */
  readonly sources: readonly string[];
  readonly methods: readonly string[];
  readonly times: readonly string[];
}

/** Facts of the same key, value and grade as one, in the order of the first: five experiments that agree are one line. */
export function mergedFacts(facts: readonly Fact[]): MergedFact[] {
  const groups = groupsBy(facts, ({ key, value, range, grade, detail }) =>
    JSON.stringify([key, value, range ?? null, grade, detail ?? null]),
  );
  const once = (list: readonly (string | undefined)[]): string[] => [
    ...new Set(list.flatMap((one) => (one === undefined ? [] : [one]))),
  ];
  return [...groups.values()].map((same) => ({
    fact: same[0]!,
    sources: once(same.map(({ exhibit, by }) => exhibit ?? by)),
    // The tool and its version stand in section 5.
    methods: once(same.map(({ method }) => method?.split(" ")[0])),
    times: once(same.map(({ time }) => time)),
  }));
}

/** A table of facts, or the sentence that none is at hand. */
export function factTable(facts: readonly Fact[], keys: readonly string[], caption?: Text): Block[] {
  const found = factsOfKeys(facts, keys);
  if (found.length === 0) return [notMeasured(keys)];
  const rows = mergedFacts(found).map(({ fact, sources, methods, times }) => [
    factName(fact.key),
    fact.detail ? { lines: [valueCell(fact), { small: fact.detail }] } : valueCell(fact),
    { grade: fact.grade },
    as(sources.join(", ") || "–"),
    methods.length > 0 ? { lines: methods.map((method) => ({ small: as(method) })) } : { small: SOURCE_TEXTS.people },
    times.length > 0 ? { lines: momentLines(times.at(-1)!) } : as("–"),
  ]);
  const columns = [
    [t("Fact", "事实"), 28],
    [t("Value", "取值"), 31],
    [t("Grade", "等级"), 7],
    [t("Exhibit", "检材"), 10],
    [t("Method", "方法"), 13],
    [t("Time, UTC", "时间（UTC）"), 11],
  ] as const;
  return [table(columns, rows, caption)];
}

/** Date and time of day below each other, for narrow columns. */
function momentLines(time: string): Inline[] {
  const [date, clock] = instant(time).en.replace(/ UTC$/, "").split(" ");
  return [{ small: as(date ?? "") }, ...(clock ? [{ small: as(clock) } as const] : [])];
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
