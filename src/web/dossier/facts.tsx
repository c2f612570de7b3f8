/** The facts of a case with their grades, what people say, and what nobody has answered yet. */

import { useState } from "preact/hooks";
import type { FactValue } from "../../doctrine/fact.ts";
import { WORD_TEXTS } from "../../doctrine/vocabulary.ts";
import { faultWords } from "../faults.ts";
import { t } from "../language.ts";
import { GradeBadge } from "../parts/badges.tsx";
import { Hash } from "../parts/hash.tsx";
import { Icon } from "../parts/icon.tsx";
import { TableHead } from "../parts/table-head.tsx";
import { run } from "../toast.ts";
import { Away } from "./about-part.tsx";
import { Examine } from "./examine.tsx";
import { changed, current, doctrine, measure, measureError, type ShownFact, sayFact } from "./state.ts";
import { DOSSIER } from "./texts.ts";

/** The part. */
export function Facts() {
  const { facts } = current.value!;
  return (
    <>
      <h2 id="sheet-title">{t(DOSSIER.facts)}</h2>
      <p class="lead">{t(DOSSIER.factsNote)}</p>
      <Measured />
      {facts.length === 0 ? (
        <p>{t(DOSSIER.noFacts)}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must be able to
        <div class="scroll" tabIndex={0} role="region" aria-label={t(DOSSIER.facts)}>
          <table class="facts-table">
            <thead>
              <tr>
                {[DOSSIER.fact, DOSSIER.value, DOSSIER.method, DOSSIER.exhibit].map((head) => (
                  <th key={head.en} scope="col">
                    {t(head)}
                  </th>
                ))}
                <th scope="col">
                  <span class="visually-hidden">{t(DOSSIER.takeBack)}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {facts.map((fact, i) => (
                <Row key={`${fact.key}${fact.by ?? ""}${i}`} fact={fact} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Examine />
      <Say />
    </>
  );
}

/** When the exhibits were measured, and measuring them again. */
function Measured() {
  const { measuring, measured, measuredAt } = current.value!;
  return (
    <p class="measured" role="status">
      {measuring ? (
        <>
          <progress aria-label={t(DOSSIER.measuring)} /> {t(DOSSIER.measuring)}
        </>
      ) : (
        <>
          <span>
            {measured && measuredAt
              ? t(DOSSIER.measuredAt, { time: measuredAt.slice(0, 19).replace("T", " ") })
              : t(DOSSIER.notMeasured)}
          </span>{" "}
          <button type="button" class="button" onClick={() => run(measure)}>
            <Icon name="again" /> {t(DOSSIER.measureAgain)}
          </button>
        </>
      )}
      {measureError.value ? <b>{`${t(DOSSIER.measureFailed)} ${faultWords(measureError.value)}`}</b> : null}
    </p>
  );
}

function Row({ fact }: { readonly fact: ShownFact }) {
  const { key, name, text, grade, method, by, exhibit, said, detail } = fact;
  const isHash = /^[0-9a-f]{64}$/.test(text.en);
  return (
    <tr>
      <th scope="row">
        <GradeBadge grade={grade} /> {t(name)} <span class="mono key">{key}</span>
      </th>
      <td title={detail ? t(detail) : undefined}>{isHash ? <Hash hex={text.en} /> : shortened(t(text))}</td>
      <td class="note">{method ?? by ?? ""}</td>
      <td>{exhibit ?? ""}</td>
      <td>
        {said === undefined ? null : (
          <Away what={t(name)} act={() => changed(`/facts/${said}`, { method: "DELETE" })} />
        )}
      </td>
    </tr>
  );
}

/** Hashes and lists are long; the dossier has them whole. */
function shortened(text: string): string {
  return text.length > 120 ? `${text.slice(0, 118)}…` : text;
}

/** A form for one claim. */
function Say({ preset }: { readonly preset?: string }) {
  const known = doctrine.value?.facts ?? [];
  const [key, setKey] = useState(preset ?? "author.natural_or_legal_person");
  const [value, setValue] = useState("");
  const [by, setBy] = useState("");
  const [exhibit, setExhibit] = useState("");
  const definition = known.find((one) => one.key === key);
  const { exhibits } = current.value!.case;
  const enter = (event: Event): void => {
    event.preventDefault();
    if (!definition || value.trim() === "" || by.trim() === "") return;
    run(() => sayFact(key, factValueOf(definition.type, value), by.trim(), exhibit || undefined));
    setValue("");
  };
  return (
    <form class="case-fields wide" onSubmit={enter}>
      <h3>{t(DOSSIER.sayFact)}</h3>
      <p class="note span">{t(DOSSIER.sayNote)}</p>
      <label>
        <span>{t(DOSSIER.fact)}</span>
        <select
          value={key}
          onChange={(event) => {
            setKey(event.currentTarget.value);
            setValue("");
          }}
        >
          {known.map((one) => (
            <option key={one.key} value={one.key}>
              {t(one.name)}
            </option>
          ))}
        </select>
      </label>
      <label htmlFor="claimed-value">
        <span>{t(DOSSIER.value)}</span>
        <ValueInput definition={definition} value={value} onValue={setValue} />
      </label>
      <label>
        <span>{t(DOSSIER.by)}</span>
        <input value={by} maxLength={500} onInput={({ currentTarget }) => setBy(currentTarget.value)} />
      </label>
      <label>
        <span>{t(DOSSIER.exhibit)}</span>
        <select value={exhibit} onChange={({ currentTarget }) => setExhibit(currentTarget.value)}>
          <option value="">{t(DOSSIER.noExhibit)}</option>
          {exhibits.map(({ id, name }) => (
            <option key={id} value={id}>
              {id} {name}
            </option>
          ))}
        </select>
      </label>
      <p class="actions">
        <button type="submit" class="button">
          {t(DOSSIER.enter)}
        </button>
      </p>
    </form>
  );
}

type Definition = { readonly type: string; readonly values?: readonly string[] };

function ValueInput(props: {
  readonly definition: Definition | undefined;
  readonly value: string;
  readonly onValue: (value: string) => void;
}) {
  const { definition, value, onValue } = props;
  const words =
    definition?.type === "yesno"
      ? [
          ["true", t(DOSSIER.yes)],
          ["false", t(DOSSIER.no)],
        ]
      : definition?.type === "choice"
        ? (definition.values ?? []).map((word) => [word, WORD_TEXTS[word] ? t(WORD_TEXTS[word]) : word])
        : undefined;
  if (words) {
    return (
      <select id="claimed-value" value={value} onChange={({ currentTarget }) => onValue(currentTarget.value)}>
        <option value="" />
        {words.map(([word, shown]) => (
          <option key={word} value={word}>
            {shown}
          </option>
        ))}
      </select>
    );
  }
  const isNumber = ["count", "number", "share"].includes(definition?.type ?? "");
  return (
    <input
      id="claimed-value"
      {...(isNumber && { type: "number", step: "any" })}
      value={value}
      maxLength={2000}
      placeholder={definition?.type === "list" ? t(DOSSIER.listHint) : ""}
      onInput={({ currentTarget }) => onValue(currentTarget.value)}
    />
  );
}

function factValueOf(type: string, text: string): FactValue {
  if (type === "yesno") return text === "true";
  if (type === "count" || type === "number" || type === "share") return Number(text);
  if (type === "list") return text.split(/[,，、]/).flatMap((word) => word.trim() || []);
  return text.trim();
}

/** The part: facts of grade U, and what would settle each. */
export function Unknown() {
  const { unknown } = current.value!;
  const short = new Map((doctrine.value?.rules ?? []).map(({ id, short: words }) => [id, words]));
  return (
    <>
      <h2 id="sheet-title">{t(DOSSIER.unknown)}</h2>
      <p class="lead">{t(DOSSIER.unknownNote)}</p>
      {unknown.length === 0 ? (
        <p>{t(DOSSIER.nothingUnknown)}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must be able to
        <div class="scroll" tabIndex={0} role="region" aria-label={t(DOSSIER.unknown)}>
          <table>
            <TableHead of={[DOSSIER.fact, DOSSIER.settle, DOSSIER.askedBy]} />
            <tbody>
              {unknown.map(({ key, name, sourceText, rules }) => (
                <tr key={key}>
                  <th scope="row">
                    <GradeBadge grade="U" /> {t(name)}
                  </th>
                  <td>{t(sourceText)}</td>
                  <td class="note">
                    {rules
                      .slice(0, 3)
                      .map((id) => (short.has(id) ? t(short.get(id)!) : id))
                      .join(" · ")}
                    {rules.length > 3 ? ` · ${t(DOSSIER.more, { n: rules.length - 3 })}` : ""}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
