/** The verdict: shape, word, what it shows and what not, measures on one axis with their control, and where both land. */

import type { Text } from "../../base/texts.ts";
import type { Deciding, Threshold } from "../../compare/calibration.ts";
import type { Measures } from "../../compare/metrics.ts";
import type { ReproductionReport } from "../../node/reproduce.ts";
import { MISSING_TEXTS } from "../../recipe/missing-texts.ts";
import { lang, t } from "../language.ts";
import { FindingMark, GradeBadge } from "../parts/badges.tsx";
import { VerdictMark, type VerdictShape } from "../parts/verdict-mark.tsx";
import { REPRODUCE } from "./texts.ts";

const WORDS: Readonly<Record<ReproductionReport["verdict"], Text>> = {
  "identical-bytes": REPRODUCE.identicalBytes,
  "identical-pixels": REPRODUCE.identicalPixels,
  "within-rounding": REPRODUCE.rounding,
  "substantially-similar": REPRODUCE.similar,
  different: REPRODUCE.differs,
  "not-reproducible": REPRODUCE.notReproducible,
};

const SHAPES: Readonly<Record<ReproductionReport["verdict"], VerdictShape>> = {
  "identical-bytes": "identical",
  "identical-pixels": "identical",
  "within-rounding": "rounding",
  "substantially-similar": "similar",
  different: "different",
  "not-reproducible": "open",
};

/** The pane's first part. */
export function Verdict({ report }: { readonly report: ReproductionReport }) {
  const { verdict, certainty, measures, control, repeat, calibration, findings } = report;
  const isDrawn = verdict !== "not-reproducible";
  return (
    <section class="verdict" aria-live="polite">
      <header class="verdict-head">
        <VerdictMark shape={certainty === "clear" ? SHAPES[verdict] : "open"} size={30} />
        <h2 class="serif">{t(WORDS[verdict])}</h2>
      </header>
      <p>
        {certainty === "undetermined" ? `${t(REPRODUCE.undetermined)} ` : ""}
        {repeat ? `${t(REPRODUCE.repeatSame, { verdict: t(WORDS[repeat.verdict]) })} ` : ""}
        {t(isDrawn ? REPRODUCE.shows : REPRODUCE.showsNot)} {isDrawn ? <GradeBadge grade="X" /> : null}
      </p>
      {measures && control ? (
        <>
          <p class="legend note">
            <span>
              <i class="mark run" aria-hidden="true" /> {t(REPRODUCE.legendRun)}
            </span>
            <span>
              <i class="mark control" aria-hidden="true" /> {t(REPRODUCE.legendControl, { seed: control.seed })}
            </span>
            <span>
              <i class="mark limit" aria-hidden="true" /> {t(REPRODUCE.threshold)}
            </span>
          </p>
          <MeasureRows run={measures} control={control.measures} thresholds={calibration?.thresholds} />
          <p class="control-line">
            <VerdictMark shape={SHAPES[control.verdict]} />
            <span>
              <b>{t(REPRODUCE.controlSays, { verdict: t(WORDS[control.verdict]) })}</b> {t(REPRODUCE.controlText)}
            </span>
          </p>
          <Scale report={report} />
        </>
      ) : null}
      {calibration ? <p class="note">{t(REPRODUCE.method, { date: calibration.date, id: calibration.id })}</p> : null}
      <ul class="checked">
        {findings.map((finding) => (
          <li key={finding.code + finding.text.en}>
            <FindingMark kind={finding.level} bare />
            <span>{t(finding.text)}</span>
          </li>
        ))}
      </ul>
      <Lacks report={report} />
    </section>
  );
}

interface Row {
  readonly name: Text;
  readonly about: Text;
  readonly of: (measures: Measures) => number;
  readonly text: (value: number) => string;
  /** The value at the right end of the axis; the left is 0. */
  readonly most: number;
  readonly deciding?: Deciding;
}

const ROWS: readonly Row[] = [
  {
    ...{ name: REPRODUCE.structure, about: REPRODUCE.structureText, most: 1, deciding: "msSsim" },
    ...{ of: ({ msSsim }) => msSsim, text: (value) => value.toFixed(3) },
  },
  {
    ...{ name: REPRODUCE.edges, about: REPRODUCE.edgesText, most: 1, deciding: "edges" },
    ...{ of: ({ edges }) => edges, text: (value) => value.toFixed(3) },
  },
  {
    ...{ name: REPRODUCE.colour, about: REPRODUCE.colourText, most: 30, deciding: "colour" },
    ...{ of: ({ colour }) => colour, text: (value) => value.toFixed(1) },
  },
  {
    ...{ name: REPRODUCE.pixels, about: REPRODUCE.pixelsText, most: 1 },
    ...{ of: ({ changedShare }) => 1 - changedShare, text: (value) => `${(value * 100).toFixed(1)} %` },
  },
];

function MeasureRows(props: {
  readonly run: Measures;
  readonly control: Measures | undefined;
  readonly thresholds: Readonly<Record<Deciding, Threshold>> | undefined;
}) {
  const { run, control, thresholds } = props;
  return (
    <table class="measures">
      <tbody>
        {ROWS.map(({ name, about, of, text, most, deciding }) => {
          const place = (value: number): string => `${Math.min(100, Math.max(0, (value / most) * 100))}%`;
          const limit = deciding && thresholds?.[deciding];
          const [low, high] = limit ? [Math.min(limit.low, limit.high), Math.max(limit.low, limit.high)] : [0, 0];
          return (
            <tr key={name.en}>
              <th scope="row">
                {t(name)}
                <span class="note">{t(about)}</span>
              </th>
              <td class="axis" aria-hidden="true">
                <i class="line" />
                {limit ? (
                  <i class="range" style={{ left: place(low), width: `calc(${place(high)} - ${place(low)})` }} />
                ) : null}
                {limit ? <i class="limit" style={{ left: place(limit.value) }} /> : null}
                <i class="mark run" style={{ left: place(of(run)) }} />
                {control ? <i class="mark control" style={{ left: place(of(control)) }} /> : null}
              </td>
              <td class="numbers">
                <b>{text(of(run))}</b>
                <span class="note">{control ? text(of(control)) : "–"}</span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const STEPS: readonly (readonly [VerdictShape, Text])[] = [
  ["identical", REPRODUCE.identical],
  ["rounding", REPRODUCE.within],
  ["similar", REPRODUCE.substantially],
  ["different", REPRODUCE.different],
  ["open", REPRODUCE.cannotTell],
];

/** Run, repeat and control on the five steps. The repeat is against the run, the others against the target. */
function Scale({ report: { verdict, certainty, control } }: { readonly report: ReproductionReport }) {
  const run: VerdictShape = certainty === "clear" ? SHAPES[verdict] : "open";
  const other = control && SHAPES[control.verdict];
  return (
    <div class="scale-of-five">
      <h3>{t(REPRODUCE.whereBoth)}</h3>
      <ol>
        {STEPS.map(([shape, words]) => (
          <li key={shape} class={shape === run || shape === other ? "here" : ""}>
            <VerdictMark shape={shape} />
            <span>{t(words)}</span>
            {shape === run ? <b class="is-run">{t(REPRODUCE.runOnly)}</b> : null}
            {shape === other ? <b class="is-control">{t(REPRODUCE.controlOnly)}</b> : null}
          </li>
        ))}
      </ol>
    </div>
  );
}

const HERE: Readonly<Record<ReproductionReport["models"][number]["here"], Text>> = {
  hash: REPRODUCE.hereHash,
  name: REPRODUCE.hereName,
  other: REPRODUCE.hereOther,
  given: REPRODUCE.hereGiven,
  none: REPRODUCE.hereNone,
};

/** What the run stands on: models, what is missing, what was taken for it. */
function Lacks({ report: { missing, assumed, models } }: { readonly report: ReproductionReport }) {
  const comma = lang.value === "zh" ? "、" : ", ";
  return (
    <dl class="lacks">
      {models.map(({ role, name, here }) => (
        <div key={role + name}>
          <dt>{role}</dt>
          <dd>
            {name} <span class="note">{t(HERE[here])}</span>
          </dd>
        </div>
      ))}
      {missing.length > 0 ? (
        <div>
          <dt>{t(REPRODUCE.lacks)}</dt>
          <dd>{missing.map((code) => t(MISSING_TEXTS[code] ?? { en: code, zh: code })).join(comma)}</dd>
        </div>
      ) : null}
      {assumed.length > 0 ? (
        <div>
          <dt>{t(REPRODUCE.assumed)}</dt>
          <dd class="mono">{assumed.map(({ field, value }) => `${field} ${JSON.stringify(value)}`).join("  ")}</dd>
        </div>
      ) : null}
    </dl>
  );
}
