/**
 * Whether a pair shows the same picture: a score from its evidence, a threshold at a stated rate of false positives, and the errors
 * counted on pictures that neither was set on. Source pictures are divided into five parts, all pairs of a picture in one. For the
 * count each part is judged by weights from two of the others and a threshold from the other two (cross-fitting); what is
 * then used has its weights from two parts and its threshold from the other three.
 */

import { type Share, shareOf } from "../../base/binomial.ts";
import { log } from "../../base/math-log.ts";
import type { Text } from "../../base/texts.ts";
import { type Evidence, support } from "./evidence.ts";
import { logisticFit } from "./logistic.ts";
import { isRedrawn } from "./redraw.ts";

/** One labelled pair. */
export interface LabelledPair {
  /** The source picture; its pairs are never divided between the parts. */
  readonly group: string;
  /** Whether both pictures show the same image, altered. */
  readonly related: boolean;
  /** How the second was made, or `unrelated`. */
  readonly kind: string;
  readonly evidence: Evidence;
}

/** What the judgement of a pair rests on: versioned data that every verdict names. */
export interface CopyCalibration {
  readonly form: "seedproof.copy-calibration/1";
  readonly id: string;
  readonly date: string;
  /** The detector of features that it holds for. */
  readonly method: string;
  readonly origin: Text;
  /** Constant, then a weight for each term of {@link terms}. */
  readonly weights: readonly number[];
  /** Score from which a pair counts as the same picture. */
  readonly threshold: number;
  /** Rate of false positives that the threshold was set at. */
  readonly falsePositiveRate: number;
  readonly sources: { readonly fit: number; readonly calibrate: number; readonly report: number };
  /** Likeness of layout and of palette from which pictures that share nothing count as similar, each reached by this share of unrelated pairs. */
  readonly similar: { readonly layout: number; readonly palette: number; readonly rate: Share };
  /** Unrelated pairs that were called the same. */
  readonly falsePositives: Share;
  /** The same by source picture: pictures with at least one such pair, since pairs of a picture are not independent. */
  readonly falsePositiveSources: Share;
  /** Related pairs that were found, by alteration; abstentions are counted apart. */
  readonly found: Readonly<Record<string, Share>>;
  readonly abstained: Share;
}

/** Below these a pair is not judged: too little is there to be found again. */
export const ABSTENTION = { features: 48, quality: 8 } as const;

/** The numbers that are weighed: cells of matches, agreement of structure, nearness of PDQ. */
export function terms(evidence: Evidence): readonly number[] {
  const { cells, roundness, pdq } = evidence;
  const firm = roundness >= 0.045 || cells === 0 ? cells : 0;
  return [log(1 + firm), 4 * support(evidence), Math.max(0, 100 - pdq) / 25];
}

/** The score of a pair: log odds, as far as the calibration's pairs are like this one. */
export function scoreOf(evidence: Evidence, { weights }: Pick<CopyCalibration, "weights">): number {
  return terms(evidence).reduce((sum, term, i) => sum + weights[i + 1]! * term, weights[0]!);
}

/**
 * `same` · `redrawn`: one composition, other details · `not-shown`: nothing in common was found · `cannot-tell`: the pictures have too
 * little structure.
 */
export type Sameness = "same" | "redrawn" | "not-shown" | "cannot-tell";

/** Judges a pair by its evidence. */
export function sameness(evidence: Evidence, calibration: Pick<CopyCalibration, "weights" | "threshold">): Sameness {
  if (scoreOf(evidence, calibration) >= calibration.threshold) return isRedrawn(evidence) ? "redrawn" : "same";
  return hasTooLittle(evidence) ? "cannot-tell" : "not-shown";
}

function hasTooLittle({ features, quality }: Evidence): boolean {
  return features < ABSTENTION.features || quality < ABSTENTION.quality;
}

/** What the maker of a calibration states. */
export interface CalibrationSettings {
  readonly id: string;
  readonly date: string;
  readonly method: string;
  readonly origin: Text;
  readonly falsePositiveRate: number;
}

/** Parts that the source pictures are divided into. */
const PARTS = 5;

/** Weights, threshold and errors from labelled pairs. Groups are divided by the order of their names, which are hashes. */
export function calibrateCopies(pairs: readonly LabelledPair[], settings: CalibrationSettings): CopyCalibration {
  const groups = [...new Set(pairs.map(({ group }) => group))].sort();
  const part = new Map(groups.map((group, i) => [group, i % PARTS]));
  const of = (...parts: readonly number[]): LabelledPair[] =>
    pairs.filter(({ group }) => parts.includes(part.get(group)!));
  const rate = settings.falsePositiveRate;
  const judged = Array.from({ length: PARTS }, (_, k): Judged[] => {
    const other = (ahead: number): number => (k + ahead) % PARTS;
    const set = settle(of(other(1), other(2)), of(other(3), other(4)), rate);
    return of(k).map((pair) => ({
      ...pair,
      says: sameness(pair.evidence, set),
      similar: reaches(pair.evidence, set.similar),
    }));
  }).flat();
  const [fit, middle] = [of(0, 1), of(2, 3, 4)];
  const { weights, threshold, similar } = settle(fit, middle, rate);
  return {
    form: "seedproof.copy-calibration/1",
    ...settings,
    weights,
    threshold,
    similar: {
      ...similar,
      rate: countOf(
        judged.filter(({ related }) => !related),
        (pair) => pair.similar,
      ),
    },
    sources: { fit: countGroups(fit), calibrate: countGroups(middle), report: groups.length },
    ...errorsOf(judged),
  };
}

/** A pair with what was said of it by others' weights and threshold. */
interface Judged extends LabelledPair {
  readonly says: Sameness;
  readonly similar: boolean;
}

interface Settled {
  readonly weights: readonly number[];
  readonly threshold: number;
  readonly similar: { readonly layout: number; readonly palette: number };
}

function settle(fit: readonly LabelledPair[], middle: readonly LabelledPair[], rate: number): Settled {
  // A picture without structure looks unrelated to its own copy: it is not judged, and weights must not bend to it.
  const judged = fit.filter(({ evidence }) => !hasTooLittle(evidence));
  const weights = logisticFit(judged.map(({ evidence, related }) => ({ terms: terms(evidence), related }))).map(
    rounded,
  );
  const unrelated = middle.filter(({ related }) => !related).map(({ evidence }) => evidence);
  const threshold = rounded(
    thresholdAt(
      unrelated.map((evidence) => scoreOf(evidence, { weights })),
      rate,
    ),
  );
  return { weights, threshold, similar: similarBounds(unrelated) };
}

/**
 * The score that at most this share of unrelated pairs reaches, by the rank that holds it for a new pair (split conformal).
 * Halfway to the next score when there are enough pairs; beyond the largest otherwise.
 */
function thresholdAt(unrelated: readonly number[], rate: number): number {
  const sorted = [...unrelated].sort((a, b) => b - a);
  const allowed = Math.max(0, Math.floor(rate * (sorted.length + 1)) - 1);
  // Above zero the odds are for the same picture; a threshold below it would call what is more likely unrelated the same.
  return Math.max(0, (sorted[allowed] ?? 0) + 1e-3);
}

/** Bounds that 5 of 100 unrelated pairs reach each. */
function similarBounds(unrelated: readonly Evidence[]): Settled["similar"] {
  const bound = (of: (evidence: Evidence) => number): number => {
    const sorted = unrelated.map(of).sort((p, q) => q - p);
    return rounded(sorted[Math.floor(SIMILAR_RATE * sorted.length)] ?? 1);
  };
  return { layout: bound((e) => e.layout), palette: bound((e) => e.palette) };
}

const SIMILAR_RATE = 0.05;

/** Whether layout and palette are both as alike as in few unrelated pairs. */
export function reaches(
  { layout, palette }: Pick<Evidence, "layout" | "palette">,
  bounds: Settled["similar"],
): boolean {
  return layout >= bounds.layout && palette >= bounds.palette;
}

function errorsOf(
  judged: readonly Judged[],
): Pick<CopyCalibration, "falsePositives" | "falsePositiveSources" | "found" | "abstained"> {
  const same = ({ says }: Judged): boolean => says === "same";
  const unrelated = judged.filter(({ related }) => !related);
  const kinds = [...new Set(judged.filter(({ related }) => related).map(({ kind }) => kind))].sort();
  const found = kinds.map((kind) => {
    const told = judged.filter((pair) => pair.related && pair.kind === kind && pair.says !== "cannot-tell");
    return [kind, countOf(told, same)] as const;
  });
  return {
    falsePositives: countOf(unrelated, same),
    falsePositiveSources: share(countGroups(unrelated.filter(same)), countGroups(unrelated)),
    found: Object.fromEntries(found),
    abstained: countOf(judged, ({ says }) => says === "cannot-tell"),
  };
}

function countOf(pairs: readonly Judged[], is: (pair: Judged) => boolean): Share {
  return share(pairs.filter(is).length, pairs.length);
}

function countGroups(pairs: readonly LabelledPair[]): number {
  return new Set(pairs.map(({ group }) => group)).size;
}

function share(hits: number, trials: number): Share {
  const { share: value, low, high } = shareOf(hits, trials);
  return { hits, trials, share: rounded(value), low: rounded(low), high: rounded(high) };
}

/** Four digits behind the point: what a verdict prints is what it was judged by. */
function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
