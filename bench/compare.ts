/**
 * Whether copies are found: share of altered pictures that are recognised at one rate of false positives, beside PDQ and pHash on
 * the same pairs; what is said of other seeds, of null edits, of painted parts and of marks; and what a pair costs. The pairs come
 * from the scripts of `bench/compare`, over the collection that `collect.ts` there fetches; `COMPARE_IMAGES` names its folder.
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import sharp from "sharp";
import { type Share, shareOf } from "../src/base/binomial.ts";
import { calibrateCopies, sameness, scoreOf } from "../src/compare/pair/calibration.ts";
import { weigh } from "../src/compare/pair/evidence.ts";
import { prepare } from "../src/compare/pair/prepared.ts";
import { SHIPPED_CALIBRATION } from "../src/compare/pair/shipped-calibration.ts";
import { ALTERATIONS, alter, drawer } from "../src/node/alterations.ts";
import { type PairRecord, UNRELATED } from "../src/node/copy-pairs.ts";
import { openCvDetector } from "../src/node/opencv.ts";
import { decodeWithin } from "../src/node/pixels.ts";
import { benchPairs } from "./compare/bench-pairs.ts";
import { OTHER_SEED, readSeedPairs, type SeedPair } from "./compare/seed-pairs.ts";
import { edgesOff, keptByUpload } from "./compare/upload.ts";

const FOLDER = resolve(process.env.COMPARE_IMAGES ?? "compare-images");
const RATE = 0.01;

/** Prints the tables. */
export async function run(): Promise<void> {
  const own = join(FOLDER, "pairs.jsonl");
  table(benchPairs(existsSync(own) ? own : join(import.meta.dirname, "compare/pairs.jsonl.gz")));
  seeds();
  changes();
  await times();
}

const percent = (share: number, digits = 1): string => (100 * share).toFixed(digits);
const text = ({ share, low, high, trials }: Share): string =>
  `${percent(share)} (${percent(low, 0)}–${percent(high, 0)}) n ${trials}`.padStart(24);

function table(pairs: readonly PairRecord[]): void {
  const groups = new Set(pairs.map(({ group }) => group)).size;
  const settings = { id: "bench", date: "", method: "", origin: { en: "", zh: "" }, falsePositiveRate: RATE };
  const own = calibrateCopies(pairs, settings);
  // What the quick method alone finds was not looked at line by line everywhere; such a pair counts as a copy, whether it is one or not.
  const quick = calibrateCopies(
    pairs.map(withoutSlow).map((pair) => ({ ...pair, evidence: { detail: 1, ...pair.evidence } })),
    settings,
  );
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
  console.log(`compare: ${groups} pictures, ${unrelated.length} unrelated pairs; thresholds at ${100 * RATE} %`);
  const names = ["seedproof", "without AKAZE", ...hashes.map(([name, most]) => `${name} <= ${most}`)];
  console.log(`${"".padEnd(22)}${names.map((name) => name.padStart(24)).join("")}`);
  for (const kind of [...ALTERATIONS, ...Object.values(UNRELATED)]) {
    const alike = pairs.filter((pair) => pair.kind === kind);
    if (alike.length === 0) continue;
    const cells = hashes.map(([name, most]) =>
      shareOf(alike.filter((pair) => (pair.beside?.[name] ?? 999) <= most).length, alike.length),
    );
    const told = (set: typeof own, list: readonly PairRecord[]): Share =>
      set.found[kind] ?? shareOf(list.filter((pair) => sameness(pair.evidence, set) === "same").length, list.length);
    console.log(
      `${kind.padEnd(22)}${[told(own, alike), told(quick, alike.map(withoutSlow)), ...cells].map(text).join("")}`,
    );
  }
  console.log(`${"false positives".padEnd(22)}${text(own.falsePositives)}${text(quick.falsePositives)}`);
  console.log(`${"by picture".padEnd(22)}${text(own.falsePositiveSources)}${text(quick.falsePositiveSources)}`);
  console.log(`${"not judged".padEnd(22)}${text(own.abstained)}${text(quick.abstained)}`);
  const short = (path: string | undefined): string => (path ?? "").replace(`${FOLDER}/raw/`, "");
  for (const { reference, other, evidence } of unrelated.filter((pair) => sameness(pair.evidence, own) === "same")) {
    console.log(`false positive ${scoreOf(evidence, own).toFixed(1)}: ${short(reference)} with ${short(other)}`);
  }
}

/** The pair as it would have been judged by corners alone. */
function withoutSlow(pair: PairRecord): PairRecord {
  const { cells, roundness, blocks, share, tight } = pair.beside ?? {};
  if (cells === undefined || roundness === undefined || blocks === undefined || share === undefined) return pair;
  return { ...pair, evidence: { ...pair.evidence, cells, roundness, blocks, share, tight: tight ?? share } };
}

/** Of pairs of one recipe and two seeds, those that are called copies; and altered copies of such images that are found. */
function seeds(): void {
  const folder = join(FOLDER, "seeds");
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".jsonl")) : [];
  for (const name of files) {
    const pairs = readSeedPairs(join(folder, name));
    const copies = (list: readonly SeedPair[]): SeedPair[] =>
      list.filter(({ evidence }) => sameness(evidence, SHIPPED_CALIBRATION) === "same");
    const prompts = (list: readonly SeedPair[]): number => new Set(list.map(({ group }) => group)).size;
    const others = pairs.filter(({ kind }) => kind === OTHER_SEED);
    const called = copies(others);
    console.log(
      `other seeds, ${name}: called copies ${text(shareOf(called.length, others.length)).trim()}; prompts with such a pair ${text(shareOf(prompts(called), prompts(others))).trim()}`,
    );
    for (const kind of ALTERATIONS) {
      const alike = pairs.filter((pair) => pair.kind === kind);
      console.log(`  altered copies, ${kind.padEnd(12)} ${text(shareOf(copies(alike).length, alike.length)).trim()}`);
    }
  }
}

interface ChangeRecord {
  readonly kind: string;
  readonly width: number;
  readonly height: number;
  readonly truth?: number;
  readonly aligned?: boolean;
  readonly determined?: boolean;
  readonly changed?: { readonly value: number };
  readonly crop?: readonly [number, number, number, number];
  readonly state?: string;
}

/** Null edits, painted parts, crop boxes and marks, on pictures that the error model was not fitted to. */
function changes(): void {
  const file = join(FOLDER, "changes.jsonl");
  if (!existsSync(file)) return;
  const records = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.endsWith("}"))
    .map((line) => JSON.parse(line) as ChangeRecord);
  const line = (name: string, values: readonly number[], of: number): void => {
    const sorted = [...values].sort((a, b) => a - b);
    const at = (share: number): string => percent(sorted[Math.floor(share * (sorted.length - 1))] ?? 0, 2);
    console.log(`${name.padEnd(30)} median ${at(0.5)}  90 % ${at(0.9)}  worst ${at(1)}  (${values.length} of ${of})`);
  };
  const told = ({ aligned, determined, changed }: ChangeRecord): boolean => Boolean(aligned && determined && changed);
  const nulls = records.filter(({ truth }) => truth === 0);
  line(
    "null edits, false area in %",
    nulls.filter(told).map(({ changed }) => changed!.value),
    nulls.length,
  );
  for (const share of [0.1, 0.35]) {
    const own = records.filter(({ kind }) => kind === `painted ${share}`);
    line(
      `painted ${percent(share, 0)} %, error in points`,
      own.filter(told).map(({ changed, truth }) => Math.abs(changed!.value - truth!)),
      own.length,
    );
  }
  const uploads = records.filter(({ kind }) => kind === "upload");
  line(
    "crop box off, % of long side",
    uploads.flatMap(({ crop, ...of }) => (crop ? [edgesOff(crop, keptByUpload(of), of)] : [])),
    uploads.length,
  );
  for (const kind of ["kept", "painted out", "clean original"].map((name) => `mark ${name}`)) {
    const states = new Map<string, number>();
    for (const { state = "" } of records.filter((record) => record.kind === kind))
      states.set(state, (states.get(state) ?? 0) + 1);
    console.log(`${kind.padEnd(30)} ${[...states].map(([state, n]) => `${state} ${n}`).join(" · ")}`);
  }
}

/** A pair of 1,024 pixels through the command line, start-up included, and its parts in a process that is warm. */
async function times(): Promise<void> {
  const samples = resolve(import.meta.dirname, "../samples");
  const [first, other] = ["cex__flux_girl_in_field.png", "cex__inpaint_inpaint_example.png"].map((name) =>
    readFileSync(join(samples, name)),
  ) as [Buffer, Buffer];
  const folder = mkdtempSync(join(tmpdir(), "seedproof-bench-"));
  try {
    const at = (name: string): string => join(folder, name);
    const picture = await decodeWithin(first, 1024);
    writeFileSync(at("a.png"), await sharp(first).resize(1024, 1024, { fit: "inside" }).png().toBuffer());
    writeFileSync(at("b.png"), await sharp(other).resize(1024, 1024, { fit: "inside" }).png().toBuffer());
    writeFileSync(at("copy.jpg"), (await alter(picture, "jpeg30", drawer(1))).bytes);
    writeFileSync(at("edited.jpg"), (await alter(picture, "combined", drawer(1))).bytes);
    for (const [name, second] of [
      ["an unrelated pair", "b.png"],
      ["a copy", "copy.jpg"],
      ["an edited copy", "edited.jpg"],
    ] as const) {
      const { wall, cpu } = commandCost(["compare", at("a.png"), at(second)]);
      console.log(`${`${name}, whole command`.padEnd(36)} ${wall.toFixed(0)} ms, ${cpu.toFixed(0)} ms of CPU`);
    }
    await warmTimes(picture, readFileSync(at("edited.jpg")));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Milliseconds by the clock and of CPU, the least of three runs: other work on the machine only adds. */
function commandCost(args: readonly string[]): { wall: number; cpu: number } {
  const tell =
    'data:text/javascript,process.on("exit",()=>{const{user,system}=process.cpuUsage();process.stderr.write("\\ncpu "+(user+system)/1000)})';
  const runs = Array.from({ length: 3 }, () => {
    const start = performance.now();
    const bin = resolve(import.meta.dirname, "../bin/seedproof.js");
    const { stderr, status } = spawnSync(process.execPath, ["--import", tell, bin, ...args], { encoding: "utf8" });
    if (status !== 0 && status !== 1) throw new Error(`seedproof ${args[0]} ended with ${status}: ${stderr}`);
    return { wall: performance.now() - start, cpu: Number(/cpu ([\d.]+)$/.exec(stderr)?.[1]) };
  });
  return { wall: Math.min(...runs.map(({ wall }) => wall)), cpu: Math.min(...runs.map(({ cpu }) => cpu)) };
}

async function warmTimes(picture: Awaited<ReturnType<typeof decodeWithin>>, altered: Uint8Array): Promise<void> {
  const detector = await openCvDetector();
  const second = prepare(await decodeWithin(altered, 1024), detector);
  const first = prepare(picture, detector);
  const rows: readonly (readonly [string, () => unknown])[] = [
    ["fingerprints and features of one", () => prepare(picture, detector)],
    ["transform and structure", () => weigh(first, second)],
  ];
  for (const [name, work] of rows) {
    work();
    const spent = medianCpu(work);
    console.log(`${`${name}, warm`.padEnd(36)} ${spent.toFixed(0)} ms of CPU`);
  }
}

function medianCpu(work: () => unknown): number {
  const all = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return all.sort((a, b) => a - b)[2]!;
}
