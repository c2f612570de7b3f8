/** The bench's pairs, with what was added to them later and without those that are no unrelated ones. */

import { existsSync, readFileSync } from "node:fs";
import { dirname, parse } from "node:path";
import { gunzipSync } from "node:zlib";
import { asksDetail } from "../../src/compare/pair/redraw.ts";
import { type PairRecord, readPairs } from "../../src/node/copy-pairs.ts";

/** The correlation of lines of one pair. */
export interface Detail {
  readonly key: string;
  readonly detail: number;
}

/** What names a pair of a file. */
export function keyOf({ reference, other, kind }: PairRecord): string {
  return [reference, other ?? kind].join("\n");
}

/** Where the correlations of a file's pairs stand. */
export function detailsFile(pairs: string): string {
  return pairs.replace(/(?:\.jsonl)?$/, ".details.jsonl");
}

/** All pairs of a file (`.gz`: packed by pack.ts) with their correlation of lines, where they have one. */
export function allPairs(file: string): PairRecord[] {
  if (file.endsWith(".gz")) return records<PairRecord>(gunzipSync(readFileSync(file)).toString("utf8"));
  const added = existsSync(detailsFile(file)) ? records<Detail>(readFileSync(detailsFile(file), "utf8")) : [];
  const details = new Map(added.map(({ key, detail }) => [key, detail]));
  return readPairs(file).map((pair) => {
    const detail = details.get(keyOf(pair));
    return detail === undefined ? pair : { ...pair, evidence: { ...pair.evidence, detail } };
  });
}

function records<T>(text: string): T[] {
  return text
    .split("\n")
    .filter((line) => line.endsWith("}"))
    .map((line) => JSON.parse(line) as T);
}

/** The pairs that are counted: all but twins. */
export function benchPairs(file: string): PairRecord[] {
  return allPairs(file).filter((pair) => !isTwin(pair));
}

/**
 * Whether an unrelated pair is one work published twice: in one folder, under names that differ by a size alone (`720x1440` and
 * `5120x2880`, `kuamoo` and `kuamoobig`). Such crops are not near enough to be left out as near-duplicates.
 */
function isTwin({ reference, other }: Pick<PairRecord, "reference" | "other">): boolean {
  return other !== undefined && workOf(reference) === workOf(other);
}

function workOf(path: string): string {
  return `${dirname(path)}/${parse(path).name.replace(/\d+x\d+|(?:big|small)$/g, "")}`;
}

/** Pairs of an earlier version of which only the lines would tell whether they are redrawings; unrelated ones seldom agree so far. */
export function lacksDetail({ related, evidence }: PairRecord): boolean {
  const agrees = evidence.share >= (related ? 0.2 : 0.22);
  return evidence.detail === undefined && agrees && asksDetail(evidence);
}
