/** The example's record as a table: each entry with its time, how it came in, and its grade; and the choice to keep the last image. */

import { useState } from "preact/hooks";
import type { BoundedEvent } from "../../process/proof-grade.ts";
import { t } from "../language.ts";
import { FindingMark, GradeBadge } from "../parts/badges.tsx";
import { Hash, shortHash } from "../parts/hash.tsx";
import { Icon } from "../parts/icon.tsx";
import { TableHead } from "../parts/table-head.tsx";
import { RECORD } from "../record/texts.ts";
import { CAPTURE_ICONS } from "../record/timeline.tsx";
import { keepLast, type TourRecord, tour } from "./state.ts";
import { TOUR } from "./texts.ts";

/** The table, and the head of the ledger. */
export function Entries() {
  const record = tour.value?.record;
  if (!record) return null;
  return (
    <div class="tour-record">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must be able to */}
      <div class="scroll" tabIndex={0} role="region" aria-label={t(TOUR.entries)}>
        <table>
          <TableHead of={[TOUR.entry, TOUR.time, TOUR.what, TOUR.capture, TOUR.grade]} />
          <tbody>
            {record.events.map((one) => (
              <tr key={one.index}>
                <td class="number">{one.index}</td>
                <td class="number">{clockOf(one.event.at.wall)}</td>
                <td>{wordsOf(one)}</td>
                <td class="how">
                  <Icon name={CAPTURE_ICONS[one.event.capture]} /> {t(RECORD[one.event.capture])}
                </td>
                <td>
                  <GradeBadge grade={one.grade} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Head record={record} />
    </div>
  );
}

function Head({ record: { ok, head } }: { readonly record: TourRecord }) {
  return (
    <aside class="tour-head">
      <h3>{t(TOUR.head)}</h3>
      <Hash hex={head.root} />
      <p class="checked">
        <FindingMark kind={ok ? "holds" : "fails"} bare />
        <span>{ok ? t(TOUR.verified, { n: head.size }) : t(TOUR.notVerified)}</span>
      </p>
      {tour.value?.notes?.kept === undefined ? <Keep /> : <p class="quiet">{t(TOUR.kept)}</p>}
    </aside>
  );
}

/** A choice of the reader's own, with its reason. */
function Keep() {
  const [why, setWhy] = useState("");
  return (
    <form
      class="tour-keep"
      onSubmit={(event) => {
        event.preventDefault();
        void keepLast(why);
      }}
    >
      <label class="field">
        <span>{t(TOUR.keepLabel)}</span>
        <input maxLength={2_000} value={why} onInput={(event) => setWhy(event.currentTarget.value)} />
      </label>
      <button type="submit" class="button">
        <Icon name="check" /> {t(TOUR.keep)}
      </button>
    </form>
  );
}

/** Seconds matter here: the whole example is two minutes long. */
export function clockOf(time: string): string {
  return new Date(time).toLocaleTimeString("en-GB");
}

function wordsOf({ event }: BoundedEvent): string {
  switch (event.type) {
    case "generation.requested":
      return t(TOUR.requested, {
        words: event.data.recipe.prompt.positive ?? "",
        seed: event.data.recipe.seed ?? "",
      });
    case "generation.completed":
      return t(TOUR.completed, { hash: shortHash(event.data.images[0]?.sha256 ?? "") });
    case "generation.failed":
      return t(TOUR.failed, { why: event.data.why });
    case "image.kept":
      return event.data.why === undefined ? t(TOUR.chosen) : `${t(TOUR.chosen)}: “${event.data.why}”`;
    default:
      return t(TOUR.opened);
  }
}
