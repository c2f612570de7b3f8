/** Logistic regression by Newton's method with a slight pull to zero, which keeps separable pairs from infinite weights. */

import { exp } from "../../base/math-exp.ts";
import { log1p } from "../../base/math-log.ts";

/** One example: its terms, and whether it is of the class asked for. */
export interface Example {
  readonly terms: readonly number[];
  readonly related: boolean;
}

/** Penalty on squared weights; the constant is free. */
const PULL = 0.5;

/** Constant and weights; both classes count alike, whatever their numbers. */
export function logisticFit(examples: readonly Example[]): number[] {
  const size = (examples[0]?.terms.length ?? 0) + 1;
  const positives = examples.filter(({ related }) => related).length;
  const balance = (related: boolean): number =>
    examples.length / (2 * Math.max(1, related ? positives : examples.length - positives));
  let weights = new Array<number>(size).fill(0);
  for (let round = 0; round < 40; round++) {
    const { gradient, curvature } = derivatives(examples, weights, balance);
    const step = solved(curvature, gradient);
    const next = shortened(examples, weights, step, balance);
    if (!next) break;
    weights = next;
    if (step.every((change) => Math.abs(change) < 1e-9)) break;
  }
  return weights;
}

/** The weights after the step, or after a half, a quarter … of it: a whole one overshoots where classes hardly overlap. */
function shortened(
  examples: readonly Example[],
  weights: readonly number[],
  step: readonly number[],
  balance: (related: boolean) => number,
): number[] | undefined {
  const before = loss(examples, weights, balance);
  for (let part = 1; part > 1e-6; part /= 2) {
    const next = weights.map((weight, i) => weight - part * step[i]!);
    if (loss(examples, next, balance) < before) return next;
  }
  return undefined;
}

/** Penalised negative log likelihood. */
function loss(examples: readonly Example[], weights: readonly number[], balance: (related: boolean) => number): number {
  const pull = weights.slice(1).reduce((sum, weight) => sum + (PULL / 2) * weight * weight, 0);
  return examples.reduce((sum, { terms, related }) => {
    const odds = terms.reduce((total, value, i) => total + value * weights[i + 1]!, weights[0]!);
    const against = related ? -odds : odds;
    return sum + balance(related) * (against > 30 ? against : log1p(exp(against)));
  }, pull);
}

function derivatives(
  examples: readonly Example[],
  weights: readonly number[],
  balance: (related: boolean) => number,
): { gradient: number[]; curvature: number[][] } {
  const gradient = weights.map((weight, i) => (i === 0 ? 0 : PULL * weight));
  const curvature = weights.map((_, i): number[] => weights.map((_, j) => (i === j ? (i === 0 ? 1e-9 : PULL) : 0)));
  for (const { terms, related } of examples) {
    const x = [1, ...terms];
    const odds = x.reduce((sum, value, i) => sum + value * weights[i]!, 0);
    const chance = 1 / (1 + exp(-Math.max(-30, Math.min(30, odds))));
    const heavy = balance(related);
    for (let i = 0; i < x.length; i++) {
      gradient[i] = gradient[i]! + heavy * (chance - (related ? 1 : 0)) * x[i]!;
      for (let j = 0; j < x.length; j++) {
        curvature[i]![j] = curvature[i]![j]! + heavy * Math.max(1e-6, chance * (1 - chance)) * x[i]! * x[j]!;
      }
    }
  }
  return { gradient, curvature };
}

/** Gauss's elimination; the matrix is positive definite. */
function solved(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const n = rows.length;
  for (let c = 0; c < n; c++) {
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const factor = rows[r]![c]! / rows[c]![c]!;
      for (let k = c; k <= n; k++) rows[r]![k] = rows[r]![k]! - factor * rows[c]![k]!;
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!);
}
