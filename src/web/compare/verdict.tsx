/** The verdict with what it shows and what not, the geometry in numbers, the mark, and what the method's errors are. */

import type { ComponentChildren } from "preact";
import type { Text } from "../../base/texts.ts";
import type { PairVerdict } from "../../compare/pair/comparison.ts";
import { PAGE_TEXTS as T } from "../../compare/pair/page-texts.ts";
import { COMPARE_TEXTS } from "../../compare/pair/texts.ts";
import type { ComparisonView } from "../../compare/pair/view.ts";
import { lang, t } from "../language.ts";
import { FindingMark, GradeBadge } from "../parts/badges.tsx";
import { Hash } from "../parts/hash.tsx";
import { VerdictMark, type VerdictShape } from "../parts/verdict-mark.tsx";
import { VERDICT } from "./verdict-texts.ts";

/** The steps of the scale with their shapes, nearest first. */
const SCALE: readonly (readonly [PairVerdict, VerdictShape])[] = [
  ["identical-bytes", "identical"],
  ["identical-pixels", "identical"],
  ["within-rounding", "rounding"],
  ["copy", "similar"],
  ["edited-copy", "similar"],
  ["same-recipe-other-seed", "different"],
  ["similar", "different"],
  ["unrelated", "different"],
];

/** The shape of a verdict. */
export function shapeOf(verdict: PairVerdict): VerdictShape {
  return SCALE.find(([name]) => name === verdict)?.[1] ?? "open";
}

/** Pictures of the place of the mark. */
export interface MarkPictures {
  readonly markA?: string;
  readonly markB?: string;
}

/** The right pane. */
export function Verdict({ view, pictures }: { readonly view: ComparisonView; readonly pictures: MarkPictures }) {
  const { verdict, headline, shows, limit, findings } = view;
  return (
    <section class="cmp-verdict" aria-labelledby="cmp-headline">
      <header class="verdict-head">
        <VerdictMark shape={shapeOf(verdict)} size={30} />
        <h2 class="serif" id="cmp-headline">
          {t(headline)}
        </h2>
      </header>
      <p class="quiet">{t(shows)}</p>
      <p class="note">{t(limit)}</p>
      <Scale verdict={verdict} />
      <Geometry view={view} />
      <Mark view={view} pictures={pictures} />
      <Method view={view} />
      {findings.length === 0 ? null : (
        <>
          <h3>{t(T.findings)}</h3>
          <ul class="cmp-findings">
            {findings.map(({ code, level, text, where }) => (
              <li key={`${code}${where?.file}`}>
                <FindingMark kind={level} bare /> <span>{t(text)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <Fingerprints view={view} />
    </section>
  );
}

/** Where the verdict stands among all that could be. */
function Scale({ verdict }: { readonly verdict: PairVerdict }) {
  return (
    <ol class="cmp-steps" aria-label={t(VERDICT.scale)}>
      {[...SCALE, ["cannot-tell", "open"] as const].map(([name, shape]) => (
        <li key={name} class={name === verdict ? "here" : ""} aria-current={name === verdict ? "step" : undefined}>
          <VerdictMark shape={shape} size={14} />
          <span>{t(COMPARE_TEXTS.verdicts[name])}</span>
        </li>
      ))}
    </ol>
  );
}

function Row({
  label,
  measured = true,
  children,
}: {
  readonly label: Text;
  readonly measured?: boolean;
  readonly children: ComponentChildren;
}) {
  return (
    <div>
      <dt>{t(label)}</dt>
      <dd>
        <span>{children}</span>
        {measured ? <GradeBadge grade="M" /> : null}
      </dd>
    </div>
  );
}

function Geometry({ view }: { readonly view: ComparisonView }) {
  const { transform, changes, differences, a, b } = view;
  if (!transform) return null;
  const { kept, cut, scale, scaleError, rotation, rotationError, mirrored, filled, placed, edgeError } = transform;
  const sides = (["left", "top", "right", "bottom"] as const).filter((side) => cut[side] > 0);
  const share = (side: (typeof sides)[number]): string =>
    percent(cut[side] / (side === "left" || side === "right" ? a.width : a.height));
  const listed = sides.map((side) => `${t(T.sides[side])} ${share(side)}`).join(lang.value === "zh" ? "、" : ", ");
  return (
    <dl class="cmp-facts">
      <Row label={T.crop}>
        {`${t(T.kept)} ${percent(kept)}`}
        {sides.length > 0 ? ` · ${t(T.missing)} ${listed}` : ""} <PlusMinus error={edgeError} unit=" px" />
      </Row>
      {filled < 0.985 ? <Row label={T.place}>{`${percent(filled)} · ${placed.map(Math.round).join(", ")}`}</Row> : null}
      <Row label={T.scale}>
        {scale.toFixed(3)} <PlusMinus error={scaleError} />
      </Row>
      <Row label={T.rotation}>
        {rotation.toFixed(2)}° <PlusMinus error={rotationError} unit="°" />
      </Row>
      <Row label={T.mirrored}>{t(mirrored ? T.yes : T.no)}</Row>
      {b.jpeg ? (
        <Row label={T.saved}>
          {`JPEG, ${t(T.quality)} ${b.jpeg.quality}`} <span class="range">{b.jpeg.family}</span>
        </Row>
      ) : null}
      <Row label={T.changes}>
        {changes.map((change) => t(COMPARE_TEXTS.changes[change])).join(lang.value === "zh" ? "、" : ", ") || "–"}
      </Row>
      {differences ? (
        <Row label={T.changed}>
          {differences.determined ? (
            <>
              {percent(differences.changed.value)} <Range of={differences.changed} />
            </>
          ) : (
            t(T.undetermined)
          )}
        </Row>
      ) : null}
    </dl>
  );
}

function PlusMinus({ error, unit = "" }: { readonly error: number | null; readonly unit?: string }) {
  return error === null ? null : <span class="range">{`± ${Number(error.toPrecision(2))}${unit}`}</span>;
}

/** A range of shares. */
export function Range({ of: { low, high } }: { readonly of: { readonly low: number; readonly high: number } }) {
  return <span class="range">{`${(100 * low).toFixed(1)} – ${(100 * high).toFixed(1)} %`}</span>;
}

/** A share in percent, one place. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function Mark({ view: { watermark }, pictures }: { readonly view: ComparisonView; readonly pictures: MarkPictures }) {
  if (!watermark) return null;
  const { state, visible, agreement, elsewhere, pValue, boxes, text, box, says } = watermark;
  const shape =
    state === "present" ? "identical" : state === "cannot-tell" ? "open" : state === "partly" ? "similar" : "different";
  const numbers = [
    `${t(T.visible)} ${(100 * visible).toFixed(0)} %`,
    ...(agreement === null ? [] : [`${t(T.agreement)} ${agreement.toFixed(2)}`]),
    ...(elsewhere === null ? [] : [`${t(T.elsewhere)} ${elsewhere.toFixed(2)} (${boxes})`]),
    ...(pValue === null ? [] : [`p = ${pValue}`]),
  ];
  return (
    <>
      <h3>
        {t(T.mark)} <span class="note">{text || box.map(Math.round).join(", ")}</span>
      </h3>
      <div class="cmp-marks">
        {(["markA", "markB"] as const).map((side) => (
          <figure key={side}>
            {pictures[side] ? (
              <img src={pictures[side]} alt={`${t(T.mark)}, ${side.slice(-1)}`} />
            ) : (
              <i class="nothing" />
            )}
            <figcaption class="note">
              {side.slice(-1)}
              {pictures[side] ? "" : `: ${t(T.outside)}`}
            </figcaption>
          </figure>
        ))}
      </div>
      <p class="cmp-mark-says">
        <VerdictMark shape={shape} size={16} />
        <span>
          <b>{t(says)}</b>
          <br />
          <span class="note">{numbers.join(" · ")}</span>
        </span>
        <GradeBadge grade="M" />
      </p>
    </>
  );
}

/** The card of the method: what it was set on, how often it errs, how often it finds. */
function Method({ view: { measures, calibration } }: { readonly view: ComparisonView }) {
  if (measures.score === undefined) return null;
  const { falsePositives, falsePositiveSources, abstained, found, sources } = calibration;
  const counted = (share: typeof abstained) => (
    <>
      {percent(share.share)} <Range of={share} /> <span class="range">{`${share.hits} / ${share.trials}`}</span>
    </>
  );
  return (
    <>
      <h3>{t(T.control)}</h3>
      <dl class="cmp-facts">
        <Row label={T.score}>
          {measures.score} <span class="range">{`${t(T.threshold)} ${calibration.threshold}`}</span>
        </Row>
        <Row label={T.falsePositives} measured={false}>
          {counted(falsePositives)}
        </Row>
        <Row label={VERDICT.bySource} measured={false}>
          {counted(falsePositiveSources)}
        </Row>
        <Row label={VERDICT.abstained} measured={false}>
          {counted(abstained)}
        </Row>
        <Row label={T.calibration} measured={false}>
          {calibration.id}, {calibration.date}
          <span class="note"> {t(calibration.origin)}</span>
        </Row>
        <Row label={T.method} measured={false}>
          <span class="mono">{calibration.method}</span>
        </Row>
      </dl>
      <details class="cmp-power">
        <summary>{t(T.power)}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{t(T.alteration)}</th>
              <th scope="col">{t(T.found)}</th>
              <th scope="col">n</th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(found).map(([kind, share]) => (
              <tr key={kind}>
                <th scope="row">{t(T.alterations[kind as keyof typeof T.alterations] ?? { en: kind, zh: kind })}</th>
                <td>
                  {percent(share.share)} <Range of={share} />
                </td>
                <td>{`${share.hits} / ${share.trials}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p class="note">
          {t(T.powerNote)} {t(VERDICT.sources, sources)}
        </p>
      </details>
    </>
  );
}

function Fingerprints({ view: { a, b } }: { readonly view: ComparisonView }) {
  return (
    <details class="cmp-prints">
      <summary>{t(T.fingerprints)}</summary>
      {(
        [
          ["A", a],
          ["B", b],
        ] as const
      ).map(([name, { container, bytes, sha256, pixelsSha256, storedSha256, pdq, features }]) => (
        <dl key={name} class="cmp-facts">
          <Row label={{ en: name, zh: name }}>
            {container} <span class="range">{`${bytes} B`}</span>
          </Row>
          <Row label={VERDICT.file}>
            <Hash hex={sha256} />
          </Row>
          <Row label={T.pixels}>
            <Hash hex={pixelsSha256} />
          </Row>
          <Row label={T.stored}>
            <Hash hex={storedSha256} />
          </Row>
          {pdq ? (
            <Row label={VERDICT.pdq}>
              <Hash hex={pdq.hash} /> <span class="range">{`${t(T.quality)} ${pdq.quality}`}</span>
            </Row>
          ) : null}
          {features === undefined ? null : <Row label={T.features}>{features}</Row>}
        </dl>
      ))}
    </details>
  );
}
