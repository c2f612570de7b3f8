/** Labelled pairs for a calibration: pictures altered in known ways, and the altered ones beside pictures that they have nothing to do with. */

import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { LabelledPair } from "../compare/pair/calibration.ts";
import { weigh } from "../compare/pair/evidence.ts";
import type { FeatureDetector } from "../compare/pair/features.ts";
import { type Prepared, prepare } from "../compare/pair/prepared.ts";
import { ALTERATIONS, alter, type Draw, drawer } from "./alterations.ts";
import { decodeWithin } from "./pixels.ts";

/** What pairs are made from. */
export interface PairSources {
  readonly references: readonly string[];
  /** Pictures that show nothing of any reference. */
  readonly distractors: readonly string[];
  readonly detector: FeatureDetector;
  /** Unrelated pairs for each reference. */
  readonly unrelated: number;
  /** Alterations of each reference, drawn from all of them: more pictures say more than more pairs of the same. */
  readonly alterations: number;
  /** Long side that a picture is published at. */
  readonly longSide: number;
  /** More columns of a pair, such as those of other methods. */
  readonly beside?: (a: Prepared, b: Prepared) => Readonly<Record<string, number>>;
}

/** A line of the file of pairs. */
export interface PairRecord extends LabelledPair {
  readonly reference: string;
  /** The distractor of an unrelated pair. */
  readonly other?: string;
  readonly beside?: Readonly<Record<string, number>>;
}

/**
 * Makes pairs and appends them to a file, a reference at a time; references that are there already are passed over, so
 * that a broken run goes on. Draws depend on the reference alone.
 */
export async function makePairs(
  sources: PairSources,
  file: string,
  progress: (done: number, all: number) => void,
): Promise<void> {
  const done = new Set(readPairs(file).map(({ reference }) => reference));
  let count = 0;
  for (const reference of sources.references) {
    if (!done.has(reference)) {
      const pairs = await pairsOf(reference, sources);
      // One write: a reference is in the file whole or not at all.
      appendFileSync(file, pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(""));
    }
    progress(++count, sources.references.length);
  }
}

/** The pairs of a file; a last line that was cut off is left out. */
export function readPairs(file: string): PairRecord[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.endsWith("}"))
    .map((line) => JSON.parse(line) as PairRecord);
}

async function pairsOf(reference: string, sources: PairSources): Promise<PairRecord[]> {
  const bytes = await readFile(reference);
  const group = createHash("sha256").update(bytes).digest("hex");
  const draw = drawer(Number.parseInt(group.slice(0, 8), 16));
  const original = await decodeWithin(bytes, sources.longSide);
  const prepared = prepare(original, sources.detector);
  const kinds = drawn(ALTERATIONS, sources.alterations, draw);
  const pairs: PairRecord[] = [];
  for (const [i, kind] of kinds.entries()) {
    const altered = await decodeWithin((await alter(original, kind, draw)).bytes, sources.longSide);
    const query = prepare(altered, sources.detector);
    const { evidence } = weigh(prepared, query);
    const beside = sources.beside?.(prepared, query);
    pairs.push({ group, reference, related: true, kind, evidence, ...(beside && { beside }) });
    if (i < sources.unrelated) pairs.push(await unrelatedPair(reference, group, query, sources, draw));
  }
  return pairs;
}

/** Some of a list, each as likely as any other. */
function drawn<T>(list: readonly T[], count: number, draw: Draw): T[] {
  const keyed = list.map((value) => ({ value, key: draw() })).sort((a, b) => a.key - b.key);
  return keyed.slice(0, count).map(({ value }) => value);
}

async function unrelatedPair(
  reference: string,
  group: string,
  query: Prepared,
  { distractors, detector, longSide, beside }: PairSources,
  draw: Draw,
): Promise<PairRecord> {
  const other = distractors[Math.floor(draw() * distractors.length)]!;
  const raster = await decodeWithin(await readFile(other), longSide);
  const stranger = prepare(raster, detector);
  const { evidence } = weigh(stranger, query);
  const more = beside?.(stranger, query);
  return { group, reference, other, related: false, kind: "unrelated", evidence, ...(more && { beside: more }) };
}
