/** A record in a bundle: which entries are disclosed, and the bounds of their times, drawn. */

import type { CheckedLedger } from "../../dossier/verify.ts";
import { gradeOf, type IntervalRun } from "../../ledger/bounds.ts";
import { t } from "../language.ts";
import { TEXTS } from "./texts.ts";

/** Runs that are drawn; further ones stand among the findings. */
const MOST_RUNS = 24;

/** One record. */
export function Record({ ledger }: { readonly ledger: CheckedLedger }) {
  const { id, origin, size, disclosed, times } = ledger;
  if (size === 0) return null;
  return (
    <section class="record">
      <h2>
        {t(TEXTS.record)} <span class="note">{id}</span>
      </h2>
      <p class="mono note place">{origin}</p>
      <GapMap ledger={ledger} />
      <p class="note">{t(TEXTS.disclosed, { disclosed, size })}</p>
      <div class="runs">
        {times.slice(0, MOST_RUNS).map((run) => (
          <Run key={run.from} run={run} span={spanOf(times)} />
        ))}
      </div>
    </section>
  );
}

/** Disclosed entries filled, the others hatched, in the order of the log. */
function GapMap({ ledger: { size, gaps, disclosed } }: { readonly ledger: CheckedLedger }) {
  const x = (index: number) => (index / size) * 1000;
  const words = t(TEXTS.disclosed, { disclosed, size });
  return (
    <svg class="gap-map" viewBox="0 0 1000 30" preserveAspectRatio="none" role="img" aria-label={words}>
      <defs>
        <pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path class="hatch" d="M0 0v7" />
        </pattern>
      </defs>
      <rect class="shown" width="1000" height="30" />
      {gaps.map(([from, to]) => (
        <g key={from}>
          <title>{`${t(TEXTS.entriesSpan, { from, to: to - 1 })} · ${t(TEXTS.withheld)}`}</title>
          <rect class="hidden" x={x(from)} width={x(to) - x(from)} height="30" />
          <rect fill="url(#hatch)" x={x(from)} width={x(to) - x(from)} height="30" />
        </g>
      ))}
    </svg>
  );
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function spanOf(times: readonly IntervalRun[]): Span | undefined {
  const all = times
    .flatMap(({ notBefore, notAfter }) => [notBefore?.time, notAfter?.time])
    .filter((time) => time !== undefined);
  if (all.length === 0) return undefined;
  const [from, to] = [Math.min(...all), Math.max(...all)];
  const margin = Math.max((to - from) * 0.08, 60_000);
  return { from: from - margin, to: to + margin };
}

/** Solid between two caps where both sides are bounded from outside, open to the side that is not. */
function Run({ run, span }: { readonly run: IntervalRun; readonly span: Span | undefined }) {
  const { from, to, notBefore, notAfter } = run;
  const at = (time: number | undefined, open: number) =>
    time === undefined || !span ? open : ((time - span.from) / (span.to - span.from)) * 600;
  const [left, right] = [at(notBefore?.time, 0), at(notAfter?.time, 600)];
  const clock = (time: number) => new Date(time).toISOString().replace("T", " ").replace(".000Z", "Z");
  const words = [
    notBefore ? t(TEXTS.notBefore, { time: clock(notBefore.time) }) : undefined,
    notAfter ? t(TEXTS.notAfter, { time: clock(notAfter.time) }) : undefined,
  ].filter((word) => word !== undefined);
  return (
    <div class="run">
      <span class="run-name">{t(TEXTS.entriesSpan, { from, to: to - 1 })}</span>
      <svg class="run-bar" viewBox="0 0 600 18" preserveAspectRatio="none" aria-hidden="true">
        <path class={notBefore && notAfter ? "bar" : "bar open"} d={`M${left} 9H${Math.max(right, left + 2)}`} />
        {notBefore ? <path class="cap-before" d={`M${left} 2v14`} /> : null}
        {notAfter ? <path class={notAfter.grade === "T2" ? "cap-weak" : "cap-after"} d={`M${right} 2v14`} /> : null}
      </svg>
      <span class="note">{words.length > 0 ? words.join(" · ") : t(TEXTS.unbounded)}</span>
      <span class="mono note">{gradeOf(run)}</span>
    </div>
  );
}
