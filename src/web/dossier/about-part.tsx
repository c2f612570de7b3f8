/** The head of a case: title, date, parties as they name themselves, and the questions put. */

import { useState } from "preact/hooks";
import { bilingual, type Said } from "../../doctrine/case.ts";
import { lang, t } from "../language.ts";
import { Icon } from "../parts/icon.tsx";
import { run } from "../toast.ts";
import { changeHead, current, instantOf, localTime } from "./state.ts";
import { DOSSIER } from "./texts.ts";

/** The part. */
export function About() {
  const { case: theCase } = current.value!;
  const { title, date, ref } = theCase;
  const [own, setOwn] = useState({ ref, title: bilingual(title), date: localTime(new Date(date)) });
  const save = (event: Event): void => {
    event.preventDefault();
    const said: Said = own.title.en === own.title.zh ? own.title.en : own.title;
    run(() => changeHead({ ref: own.ref, title: said, date: instantOf(own.date) }));
  };
  return (
    <>
      <h2 id="sheet-title">{t(DOSSIER.about)}</h2>
      <form class="case-fields wide" onSubmit={save}>
        <label>
          <span>{t(DOSSIER.ref)}</span>
          <input
            value={own.ref}
            maxLength={200}
            onInput={({ currentTarget: { value } }) => setOwn({ ...own, ref: value })}
          />
        </label>
        <label>
          <span>{t(DOSSIER.date)}</span>
          <input
            type="datetime-local"
            value={own.date}
            onInput={({ currentTarget: { value } }) => setOwn({ ...own, date: value })}
          />
        </label>
        <label>
          <span>{t(DOSSIER.caseTitle)}</span>
          <input
            value={own.title.en}
            maxLength={500}
            onInput={({ currentTarget: { value } }) => setOwn({ ...own, title: { ...own.title, en: value } })}
          />
        </label>
        <label>
          <span>{t(DOSSIER.caseTitleZh)}</span>
          <input
            lang="zh-CN"
            value={own.title.zh}
            maxLength={500}
            onInput={({ currentTarget: { value } }) => setOwn({ ...own, title: { ...own.title, zh: value } })}
          />
        </label>
        <p class="actions">
          <button type="submit" class="button">
            {t(DOSSIER.save)}
          </button>
        </p>
      </form>
      <Parties />
      <Questions />
    </>
  );
}

function Parties() {
  const { parties } = current.value!.case;
  const [role, setRole] = useState("");
  const [name, setName] = useState("");
  const plain = parties.map(({ role: as, name: called }) => ({ role: as, name: called }));
  const add = (event: Event): void => {
    event.preventDefault();
    if (role.trim() === "" || name.trim() === "") return;
    run(() => changeHead({ parties: [...plain, { role: role.trim(), name: name.trim() }] }));
    setRole("");
    setName("");
  };
  return (
    <section>
      <h3>
        {t(DOSSIER.parties)} <small>{t(DOSSIER.partiesNote)}</small>
      </h3>
      <ul class="lines">
        {parties.map(({ id, role: as, name: called }, i) => (
          <li key={id}>
            <span class="quiet">{as}</span> <b>{called}</b>
            <Away what={called} act={() => changeHead({ parties: plain.filter((_, j) => j !== i) })} />
          </li>
        ))}
      </ul>
      <form class="case-fields in-row" onSubmit={add}>
        <label>
          <span>{t(DOSSIER.role)}</span>
          <input value={role} maxLength={500} onInput={({ currentTarget: { value } }) => setRole(value)} />
        </label>
        <label>
          <span>{t(DOSSIER.name)}</span>
          <input value={name} maxLength={500} onInput={({ currentTarget: { value } }) => setName(value)} />
        </label>
        <button type="submit" class="button">
          {t(DOSSIER.add)}
        </button>
      </form>
    </section>
  );
}

function Questions() {
  const { questions } = current.value!.case;
  const [text, setText] = useState("");
  const plain = questions.map(({ text: said, facts }) => ({ text: said, ...(facts && { facts }) }));
  const add = (event: Event): void => {
    event.preventDefault();
    if (text.trim() === "") return;
    run(() => changeHead({ questions: [...plain, { text: text.trim() }] }));
    setText("");
  };
  return (
    <section>
      <h3>
        {t(DOSSIER.questions)} <small>{t(DOSSIER.questionsNote)}</small>
      </h3>
      <ol class="lines">
        {questions.map(({ id, text: said }, i) => (
          <li key={id}>
            <span class="quiet">{id}</span> <span>{bilingual(said)[lang.value]}</span>
            <Away what={id} act={() => changeHead({ questions: plain.filter((_, j) => j !== i) })} />
          </li>
        ))}
      </ol>
      <form class="case-fields in-row" onSubmit={add}>
        <label class="long">
          <span>{t(DOSSIER.question)}</span>
          <input value={text} maxLength={2000} onInput={({ currentTarget: { value } }) => setText(value)} />
        </label>
        <button type="submit" class="button">
          {t(DOSSIER.add)}
        </button>
      </form>
    </section>
  );
}

/** A quiet cross that takes something away. */
export function Away({ what, act }: { readonly what: string; readonly act: () => Promise<unknown> }) {
  const words = t(DOSSIER.removeOf, { what });
  return (
    <button type="button" class="icon-button" aria-label={words} title={words} onClick={() => run(act)}>
      <Icon name="close" />
    </button>
  );
}
