/** Same image, same facts, three rules: the court of 2023, the same court in 2025, the critic, and the one change that flips each. */

import type { Assessed } from "../../doctrine/comparison.ts";
import { factName, factValueText } from "../../doctrine/explain.ts";
import type { Fact } from "../../doctrine/fact.ts";
import { t } from "../language.ts";
import { GradeBadge } from "../parts/badges.tsx";
import { Assessing } from "./elements.tsx";
import { ElementsTable } from "./elements-table.tsx";
import { assessment, current } from "./state.ts";
import { DOSSIER } from "./texts.ts";
import { ChangeSetView, ValueMark } from "./value.tsx";

/** Facts that are shown above the three. */
const SHOWN = 12;

/** The part. */
export function Three() {
  const found = assessment.value;
  if (found === undefined || found === "working") return <Assessing title={DOSSIER.three} />;
  const three = found.three.flatMap((id) => found.rules.filter(({ rule }) => rule.id === id));
  if (three.length < 2) {
    return (
      <>
        <h2 id="sheet-title">{t(DOSSIER.three)}</h2>
        <p>{t(DOSSIER.threeNone)}</p>
      </>
    );
  }
  return (
    <>
      <h2 id="sheet-title">{t(DOSSIER.three)}</h2>
      <p class="lead">{t(DOSSIER.threeLead)}</p>
      <Strip three={three} />
      <div class="three">
        {three.map((one) => (
          <Column key={one.rule.id} one={one} />
        ))}
      </div>
      <p class="note foot">{t(DOSSIER.legal)}</p>
    </>
  );
}

/** The image in question and the facts that the three use. */
function Strip({ three }: { readonly three: readonly Assessed[] }) {
  const { case: theCase, id } = current.value!;
  const image = theCase.exhibits.find(({ role }) => role === "image");
  const once = new Map<string, Fact>();
  for (const fact of three.flatMap(({ facts }) => facts))
    once.set(`${fact.key}${fact.grade}${String(fact.value)}`, fact);
  const facts = [...once.values()].slice(0, SHOWN);
  return (
    <div class="facts-strip">
      {image ? <img src={`/api/v1/cases/${id}/exhibits/${image.id}/picture`} alt={image.name} /> : null}
      <ul>
        {facts.map((fact) => (
          <li key={`${fact.key}${fact.grade}${String(fact.value)}`}>
            <span>
              {t(factName(fact.key))}: {t(factValueText(fact))}
            </span>
            <GradeBadge grade={fact.grade} />
          </li>
        ))}
        {facts.length === 0 ? <li>{t(DOSSIER.noFacts)}</li> : null}
      </ul>
    </div>
  );
}

function Column({ one: { rule, elements, questions, changes } }: { readonly one: Assessed }) {
  const set = changes.sets[0] ?? changes.larger;
  const [first] = questions;
  return (
    <section aria-labelledby={`three-${rule.id}`}>
      <h3 id={`three-${rule.id}`}>{t(rule.short)}</h3>
      <p class="note">{t(rule.level)}</p>
      <ElementsTable elements={elements} />
      {first ? (
        <div class="both">
          <p>
            <span class="note">{t(DOSSIER.evidence)}</span>
            <ValueMark value={first.evidence.value} large />
          </p>
          <p>
            <span class="note">{t(DOSSIER.burden)}</span>
            <ValueMark value={first.burden.value} large />
          </p>
        </div>
      ) : null}
      <div class="change-box">
        <h4>{t(DOSSIER.change)}</h4>
        {set ? <ChangeSetView set={set} /> : <p>{t(DOSSIER.noChange)}</p>}
      </div>
    </section>
  );
}
