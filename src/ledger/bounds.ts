/**
 * When an entry was made, from both sides. Not-before evidence counts for its entry and all after it, not-after
 * evidence for all entries of the stamped checkpoint: so a few anchors bound every entry.
 */

import type { Finding } from "../base/findings.ts";
import type { PlacedEntry } from "./entry.ts";
import type { NotAfter, NotBefore } from "./evidence.ts";
import { finding } from "./findings.ts";

/** The bounds of one entry, each with the evidence that gives it. */
export interface Interval {
  readonly notBefore?: NotBefore;
  readonly notAfter?: NotAfter;
}

/** A writer's own clock may be this far off before its claim counts as contradicted. Unset clocks drift by minutes. */
export const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** The tightest bounds of entry `index`. */
export function intervalAt(index: number, before: readonly NotBefore[], after: readonly NotAfter[]): Interval {
  const notBefore = best(
    before,
    ({ from }) => from <= index,
    (a, b) => b.time - a.time,
  );
  const notAfter = best(
    after,
    ({ size }) => size > index,
    (a, b) => a.time - b.time,
  );
  return { ...(notBefore && { notBefore }), ...(notAfter && { notAfter }) };
}

function best<T>(all: readonly T[], fits: (one: T) => boolean, order: (a: T, b: T) => number): T | undefined {
  return all.filter(fits).toSorted(order)[0];
}

/** A run of entries [from, to) that share their bounds. */
export interface IntervalRun extends Interval {
  readonly from: number;
  readonly to: number;
}

/** The bounds of all entries of a log, as runs. */
export function intervalRuns(size: number, before: readonly NotBefore[], after: readonly NotAfter[]): IntervalRun[] {
  const cuts = new Set([0, size, ...before.map(({ from }) => from), ...after.map((one) => one.size)]);
  const edges = [...cuts].filter((cut) => cut >= 0 && cut <= size).sort((a, b) => a - b);
  const runs: IntervalRun[] = [];
  for (const [i, to] of edges.slice(1).entries()) {
    const from = edges[i]!;
    const interval = intervalAt(from, before, after);
    const last = runs.at(-1);
    if (last && last.notBefore === interval.notBefore && last.notAfter === interval.notAfter) {
      runs[runs.length - 1] = { ...last, to };
    } else {
      runs.push({ ...interval, from, to });
    }
  }
  return runs;
}

/** Runs whose earliest possible time is after their latest: two pieces of evidence that cannot both be right. */
export function contradictions(runs: readonly IntervalRun[]): Finding[] {
  return runs.flatMap(({ from, to, notBefore, notAfter }) => {
    if (!notBefore || !notAfter || notBefore.time <= notAfter.time) return [];
    const values = {
      from,
      to: to - 1,
      before: iso(notBefore.time),
      beforeSource: notBefore.source,
      after: iso(notAfter.time),
      afterSource: notAfter.source,
    };
    return [finding("ledger.time-contradiction", values, { entry: from })];
  });
}

/** Claimed times that lie outside the bounds by more than a clock's tolerance. */
export function claimFindings(
  entries: readonly PlacedEntry[],
  runs: readonly IntervalRun[],
  toleranceMs: number = CLOCK_TOLERANCE_MS,
): Finding[] {
  return runs.flatMap(({ from, to, notBefore, notAfter }) =>
    entries.slice(from, to).flatMap(({ entry, index }) => {
      const claimed = Date.parse(entry.t.wall);
      const values = { index, claimed: entry.t.wall };
      if (notBefore && claimed < notBefore.time - toleranceMs) {
        const by = duration(notBefore.time - claimed);
        const early = { ...values, by: by.en, byZh: by.zh, bound: iso(notBefore.time), source: notBefore.source };
        return [finding("ledger.claimed-too-early", early, { entry: index })];
      }
      if (notAfter && claimed > notAfter.time + toleranceMs) {
        const by = duration(claimed - notAfter.time);
        const late = { ...values, by: by.en, byZh: by.zh, bound: iso(notAfter.time), source: notAfter.source };
        return [finding("ledger.claimed-too-late", late, { entry: index })];
      }
      return [];
    }),
  );
}

/** Differences of a wall clock and a monotonic clock below this, in milliseconds, are ordinary adjustment. */
const STEP_TOLERANCE_MS = 2_000;

/**
 * Steps of the writer's clock within one run of its machine. A wall clock that gains less than the monotonic one was set
 * back; one that gains more was set forward, or the machine slept: the monotonic clock stops then.
 */
export function clockFindings(entries: readonly PlacedEntry[]): Finding[] {
  return entries.slice(1).flatMap(({ entry, index }, i) => {
    const previous = entries[i]!.entry;
    if (entry.t.boot === undefined || entry.t.boot !== previous.t.boot) return [];
    if (entry.t.mono === undefined || previous.t.mono === undefined) return [];
    const drift = Date.parse(entry.t.wall) - Date.parse(previous.t.wall) - (entry.t.mono - previous.t.mono);
    const by = duration(Math.abs(drift));
    const values = { index, by: by.en, byZh: by.zh };
    if (drift < -STEP_TOLERANCE_MS) return [finding("ledger.clock-set-back", values, { entry: index })];
    if (drift > STEP_TOLERANCE_MS) return [finding("ledger.clock-gap", values, { entry: index })];
    return [];
  });
}

/** What no outside evidence bounds from above: these entries can still be rewritten by the owner. */
export function tailFinding(size: number, after: readonly NotAfter[]): Finding[] {
  const anchored = Math.max(0, ...after.map((one) => one.size));
  return anchored < size ? [finding("ledger.tail-unanchored", { count: size - anchored, from: anchored })] : [];
}

/** Both grades of an interval, as a dossier prints them: `N1·T4`. */
export function gradeOf({ notBefore, notAfter }: Interval): string {
  return `${notBefore?.grade ?? "N0"}·${notAfter?.grade ?? "T0"}`;
}

/** A length of time in the largest unit that gives at least two of it. */
export function duration(ms: number): { en: string; zh: string } {
  const units = [
    ["d", "天", 86_400_000],
    ["h", "小时", 3_600_000],
    ["min", "分钟", 60_000],
    ["s", "秒", 1000],
  ] as const;
  const [en, zh, unit] = units.find(([, , length]) => ms >= 2 * length) ?? units[3];
  const count = Math.round(ms / unit);
  return { en: `${count} ${en}`, zh: `${count} ${zh}` };
}

const iso = (time: number): string => new Date(time).toISOString();
