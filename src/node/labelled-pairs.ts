/** Pairs that a person labelled: a CSV file with the columns `a`, `b`, `related` and, where wanted, `kind` and `group` (RFC 4180). */

import { createHash } from "node:crypto";
import { appendFileSync, readFileSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { SeedproofError } from "../base/errors.ts";
import { weigh } from "../compare/pair/evidence.ts";
import type { FeatureDetector } from "../compare/pair/features.ts";
import { prepare } from "../compare/pair/prepared.ts";
import { type PairRecord, readPairs, UNRELATED } from "./copy-pairs.ts";
import { decodeWithin } from "./pixels.ts";

/** Limits of a list. */
export const LABELLED_LIMITS = { bytes: 16 << 20, rows: 100_000 } as const;

/** A row of the list. */
export interface LabelledFiles {
  readonly a: string;
  readonly b: string;
  readonly related: boolean;
  /** What was done to the second picture, or how the pair is unrelated. */
  readonly kind: string;
  /** Pairs of one group are never divided between setting and counting. Unless it is given, pairs with the same first picture. */
  readonly group: string | undefined;
}

/**
 * The rows of a list; files are looked for beside it. `related` is yes, true, 1, copy or no, false, 0, unrelated.
 * @throws SeedproofError `compare.labels-malformed` with the line, `file.not-found`
 */
export function readLabelled(file: string): LabelledFiles[] {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) throw new SeedproofError("file.not-found", `there is no file ${file}`, { where: { file } });
  if (stat.size > LABELLED_LIMITS.bytes) throw malformed(file, 1, "the list is too large");
  const [head = [], ...rows] = csvRows(readFileSync(file, "utf8"), file);
  const names = head.map((name) => name.trim().toLowerCase());
  const column = (name: string): number => names.indexOf(name);
  if (["a", "b", "related"].some((name) => column(name) < 0))
    throw malformed(file, 1, "the first line must name the columns a, b and related");
  return rows.map((row, i) => {
    const cell = (name: string): string => (column(name) < 0 ? "" : (row[column(name)] ?? "").trim());
    const related = YES.test(cell("related")) ? true : NO.test(cell("related")) ? false : undefined;
    if (related === undefined || !cell("a") || !cell("b"))
      throw malformed(file, i + 2, "a line needs two files and yes or no");
    const kind = cell("kind") || (related ? "copy" : UNRELATED.any);
    const path = (name: string): string => resolve(dirname(file), cell(name));
    return { a: path("a"), b: path("b"), related, kind, group: cell("group") || undefined };
  });
}

const YES = /^(?:yes|true|1|copy)$/i;
const NO = /^(?:no|false|0|unrelated)$/i;

/** Fields may stand in quotation marks, doubled inside; empty lines are passed over. */
function csvRows(text: string, file: string): string[][] {
  const rows: string[][] = [];
  for (const line of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    if (line.trim() === "") continue;
    if (rows.length > LABELLED_LIMITS.rows) throw malformed(file, rows.length, "the list has too many lines");
    const fields = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)];
    if (fields.map(([whole]) => whole).join("") !== line)
      throw malformed(file, rows.length + 1, "a quotation mark is not closed");
    rows.push(fields.map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? ""));
  }
  return rows;
}

function malformed(file: string, line: number, says: string): SeedproofError {
  return new SeedproofError("compare.labels-malformed", `${file}, line ${line}: ${says}`, { where: { file } });
}

/**
 * Weighs the pairs of a list and appends them to a file of pairs; those that are there are passed over, so that a broken run goes on.
 * @throws SeedproofError `image.*`, `file.not-found` where a picture cannot be read
 */
export async function weighLabelled(
  rows: readonly LabelledFiles[],
  detector: FeatureDetector,
  longSide: number,
  file: string,
  progress: (done: number, all: number) => void,
): Promise<void> {
  const done = new Set(readPairs(file).map(({ reference, other }) => `${reference}\n${other}`));
  for (const [i, { a, b, related, kind, group }] of rows.entries()) {
    if (!done.has(`${a}\n${b}`)) {
      const [first, second] = [await pictureBytes(a), await pictureBytes(b)];
      const [base, query] = [
        prepare(await decodeWithin(first, longSide), detector),
        prepare(await decodeWithin(second, longSide), detector),
      ];
      const own = group ?? createHash("sha256").update(first).digest("hex");
      const { evidence } = weigh(base, query);
      const record: PairRecord = { group: own, reference: a, other: b, related, kind, evidence };
      appendFileSync(file, `${JSON.stringify(record)}\n`);
    }
    progress(i + 1, rows.length);
  }
}

async function pictureBytes(file: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (cause) {
    throw new SeedproofError("file.not-found", `there is no file ${file}`, { where: { file }, cause });
  }
}
