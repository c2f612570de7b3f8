/** The exhibits of a case with hash, origin and state; taking more in by drop, from the workspace, or its record. */

import { useEffect, useState } from "preact/hooks";
import { bilingual, EXHIBIT_ROLES, type Exhibit } from "../../doctrine/case.ts";
import { Picker } from "../compare/picker.tsx";
import { grouped, lang, t } from "../language.ts";
import { FindingMark } from "../parts/badges.tsx";
import { Hash } from "../parts/hash.tsx";
import { Icon } from "../parts/icon.tsx";
import { pickFiles } from "../parts/pick-files.ts";
import { takesFiles } from "../read/open.ts";
import { status } from "../server.ts";
import { run, say } from "../toast.ts";
import { Away } from "./about-part.tsx";
import {
  addFile,
  adding,
  addSource,
  current,
  type ExhibitWish,
  eraseExhibit,
  instantOf,
  lastStep,
  localTime,
  removeExhibit,
  restoreExhibit,
  undo,
} from "./state.ts";
import { DOSSIER, ROLES } from "./texts.ts";

/** The part. */
export function Exhibits() {
  const { case: theCase, findings = [] } = current.value!;
  useEffect(() => {
    addEventListener("keydown", undoByKeys);
    return () => removeEventListener("keydown", undoByKeys);
  }, []);
  return (
    <>
      <h2 id="sheet-title">{t(DOSSIER.exhibits)}</h2>
      <p class="lead">{t(DOSSIER.exhibitsNote)}</p>
      <ul class="exhibit-list">
        {theCase.exhibits.map((exhibit) => (
          <One
            key={exhibit.id}
            exhibit={exhibit}
            isBroken={findings.some(({ level, where }) => level === "fails" && where?.file === exhibit.file)}
          />
        ))}
      </ul>
      <Undo />
      <TakenOut />
      <Add />
    </>
  );
}

/** Ctrl+Z or ⌘Z, where no field has its own. */
function undoByKeys(event: KeyboardEvent): void {
  const isField = event.target instanceof Element && event.target.closest("input, textarea, select") !== null;
  if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey || isField) return;
  event.preventDefault();
  run(undo);
}

/** What was done last, and taking it back. */
function Undo() {
  const step = lastStep.value;
  const isOwn = step?.of === current.value!.id;
  return (
    <p class="undo" role="status">
      {step && isOwn ? (
        <>
          {t(step.done === "added" ? DOSSIER.wasAdded : DOSSIER.wasRemoved, {
            what: step.exhibits.map(({ id, name }) => `${id} ${name}`).join(lang.value === "zh" ? "、" : ", "),
          })}{" "}
          <button type="button" class="button" onClick={() => run(undo)}>
            <Icon name="again" /> {t(DOSSIER.undo)} <kbd>Ctrl Z</kbd>
          </button>
        </>
      ) : null}
    </p>
  );
}

/** Exhibits that were taken out: put back as they were, or erased. */
function TakenOut() {
  const { removed } = current.value!;
  if (removed.length === 0) return null;
  return (
    <details class="taken-out">
      <summary>{t(DOSSIER.takenOut, { n: removed.length })}</summary>
      <p class="note">{t(DOSSIER.takenOutNote)}</p>
      <ul class="lines">
        {removed.map((exhibit) => {
          const { id, name, role, removedAt } = exhibit;
          return (
            <li key={id}>
              <span class="exhibit-id">{id}</span>
              <span>
                <span class="exhibit-name">{name}</span>{" "}
                <span class="note">
                  {t(ROLES[role])}, {removedAt.slice(0, 16).replace("T", " ")} UTC
                </span>
              </span>
              <span class="actions">
                <button type="button" class="button" onClick={() => run(() => restoreExhibit(exhibit))}>
                  {t(DOSSIER.putBack)}
                  <span class="visually-hidden"> {id}</span>
                </button>
                <button type="button" class="button" onClick={() => run(() => eraseExhibit(exhibit))}>
                  {t(DOSSIER.erase)}
                  <span class="visually-hidden"> {id}</span>
                </button>
              </span>
            </li>
          );
        })}
      </ul>
    </details>
  );
}

/** Roles that are pictures. */
const PICTURES: ReadonlySet<string> = new Set(["image", "copy", "base", "final"]);

function One({ exhibit, isBroken }: { readonly exhibit: Exhibit; readonly isBroken: boolean }) {
  const { id, role, name, bytes, sha256, receivedFrom, receivedAt, made, note } = exhibit;
  return (
    <li>
      <span class="serif exhibit-id">{id}</span>
      {PICTURES.has(role) ? (
        <img src={`/api/v1/cases/${current.value!.id}/exhibits/${id}/picture`} alt="" loading="lazy" />
      ) : null}
      <div>
        <p>
          <b class="exhibit-name">{name}</b> <span class="tag plain">{t(ROLES[role])}</span>{" "}
          {made ? <span class="tag plain">{t(DOSSIER.madeHere)}</span> : null}
        </p>
        <p class="note">
          {bilingual(receivedFrom)[lang.value]}, {receivedAt.slice(0, 16).replace("T", " ")} UTC,{" "}
          {t(DOSSIER.bytes, { n: grouped(bytes) })}
          {note ? ` · ${bilingual(note)[lang.value]}` : ""}
        </p>
        <p>
          <Hash hex={sha256} kind="SHA-256" />{" "}
          <span class="state">
            <FindingMark kind={isBroken ? "fails" : "holds"} bare /> {t(isBroken ? DOSSIER.altered : DOSSIER.unchanged)}
          </span>
        </p>
      </div>
      <Away what={`${id} ${name}`} act={() => removeExhibit(exhibit)} />
    </li>
  );
}

function Add() {
  const { exhibits } = current.value!.case;
  const [wish, setWish] = useState<ExhibitWish>(() => ({
    role: exhibits.some(({ role }) => role === "image") ? "copy" : "image",
    ...{ receivedFrom: "", receivedAt: localTime(), note: "" },
  }));
  const [isPicking, setPicking] = useState(false);
  const withFrom = (work: (whole: ExhibitWish) => Promise<void>): void => {
    if (wish.receivedFrom.trim() === "") {
      say(t(DOSSIER.needFrom));
      return;
    }
    run(() =>
      adding(() => work({ ...wish, receivedFrom: wish.receivedFrom.trim(), receivedAt: instantOf(wish.receivedAt) })),
    );
  };
  const take = (files: readonly File[]): void =>
    withFrom(async (whole) => {
      for (const file of files) await addFile(file, whole);
    });
  useEffect(() => takesFiles({ words: DOSSIER.drop, take }), [wish]);
  const hasLedger = Boolean(status.value?.ledger);
  return (
    <form class="case-fields wide" onSubmit={(event) => event.preventDefault()}>
      <h3>{t(DOSSIER.addExhibit)}</h3>
      <label>
        <span>{t(DOSSIER.as)}</span>
        <select
          value={wish.role}
          onChange={({ currentTarget: { value } }) => setWish({ ...wish, role: value as Exhibit["role"] })}
        >
          {EXHIBIT_ROLES.map((role) => (
            <option key={role} value={role}>
              {t(ROLES[role])}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{t(DOSSIER.from)}</span>
        <input
          value={wish.receivedFrom}
          maxLength={500}
          onInput={({ currentTarget: { value } }) => setWish({ ...wish, receivedFrom: value })}
        />
      </label>
      <label>
        <span>{t(DOSSIER.at)}</span>
        <input
          type="datetime-local"
          value={wish.receivedAt}
          onInput={({ currentTarget: { value } }) => setWish({ ...wish, receivedAt: value })}
        />
      </label>
      <label>
        <span>{t(DOSSIER.note)}</span>
        <input
          value={wish.note}
          maxLength={2000}
          onInput={({ currentTarget: { value } }) => setWish({ ...wish, note: value })}
        />
      </label>
      <p class="actions">
        <span class="note">{t(DOSSIER.addNote)}</span>
        <button type="button" class="button primary" onClick={() => pickFiles(take)}>
          <Icon name="upload" /> {t(DOSSIER.choose)}
        </button>
        <button type="button" class="button" onClick={() => setPicking(true)}>
          <Icon name="library" /> {t(DOSSIER.fromWorkspace)}
        </button>
        {hasLedger ? (
          <button
            type="button"
            class="button"
            onClick={() => withFrom((whole) => addSource({ of: "ledger" }, { ...whole, role: "ledger" }))}
          >
            <Icon name="record" /> {t(DOSSIER.ledger)}
          </button>
        ) : null}
      </p>
      {isPicking ? (
        <Picker
          onPick={(picked) => {
            setPicking(false);
            withFrom((whole) => addSource({ of: "image", ...picked }, whole));
          }}
          onLeave={() => setPicking(false)}
        />
      ) : null}
    </form>
  );
}
