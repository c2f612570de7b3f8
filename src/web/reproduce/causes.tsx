/** The difference as a picture with its words, and the known causes that the file does not exclude. */

import { useState } from "preact/hooks";
import type { Text } from "../../base/texts.ts";
import type { CauseSize } from "../../engine/causes.ts";
import type { ReproductionJob } from "../../server/reproduce/desk.ts";
import { t } from "../language.ts";
import { TableHead } from "../parts/table-head.tsx";
import { imageUrl } from "../studio/state.ts";
import { REPRODUCE } from "./texts.ts";

const EFFECTS: Readonly<Record<CauseSize, Text>> = {
  rounding: REPRODUCE.effectRounding,
  visible: REPRODUCE.effectVisible,
  "other-image": REPRODUCE.effectOther,
};

/** Causes that are shown at once. */
const FIRST = 6;

/** The lower left part. */
export function Causes({ one }: { readonly one: ReproductionJob }) {
  const [all, setAll] = useState(false);
  const { report, pictures } = one;
  if (!report) return null;
  const { measures, causes } = report;
  const shown = all ? causes : causes.slice(0, FIRST);
  return (
    <section class="causes">
      {measures ? (
        <figure class="difference">
          <figcaption>
            <b>{t(REPRODUCE.difference)}</b> <span class="note">{t(REPRODUCE.differenceText)}</span>
          </figcaption>
          {pictures?.difference ? <img src={imageUrl(pictures.difference)} alt="" /> : null}
          <p class="note">
            {measures.changedShare === 0
              ? t(REPRODUCE.differenceNone)
              : t(REPRODUCE.differenceWords, {
                  share: (measures.changedShare * 100).toFixed(1),
                  most: measures.maxDifference,
                })}
          </p>
        </figure>
      ) : null}
      <div class="why">
        <h3>
          {t(REPRODUCE.why)} <span class="note">{t(REPRODUCE.whyText)}</span>
        </h3>
        {causes.length === 0 ? (
          <p class="note">{t(REPRODUCE.whyNone)}</p>
        ) : (
          <table>
            <TableHead of={[REPRODUCE.what, REPRODUCE.effect, REPRODUCE.remedy]} />
            <tbody>
              {shown.map(({ id, about, size, remedy, status, seen, sources }) => (
                <tr key={id}>
                  <th scope="row" title={`${t(seen)}\n${sources.join("\n")}`}>
                    {t(about)}{" "}
                    <span class={`tag ${status === "stated" ? "ochre" : "plain"}`}>{t(REPRODUCE[status])}</span>
                  </th>
                  <td class={size === "other-image" ? "strong" : ""}>{t(EFFECTS[size])}</td>
                  <td>{t(remedy)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {causes.length > FIRST && !all ? (
          <button type="button" class="link" onClick={() => setAll(true)}>
            {t(REPRODUCE.more, { n: causes.length - FIRST })}
          </button>
        ) : null}
      </div>
    </section>
  );
}
