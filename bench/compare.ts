/**
 * Whether copies are found: share of altered pictures that are recognised at one rate of false positives, beside PDQ and pHash on
 * the same pairs; and what a pair costs. The pairs come from `bench/compare/pairs.ts` over the collection that
 * `bench/compare/collect.ts` fetches; `COMPARE_IMAGES` names its folder.
 */

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Share, shareOf } from "../src/base/binomial.ts";
import { calibrateCopies, sameness, scoreOf } from "../src/compare/pair/calibration.ts";
import { weigh } from "../src/compare/pair/evidence.ts";
import { prepare } from "../src/compare/pair/prepared.ts";
import { ALTERATIONS, alter, drawer } from "../src/node/alterations.ts";
import { compareBytes } from "../src/node/compare-files.ts";
import { type PairRecord, readPairs } from "../src/node/copy-pairs.ts";
import { openCvDetector } from "../src/node/opencv.ts";
import { decodeWithin } from "../src/node/pixels.ts";

const FOLDER = resolve(process.env.COMPARE_IMAGES ?? "compare-images");
const RATE = 0.01;

/** Prints the tables. */
export async function run(): Promise<void> {
  const pairs = readPairs(join(FOLDER, "pairs.jsonl"));
  if (pairs.length > 0) table(pairs);
  else
    console.log(
      `compare: no pairs in ${FOLDER}; make them with tsx bench/compare/collect.ts and bench/compare/pairs.ts`,
    );
  await times();
}

function table(pairs: readonly PairRecord[]): void {
  const groups = new Set(pairs.map(({ group }) => group)).size;
  const own = calibrateCopies(pairs, {
    id: "bench",
    date: "",
    method: "",
    origin: { en: "", zh: "" },
    falsePositiveRate: RATE,
  });
  const unrelated = pairs.filter(({ related }) => !related);
  /** The hashes' bound at the same rate, set on the very pairs that it is counted on: in their favour. */
  const bound = (name: string): number => {
    const distances = unrelated.map((pair) => pair.beside?.[name] ?? 999).sort((a, b) => a - b);
    return (distances[Math.floor(RATE * distances.length)] ?? 0) - 1;
  };
  const hashes = [
    ["pdq", 31],
    ["pdq", bound("pdq")],
    ["phash", bound("phash")],
  ] as const;
  const text = ({ share, low, high, trials }: Share): string =>
    `${(100 * share).toFixed(1)} (${(100 * low).toFixed(0)}–${(100 * high).toFixed(0)}) n ${trials}`.padStart(24);
  console.log(`compare: ${groups} pictures, ${unrelated.length} unrelated pairs; thresholds at ${100 * RATE} %`);
  console.log(
    `${"".padEnd(12)}${["seedproof", ...hashes.map(([name, most]) => `${name} <= ${most}`)].map((name) => name.padStart(24)).join("")}`,
  );
  for (const kind of [...ALTERATIONS, "unrelated"]) {
    const alike = pairs.filter((pair) => pair.kind === kind);
    const cells = hashes.map(([name, most]) =>
      shareOf(alike.filter((pair) => (pair.beside?.[name] ?? 999) <= most).length, alike.length),
    );
    const first = kind === "unrelated" ? own.falsePositives : own.found[kind];
    console.log(`${kind.padEnd(12)}${first ? text(first) : ""}${cells.map(text).join("")}`);
  }
  console.log(`${"not judged".padEnd(12)}${text(own.abstained)}`);
  for (const { reference, other, evidence } of unrelated.filter((pair) => sameness(pair.evidence, own) === "same")) {
    console.log(
      `false positive ${scoreOf(evidence, own).toFixed(1)}: ${reference.slice(FOLDER.length)} with ${other?.slice(FOLDER.length)}`,
    );
  }
}

/** Seconds of a pair of 1024 pixels, whole and in parts, as CPU time, which other work on the machine changes least. */
async function times(): Promise<void> {
  const file = resolve(import.meta.dirname, "../samples/cex__flux_girl_in_field.png");
  const bytes = new Uint8Array(readFileSync(file));
  const picture = await decodeWithin(bytes, 1024);
  const altered = (await alter(picture, "combined", drawer(1))).bytes;
  const detector = await openCvDetector();
  const whole = (): Promise<unknown> => compareBytes({ name: "a", bytes }, { name: "b", bytes: altered });
  const second = prepare(await decodeWithin(altered, 1024), detector);
  const first = prepare(picture, detector);
  const rows: readonly (readonly [string, () => unknown])[] = [
    ["pair, all of it", whole],
    ["fingerprints and features of one", () => prepare(picture, detector)],
    ["transform and structure", () => weigh(first, second)],
  ];
  for (const [name, work] of rows) {
    await work();
    const spent = await medianCpu(work);
    console.log(`${name.padEnd(36)} ${spent.toFixed(0)} ms of CPU`);
  }
}

async function medianCpu(work: () => unknown): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < 5; i++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    all.push((user + system) / 1000);
  }
  return all.sort((a, b) => a - b)[2]!;
}
