/** The facets: what an image can be chosen by, with how many each choice would leave. */

import { useState } from "preact/hooks";
import type { Grade } from "../../base/grades.ts";
import type { FacetName } from "../../node/library/search.ts";
import { grouped, t } from "../language.ts";
import { GradeBadge } from "../parts/badges.tsx";
import { found, look, unfolded, wish } from "./state.ts";
import { FACET_NAMES, LIBRARY } from "./texts.ts";
import { SHOWN_FACETS, toggled } from "./wish.ts";
import { spokenValue, valueWords } from "./words.ts";

/** All facets that have a value. */
export function Facets() {
  return (
    <>
      {SHOWN_FACETS.map((name) => (
        <Facet key={name} name={name} />
      ))}
      <Months />
    </>
  );
}

function Facet({ name }: { readonly name: FacetName }) {
  const facet = found.value?.facets[name];
  const chosen = wish.value.facets[name] ?? [];
  const listed = facet?.values ?? [];
  // What was chosen stays in sight, with nothing left of it too.
  const lost = chosen.filter((value) => !listed.some((one) => one.value === value));
  const values = [...listed, ...lost.map((value) => ({ value, count: 0 }))];
  // A seed that only one image has is no choice.
  const shown = name === "seed" ? values.filter(({ value, count }) => count > 1 || chosen.includes(value)) : values;
  if (!facet || shown.length === 0) return null;
  const most = Math.max(1, ...shown.map(({ count }) => count));
  const isUnfolded = unfolded.value.includes(name);
  return (
    <fieldset class="facet">
      <legend>
        {t(FACET_NAMES[name])} {facet.distinct > 8 ? <span class="note">{grouped(facet.distinct)}</span> : null}
      </legend>
      <ul class={isUnfolded ? "unfolded" : ""}>
        {shown.map(({ value, count }) => (
          <li key={value}>
            <label title={valueWords(name, value)}>
              <input
                type="checkbox"
                checked={chosen.includes(value)}
                onChange={() => look(toggled(wish.value, name, value))}
              />
              {name === "grade" ? <GradeBadge grade={value as Grade} /> : null}
              <span class="what" aria-hidden={name === "mark"}>
                {valueWords(name, value)}
              </span>
              {name === "mark" ? <span class="visually-hidden">{spokenValue(name, value)}</span> : null}
              <span class="many">{grouped(count)}</span>
            </label>
            <i style={{ width: `${(100 * count) / most}%` }} />
          </li>
        ))}
      </ul>
      {facet.distinct > 8 && name !== "seed" ? (
        <button
          type="button"
          class="more"
          onClick={() => {
            unfolded.value = isUnfolded ? unfolded.value.filter((one) => one !== name) : [...unfolded.value, name];
          }}
        >
          {isUnfolded ? t(LIBRARY.fewer) : t(LIBRARY.more, { n: grouped(facet.distinct) })}
        </button>
      ) : null}
    </fieldset>
  );
}

/** Months from the first to the last, those without images too; of a long time only the last ones. */
function monthsBetween(first: string, last: string): string[] {
  const all: string[] = [];
  let [year, month] = first.split("-").map(Number) as [number, number];
  while (all.length < MAX_MONTHS && `${year}-${String(month).padStart(2, "0")}` <= last) {
    all.push(`${year}-${String(month).padStart(2, "0")}`);
    month++;
    if (month > 12) [year, month] = [year + 1, 1];
  }
  return all;
}

/** A century: what a clock set to nonsense may ask for. */
const MAX_MONTHS = 1_200;
/** Bars that are drawn. */
const BARS = 36;

function Months() {
  const [held, setHold] = useState<string>();
  const counts = found.value?.months ?? [];
  const [first, last] = [counts[0]?.month, counts.at(-1)?.month];
  if (first === undefined || last === undefined) return null;
  const { from, to } = wish.value;
  const by = new Map(counts.map(({ month, count }) => [month, count]));
  const bars = monthsBetween(first, last).slice(-BARS);
  const most = Math.max(1, ...bars.map((month) => by.get(month) ?? 0));
  const choose = (a: string | undefined, b: string | undefined): void => {
    const { from: _from, to: _to, ...rest } = wish.value;
    const [low, high] = a !== undefined && b !== undefined && b < a ? [b, a] : [a, b];
    look({ ...rest, ...(low !== undefined && { from: low }), ...(high !== undefined && { to: high }) });
  };
  const isIn = (month: string): boolean => (from === undefined || month >= from) && (to === undefined || month <= to);
  const options = [...new Set([...bars, ...(from ? [from] : []), ...(to ? [to] : [])])].sort();
  return (
    <fieldset class="facet months">
      <legend>{t(LIBRARY.firstSeen)}</legend>
      <div
        class="bars"
        aria-hidden="true"
        onPointerUp={() => setHold(undefined)}
        onPointerLeave={() => setHold(undefined)}
      >
        {bars.map((month) => (
          <span
            key={month}
            class={isIn(month) ? "in" : ""}
            title={`${month}: ${grouped(by.get(month) ?? 0)}`}
            onPointerDown={() => {
              setHold(month);
              if (from === month && to === month) choose(undefined, undefined);
              else choose(month, month);
            }}
            onPointerEnter={() => held !== undefined && choose(held, month)}
          >
            <i style={{ height: `${Math.max(by.has(month) ? 4 : 1, (36 * (by.get(month) ?? 0)) / most)}px` }} />
          </span>
        ))}
      </div>
      <div class="ends">
        {(["from", "to"] as const).map((end) => (
          <label key={end}>
            <span class="visually-hidden">{t(LIBRARY[end])}</span>
            <select
              value={wish.value[end] ?? ""}
              onChange={(event) => {
                const month = event.currentTarget.value || undefined;
                if (end === "from") choose(month, to);
                else choose(from, month);
              }}
            >
              <option value="">{end === "from" ? bars[0] : bars.at(-1)}</option>
              {options.map((month) => (
                <option key={month} value={month}>
                  {month}
                </option>
              ))}
            </select>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
