/** A case under one rule after the other: each element with its two columns, and what would change the outcome. */

import { useState } from "preact/hooks";
import type { Assessed } from "../../doctrine/comparison.ts";
import { t } from "../language.ts";
import { ElementsTable } from "./elements-table.tsx";
import { assessment } from "./state.ts";
import { DOSSIER } from "./texts.ts";
import { ChangeSetView, ValueMark } from "./value.tsx";

/** The part. */
export function Elements() {
  const [chosen, setChosen] = useState(0);
  const found = assessment.value;
  if (found === undefined || found === "working") return <Assessing title={DOSSIER.elements} />;
  const one = found.rules[Math.min(chosen, found.rules.length - 1)];
  return (
    <>
      <h2 id="sheet-title">{t(DOSSIER.elements)}</h2>
      <p class="lead">{t(DOSSIER.threeLead)}</p>
      <label class="rule-choice">
        <span>{t(DOSSIER.rule)}</span>
        <select value={chosen} onChange={({ currentTarget }) => setChosen(Number(currentTarget.value))}>
          {found.rules.map(({ rule }, i) => (
            <option key={rule.id} value={i}>
              {t(rule.title)}
            </option>
          ))}
        </select>
      </label>
      {one ? <RuleTable one={one} /> : null}
      <p class="note">{t(DOSSIER.legal)}</p>
    </>
  );
}

/** What stands while the assessment is not there yet. */
export function Assessing({ title }: { readonly title: { readonly en: string; readonly zh: string } }) {
  return (
    <>
      <h2 id="sheet-title">{t(title)}</h2>
      <p role="status">{assessment.value === "working" ? t(DOSSIER.assessing) : t(DOSSIER.noFacts)}</p>
    </>
  );
}

function RuleTable({ one }: { readonly one: Assessed }) {
  const { rule, elements, questions, changes, lacking } = one;
  const sets = changes.sets.length > 0 ? changes.sets.slice(0, 3) : changes.larger ? [changes.larger] : [];
  return (
    <section class="rule" aria-labelledby={`rule-${rule.id}`}>
      <h3 id={`rule-${rule.id}`}>{t(rule.title)}</h3>
      <p class="note">
        {t(rule.level)} · {t(DOSSIER.asOf, { date: rule.asOf })} · <span class="mono">{rule.id}</span>
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must be able to */}
      <div class="scroll" tabIndex={0} role="region" aria-label={t(DOSSIER.elements)}>
        <ElementsTable elements={elements} lacking={lacking} />
      </div>
      {questions.map(({ id, question, evidence, burden }) => (
        <div key={id} class="outcome">
          <p>
            <b>{t(question)}</b>
          </p>
          <p>
            <span class="note">{t(DOSSIER.evidence)}</span> <ValueMark value={evidence.value} large />{" "}
            <span>{t(evidence.text)}</span>
          </p>
          <p>
            <span class="note">{t(DOSSIER.burden)}</span> <ValueMark value={burden.value} large />{" "}
            <span>{t(burden.text)}</span>
          </p>
        </div>
      ))}
      <div class="change-box">
        <h4>{t(DOSSIER.change)}</h4>
        {sets.length === 0 ? (
          <p>{t(DOSSIER.noChange)}</p>
        ) : (
          sets.map((set) => <ChangeSetView key={JSON.stringify(set.changes)} set={set} />)
        )}
      </div>
      <details>
        <summary>{t(DOSSIER.sources)}</summary>
        <ul class="sources">
          {Object.entries(rule.citations).map(([name, { source, url, pin, checked }]) => (
            <li key={name}>
              {t(source)} {pin ?? ""} {url ? <span class="mono">{url}</span> : null} <span class="note">{checked}</span>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}
