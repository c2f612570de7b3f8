/**
 * Where "substantially similar" begins: thresholds out of populations of pairs, with the errors that they make.
 *
 * A threshold is what 95 of 100 pairs of *other seeds* stay short of. A pair is substantially similar when it is beyond
 * every threshold, different when it is short of one. The thresholds are estimates: inside the interval of an
 * estimate the answer is undetermined.
 */

import { binomialAtMost, type Share, shareOf } from "../base/binomial.ts";
import { SeedproofError } from "../base/errors.ts";
import { isObject, type Json, type JsonObject } from "../base/json.ts";
import type { Text } from "../base/texts.ts";
import { type Measures, ROUNDING_LEVELS, rounded } from "./metrics.ts";

/** Measures that decide, and whether more is more alike. */
export const DECIDING = { msSsim: 1, edges: 1, colour: -1 } as const satisfies Partial<Record<keyof Measures, 1 | -1>>;

/** A measure that decides. */
export type Deciding = keyof typeof DECIDING;

/** An estimated threshold and the bounds between which nothing is said. `low` is the side of unlike pairs. */
export interface Threshold {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A threshold for each measure that decides. */
export type Thresholds = Readonly<Record<Deciding, Threshold>>;

/** What pairs of a population have in common: `same` recipe computed otherwise, `other` seed, or something `between`. */
export type Kin = "same" | "other" | "between";

/** A population: pairs with what was changed in each, measured. */
export interface Population {
  readonly name: string;
  readonly kin: Kin;
  readonly about: Text;
  /** One entry a pair; the pair of one base image stands at one place in all populations. */
  readonly pairs: readonly PairMeasures[];
}

/** Measures of a pair as a whole and of its cells on a grid of three by three. */
export interface PairMeasures {
  readonly base: string;
  readonly whole: Measures;
  readonly cells: readonly Measures[];
}

/** What a population came to under the thresholds. */
export interface PopulationResult {
  readonly name: string;
  readonly kin: Kin;
  readonly about: Text;
  readonly pairs: number;
  readonly verdicts: Readonly<
    Record<"identical-pixels" | "within-rounding" | "substantially-similar" | "different", Share>
  >;
  readonly undetermined: Share;
  /** Smallest, 5 %, middle, 95 %, largest. */
  readonly quantiles: Readonly<Record<Deciding, readonly number[]>>;
}

/** A calibration: versioned data that every verdict names. */
export interface ReproductionCalibration {
  readonly form: "seedproof.reproduction-calibration/1";
  readonly id: string;
  readonly date: string;
  readonly made: {
    readonly command: string;
    readonly tool: string;
    readonly model: string;
    readonly weights: Readonly<Record<string, string>>;
    readonly fingerprint: string;
    /** Base images, half of which the thresholds were set on and the other half the errors counted on. */
    readonly recipes: number;
    readonly seed: string;
    readonly settings: Text;
    readonly note: Text;
  };
  readonly thresholds: Thresholds;
  /** The same set on cells alone, to be looked at beside: verdicts of regions go by the whole image's. */
  readonly cells: Thresholds;
  /** Counted on base images that the thresholds were not set on. */
  readonly errors: {
    /** Pairs of other seeds that were called substantially similar. */
    readonly takenForSimilar: Share;
    /** Pairs of the same recipe that were called different. */
    readonly missed: Share;
    readonly undetermined: Share;
    /** The same for cells under the whole image's thresholds, as a table of regions judges them; absent in older data. */
    readonly regionsTakenForSimilar?: Share;
    readonly regionsMissed?: Share;
    /** The same for cells, under thresholds set on cells. */
    readonly cellsTakenForSimilar: Share;
    readonly cellsMissed: Share;
  };
  readonly populations: readonly PopulationResult[];
}

/**
 * A calibration out of a file that a user names, held to what verdicts read of it.
 * @throws SeedproofError `compare.calibration-malformed`
 */
export function readCalibration(json: unknown): ReproductionCalibration {
  const members = (value: unknown): JsonObject => (isObject(value as Json) ? (value as JsonObject) : {});
  const { form, id, date, made, thresholds, cells, errors } = members(json);
  const numbers = (value: unknown, ...names: readonly string[]): boolean =>
    names.every((name) => Number.isFinite(members(value)[name]));
  const whole = (set: Json | undefined): boolean =>
    Object.keys(DECIDING).every((name) => numbers(members(set)[name], "value", "low", "high"));
  const { model, note } = members(made);
  const texts = [id, date, model, members(note).en, members(note).zh].every((text) => typeof text === "string");
  const shares = ["takenForSimilar", "missed"].every((name) =>
    numbers(members(errors)[name], "hits", "trials", "share", "low", "high"),
  );
  if (form === "seedproof.reproduction-calibration/1" && texts && shares && whole(thresholds) && whole(cells)) {
    return json as ReproductionCalibration;
  }
  throw new SeedproofError("compare.calibration-malformed", "this is no calibration of reproductions");
}

/** Share of other-seed pairs that a threshold is short of. */
const BEYOND = 0.95;
const CONFIDENCE = 0.95;

/** What measures alone say of two images of one size. */
export interface Judgement {
  readonly verdict: "identical-pixels" | "within-rounding" | "substantially-similar" | "different";
  /** False where a measure is inside the interval of its threshold and no other one decides. */
  readonly certain: boolean;
}

/** Largest difference that still counts as rounding where a pixel in a thousand is beyond {@link ROUNDING_LEVELS}. */
const ROUNDING_MOST = 4 * ROUNDING_LEVELS;
const ROUNDING_SHARE = 0.001;

/** Judges a pair, or a part of one, by thresholds. */
export function judge(measures: Measures, thresholds: Thresholds): Judgement {
  if (measures.changedShare === 0) return { verdict: "identical-pixels", certain: true };
  if (measures.maxDifference <= ROUNDING_MOST && measures.beyondRoundingShare <= ROUNDING_SHARE) {
    return { verdict: "within-rounding", certain: true };
  }
  const sides = (Object.keys(DECIDING) as Deciding[]).map((name) => {
    const toward = (value: number): number => value * DECIDING[name];
    const { low, high } = thresholds[name];
    if (toward(measures[name]) > toward(high)) return "alike";
    return toward(measures[name]) <= toward(low) ? "unlike" : "open";
  });
  if (sides.includes("unlike")) return { verdict: "different", certain: true };
  if (sides.includes("open")) return { verdict: "different", certain: false };
  return { verdict: "substantially-similar", certain: true };
}

/**
 * Sets thresholds on every second base image and counts errors on the others.
 * @param populations - with at least one of kin `other` and one of kin `same`
 */
export function calibrate(
  populations: readonly Population[],
): Pick<ReproductionCalibration, "thresholds" | "cells" | "errors" | "populations"> {
  const bases = [...new Set(populations.flatMap(({ pairs }) => pairs.map(({ base }) => base)))].sort();
  const fitting = new Set(bases.filter((_, i) => i % 2 === 0));
  const of = (kin: Kin, fit: boolean): PairMeasures[] =>
    populations
      .filter((population) => population.kin === kin)
      .flatMap(({ pairs }) => pairs.filter(({ base }) => fitting.has(base) === fit));
  const others = of("other", true);
  const thresholds = thresholdsOf(others.map(({ whole }) => whole));
  const cells = thresholdsOf(others.flatMap((pair) => pair.cells));
  const [same, other] = [of("same", false), of("other", false)];
  const count = (measures: readonly Measures[], by: Thresholds, is: (judgement: Judgement) => boolean): Share =>
    shareOf(measures.filter((one) => is(judge(one, by))).length, measures.length);
  const wholes = (pairs: readonly PairMeasures[]): Measures[] => pairs.map(({ whole }) => whole);
  const parts = (pairs: readonly PairMeasures[]): Measures[] => pairs.flatMap((pair) => pair.cells);
  return {
    thresholds,
    cells,
    errors: {
      takenForSimilar: count(wholes(other), thresholds, isAlike),
      missed: count(wholes(same), thresholds, isUnlike),
      undetermined: count(wholes([...same, ...other]), thresholds, ({ certain }) => !certain),
      regionsTakenForSimilar: count(parts(other), thresholds, isAlike),
      regionsMissed: count(parts(same), thresholds, isUnlike),
      cellsTakenForSimilar: count(parts(other), cells, isAlike),
      cellsMissed: count(parts(same), cells, isUnlike),
    },
    populations: populations.map((population) => resultOf(population, thresholds)),
  };
}

function isAlike({ verdict }: Judgement): boolean {
  return verdict !== "different";
}

function isUnlike({ verdict, certain }: Judgement): boolean {
  return verdict === "different" && certain;
}

function thresholdsOf(others: readonly Measures[]): Thresholds {
  const entries = (Object.keys(DECIDING) as Deciding[]).map((name) => {
    // Sorted from unlike to alike.
    const values = others.map((one) => one[name]).sort((a, b) => (a - b) * DECIDING[name]);
    return [name, thresholdOf(values)] as const;
  });
  return Object.fromEntries(entries) as Record<Deciding, Threshold>;
}

/**
 * The quantile with its interval by order statistics, which needs no shape of the distribution. Too few values for
 * an upper bound leave the largest.
 * @see H. David, H. Nagaraja, "Order Statistics", 3rd ed., 7.1
 */
function thresholdOf(sorted: readonly number[]): Threshold {
  const n = sorted.length;
  const tail = (1 - CONFIDENCE) / 2;
  const place = Math.min(n - 1, Math.floor(BEYOND * n));
  let [low, high] = [place, place];
  while (low > 0 && binomialAtMost(low, n, BEYOND) > tail) low--;
  while (high < n - 1 && 1 - binomialAtMost(high, n, BEYOND) > tail) high++;
  return { value: rounded(sorted[place]!), low: rounded(sorted[low]!), high: rounded(sorted[high]!) };
}

function resultOf({ name, kin, about, pairs }: Population, thresholds: Thresholds): PopulationResult {
  const judgements = pairs.map(({ whole }) => judge(whole, thresholds));
  const share = (verdict: Judgement["verdict"]): Share =>
    shareOf(judgements.filter((one) => one.verdict === verdict && one.certain).length, pairs.length);
  const quantiles = (Object.keys(DECIDING) as Deciding[]).map((measure) => {
    const sorted = pairs.map(({ whole }) => whole[measure]).sort((a, b) => a - b);
    return [measure, [0, 0.05, 0.5, 0.95, 1].map((q) => sorted[Math.round(q * (sorted.length - 1))]!)] as const;
  });
  return {
    ...{ name, kin, about, pairs: pairs.length },
    verdicts: {
      "identical-pixels": share("identical-pixels"),
      "within-rounding": share("within-rounding"),
      "substantially-similar": share("substantially-similar"),
      different: share("different"),
    },
    undetermined: shareOf(judgements.filter(({ certain }) => !certain).length, pairs.length),
    quantiles: Object.fromEntries(quantiles) as Record<Deciding, number[]>,
  };
}
