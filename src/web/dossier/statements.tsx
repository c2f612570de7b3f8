/** Statements in people's own words. */

import { useState } from "preact/hooks";
import { bilingual } from "../../doctrine/case.ts";
import { lang, t } from "../language.ts";
import { GradeBadge } from "../parts/badges.tsx";
import { run } from "../toast.ts";
import { Away } from "./about-part.tsx";
import { changed, current } from "./state.ts";
import { DOSSIER } from "./texts.ts";

/** The part. */
export function Statements() {
  const { declarations } = current.value!.case;
  const [by, setBy] = useState("");
  const [text, setText] = useState("");
  const enter = (event: Event): void => {
    event.preventDefault();
    if (by.trim() === "" || text.trim() === "") return;
    run(() => changed("/declarations", { json: { by: by.trim(), text: text.trim() } }));
    setText("");
  };
  return (
    <>
      <h2 id="sheet-title">{t(DOSSIER.statements)}</h2>
      <p class="lead">{t(DOSSIER.statementsNote)}</p>
      {declarations.length === 0 ? <p>{t(DOSSIER.noStatements)}</p> : null}
      <ul class="statements">
        {declarations.map((one, i) => (
          <li key={one.at}>
            <blockquote>{bilingual(one.text)[lang.value]}</blockquote>
            <p class="note">
              <GradeBadge grade="C" /> {one.by}, {one.at.slice(0, 16).replace("T", " ")} UTC
            </p>
            <Away what={one.by} act={() => changed(`/declarations/${i}`, { method: "DELETE" })} />
          </li>
        ))}
      </ul>
      <form class="case-fields" onSubmit={enter}>
        <label>
          <span>{t(DOSSIER.by)}</span>
          <input value={by} maxLength={500} onInput={({ currentTarget: { value } }) => setBy(value)} />
        </label>
        <label>
          <span>{t(DOSSIER.words)}</span>
          <textarea
            rows={4}
            value={text}
            maxLength={20_000}
            onInput={({ currentTarget: { value } }) => setText(value)}
          />
        </label>
        <p class="actions">
          <button type="submit" class="button">
            {t(DOSSIER.enter)}
          </button>
        </p>
      </form>
    </>
  );
}
