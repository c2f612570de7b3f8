/** Labelled pairs for a calibration: pictures altered in known ways, and the altered ones beside pictures that they have nothing to do with. */

import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { LabelledPair } from "../compare/pair/calibration.ts";
import { weigh } from "../compare/pair/evidence.ts";
import type { FeatureDetector } from "../compare/pair/features.ts";
import { type Prepared, prepare } from "../compare/pair/prepared.ts";
import type { Candidate } from "../compare/pair/register.ts";
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
  readonly beside?: (a: Prepared, b: Prepared, tried: readonly Candidate[]) => Readonly<Record<string, number>>;
}

/** A line of the file of pairs. */
export interface PairRecord extends LabelledPair {
  readonly reference: string;
  /** The distractor of an unrelated pair. */
  readonly other?: string;
  readonly beside?: Readonly<Record<string, number>>;
}

/** Kinds of unrelated pairs: with any picture, and with one from the reference's own folder, which is often of the same subject. */
export const UNRELATED = { any: "unrelated", sameFolder: "unrelated-same-folder" } as const;

/** Of this many unrelated pairs one is with a picture from the reference's own folder, where there are any. */
const ONE_OF_SAME_FOLDER = 5;

/**
 * Makes pairs and appends them to a file, a reference at a time; references that are there already are passed over, so
 * that a broken run goes on. Draws depend on the reference and its place alone, and every distractor has its turn before any has
 * its second.
 */
export async function makePairs(
  sources: PairSources,
  file: string,
  progress: (done: number, all: number) => void,
): Promise<void> {
  const done = new Set(readPairs(file).map(({ reference }) => reference));
  for (const [i, reference] of sources.references.entries()) {
    if (!done.has(reference)) {
      const pairs = await pairsOf(reference, i, sources);
      // One write: a reference is in the file whole or not at all.
      appendFileSync(file, pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(""));
    }
    progress(i + 1, sources.references.length);
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

async function pairsOf(reference: string, place: number, sources: PairSources): Promise<PairRecord[]> {
  const bytes = await readFile(reference);
  const group = createHash("sha256").update(bytes).digest("hex");
  const draw = drawer(Number.parseInt(group.slice(0, 8), 16));
  const original = await decodeWithin(bytes, sources.longSide);
  const prepared = prepare(original, sources.detector);
  const pairs: PairRecord[] = [];
  const queries: Prepared[] = [];
  for (const kind of drawn(ALTERATIONS, sources.alterations, draw)) {
    const altered = await decodeWithin((await alter(original, kind, draw)).bytes, sources.longSide);
    const query = prepare(altered, sources.detector);
    pairs.push({ group, reference, related: true, kind, ...weighed(prepared, query, sources) });
    queries.push(query);
  }
  for (const [i, { other, kind }] of strangers(reference, place, sources, draw).entries()) {
    const stranger = prepare(await decodeWithin(await readFile(other), sources.longSide), sources.detector);
    const query = queries[i % queries.length]!;
    pairs.push({ group, reference, other, related: false, kind, ...weighed(stranger, query, sources) });
  }
  return pairs;
}

function weighed(a: Prepared, b: Prepared, { beside }: PairSources): Pick<PairRecord, "evidence" | "beside"> {
  const { evidence, tried } = weigh(a, b);
  return { evidence, ...(beside && { beside: beside(a, b, tried) }) };
}

/** The pictures that a reference's altered copies are put beside. */
function strangers(
  reference: string,
  place: number,
  { distractors, unrelated }: PairSources,
  draw: Draw,
): { readonly other: string; readonly kind: string }[] {
  const near = drawn(
    distractors.filter((path) => dirname(path) === dirname(reference)),
    Math.floor(unrelated / ONE_OF_SAME_FOLDER),
    draw,
  );
  const start = place * unrelated;
  const far = Array.from(
    { length: unrelated - near.length },
    (_, i) => distractors[(start + i) % distractors.length]!,
  ).filter((path) => !near.includes(path));
  return [
    ...near.map((other) => ({ other, kind: UNRELATED.sameFolder })),
    ...far.map((other) => ({ other, kind: UNRELATED.any })),
  ];
}

/** Some of a list, each as likely as any other. */
export function drawn<T>(list: readonly T[], count: number, draw: Draw): T[] {
  const keyed = list.map((value) => ({ value, key: draw() })).sort((a, b) => a.key - b.key);
  return keyed.slice(0, count).map(({ value }) => value);
}
