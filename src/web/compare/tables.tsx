/** The tables of a comparison: by region, by element, and the parts that differ. */

import type { Text } from "../../base/texts.ts";
import { REGION_BOUNDS, type RegionRow } from "../../compare/pair/named.ts";
import { PAGE_TEXTS as T } from "../../compare/pair/page-texts.ts";
import type { ComparisonView } from "../../compare/pair/view.ts";
import { t } from "../language.ts";
import { TableHead } from "../parts/table-head.tsx";
import { VerdictMark, type VerdictShape } from "../parts/verdict-mark.tsx";
import { SHOWN_PARTS } from "./stage.tsx";
import { percent } from "./verdict.tsx";

const SHAPES: Readonly<Record<string, VerdictShape>> = {
  corresponds: "similar",
  partly: "similar",
  found: "similar",
  differs: "different",
  missing: "different",
  "not-found": "different",
};

/** All tables that have rows. */
export function Tables({ view }: { readonly view: ComparisonView }) {
  const { regions, elements } = view;
  return (
    <div class="cmp-tables">
      {regions.length > 0 ? <Rows head={T.byRegion} note={T.whiskers} first={T.region} rows={regions} /> : null}
      {elements.length > 0 ? <Rows head={T.byElement} note={T.elementNote} first={T.element} rows={elements} /> : null}
      <Parts view={view} />
    </div>
  );
}

type Row = Omit<RegionRow, "state"> & { readonly state: string; readonly says: Text; readonly generic?: boolean };

function Rows({
  head,
  note,
  first,
  rows,
}: {
  readonly head: Text;
  readonly note: Text;
  readonly first: Text;
  readonly rows: readonly Row[];
}) {
  return (
    <section>
      <h2>
        {t(head)} <span class="note">{t(note)}</span>
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must be able to */}
      <div class="cmp-scroll" tabIndex={0} role="region" aria-label={t(head)}>
        <table>
          <TableHead of={[first, T.ofPicture, T.visible, T.structure, T.pointsHead, T.outcome]} />
          <tbody>
            {rows.map((row, i) => (
              <tr key={i}>
                <th scope="row">
                  {row.name} {row.generic ? <span class="tag plain">{t(T.generic)}</span> : null}
                </th>
                <td>{percent(row.area)}</td>
                <td>{`${(100 * row.visible).toFixed(0)} %`}</td>
                <td>
                  <Structure of={row.structure} />
                </td>
                <td>{row.matches.all === 0 ? "–" : `${row.matches.agree} / ${row.matches.all}`}</td>
                <td class="outcome">
                  <VerdictMark shape={SHAPES[row.state] ?? "open"} size={14} /> {t(row.says)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Width of a whisker's scale, screen pixels. */
const WIDE = 132;

/** A value with its range on the scale 0 … 1, the bound dashed; in stone where the range crosses it. */
function Structure({ of: range }: { readonly of: RegionRow["structure"] }) {
  if (!range) return <span class="range">{t(T.none)}</span>;
  const x = (value: number): number => Math.round(4 + WIDE * Math.min(1, Math.max(0, value)));
  const { structure: bound } = REGION_BOUNDS;
  const isOpen = range.low <= bound && range.high >= bound;
  return (
    <span class="cmp-whisker">
      <svg width={WIDE + 8} height="18" aria-hidden="true" class={isOpen ? "open" : ""}>
        <path class="axis" d={`M4 9H${WIDE + 4}`} />
        <path class="bound" d={`M${x(bound)} 2V16`} />
        <path d={`M${x(range.low)} 9H${x(range.high)}M${x(range.low)} 5V13M${x(range.high)} 5V13`} />
        <rect x={x(range.value) - 3} y="5" width="6" height="8" />
      </svg>
      <span>
        {range.value.toFixed(2)} <span class="range">{`${range.low.toFixed(2)} – ${range.high.toFixed(2)}`}</span>
      </span>
    </span>
  );
}

function Parts({ view: { differences } }: { readonly view: ComparisonView }) {
  if (!differences?.determined || differences.regions.length === 0) return null;
  return (
    <section>
      <h2>
        {t(T.differing)} <span class="note">{t(T.differingNote)}</span>
      </h2>
      <table>
        <thead>
          <tr>
            <th scope="col">#</th>
            {[T.kind, T.share, T.boxInB].map((one) => (
              <th key={one.en} scope="col">
                {t(one)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {differences.regions.slice(0, SHOWN_PARTS).map(({ box, says, share }, i) => (
            <tr key={box.join()}>
              <th scope="row">{i + 1}</th>
              <td>{t(says)}</td>
              <td>{percent(share)}</td>
              <td class="mono">{box.join(", ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
