/** Values of rules as shapes with their words, grounds with their grades, and changes as one grade that becomes another. */

import type { Change, ChangeSet } from "../../doctrine/change.ts";
import type { Reason } from "../../doctrine/evaluate.ts";
import { changeText, factName, factValueText, groundsOf, isPresumed } from "../../doctrine/explain.ts";
import { VALUE_TEXTS, type Value } from "../../doctrine/value.ts";
import { t } from "../language.ts";
import { GradeBadge } from "../parts/badges.tsx";
import { VerdictMark, type VerdictShape } from "../parts/verdict-mark.tsx";
import { DOSSIER } from "./texts.ts";

const SHAPES: Readonly<Record<Value, VerdictShape>> = {
  satisfied: "identical",
  undetermined: "open",
  "not satisfied": "different",
};

/** ● satisfied, ◌ undetermined, ○ not satisfied. */
export function ValueMark({ value, large = false }: { readonly value: Value; readonly large?: boolean }) {
  return (
    <span class={`value-mark ${large ? "large serif " : ""}${value.replace(" ", "-")}`}>
      <VerdictMark shape={SHAPES[value]} size={large ? 17 : 12} /> {t(VALUE_TEXTS[value])}
    </span>
  );
}

/** What a value rests on, each fact once. */
export function Grounds({ reason }: { readonly reason: Reason }) {
  const all = groundsOf(reason);
  const once = [...new Map(all.map((ground) => [JSON.stringify([ground.fact, ground.state]), ground])).values()];
  if (once.length === 0)
    return <span class="ground">{t(isPresumed(reason) ? DOSSIER.presumed : DOSSIER.nothing)}</span>;
  return (
    <>
      {isPresumed(reason) ? <span class="ground">{t(DOSSIER.presumed)}</span> : null}
      {once.slice(0, MOST).map(({ fact, state, conflict }) => (
        <span key={JSON.stringify(fact)} class="ground">
          {t(factName(fact.key))}: {t(factValueText(fact))} <GradeBadge grade={fact.grade} />
          {state === "refused" ? <i> {t(DOSSIER.refused)}</i> : conflict ? <i> {t(DOSSIER.conflict)}</i> : null}
        </span>
      ))}
      {once.length > MOST ? <span class="ground">{t(DOSSIER.more, { n: once.length - MOST })}</span> : null}
    </>
  );
}

/** Grounds that are shown of one element. */
const MOST = 5;

/** A smallest set of changes, and what comes of it. */
export function ChangeSetView({ set }: { readonly set: ChangeSet }) {
  return (
    <div class="change">
      {set.changes.map((change) => (
        <p key={JSON.stringify(change)}>
          <Step change={change} /> <span>{t(changeText(change))}</span>
        </p>
      ))}
      <p class="note">
        {t(DOSSIER.thenCome, { evidence: t(VALUE_TEXTS[set.evidence]), burden: t(VALUE_TEXTS[set.burden]) })}
      </p>
    </div>
  );
}

/** From one grade to another; from nothing where nothing is known. */
function Step({ change: { from, accept } }: { readonly change: Change }) {
  const to = accept[0];
  if (!to) return null;
  return (
    <span class="step">
      <GradeBadge grade={from ?? "U"} /> <span aria-hidden="true">→</span> <GradeBadge grade={to} />
    </span>
  );
}
