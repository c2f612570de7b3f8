/** The exhibits of a case with hash, origin and state; taking more in by drop, from the workspace, or its record. */

import { useEffect, useState } from "preact/hooks";
import { bilingual, EXHIBIT_ROLES, type Exhibit } from "../../doctrine/case.ts";
import { Picker } from "../compare/picker.tsx";
import { lang, t } from "../language.ts";
import { FindingMark } from "../parts/badges.tsx";
import { Hash } from "../parts/hash.tsx";
import { Icon } from "../parts/icon.tsx";
import { takesFiles } from "../read/open.ts";
import { status } from "../server.ts";
import { say } from "../toast.ts";
import { Away } from "./about-part.tsx";
import { addFile, addSource, changed, current, type ExhibitWish, instantOf, localTime, run } from "./state.ts";
import { DOSSIER, ROLES } from "./texts.ts";

/** The part. */
export function Exhibits() {
  const { case: theCase, findings = [] } = current.value!;
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
      <Add />
    </>
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
          {t(DOSSIER.bytes, { n: bytes })}
          {note ? ` · ${bilingual(note)[lang.value]}` : ""}
        </p>
        <p>
          <Hash hex={sha256} kind="SHA-256" />{" "}
          <span class="state">
            <FindingMark kind={isBroken ? "fails" : "holds"} bare /> {t(isBroken ? DOSSIER.altered : DOSSIER.unchanged)}
          </span>
        </p>
      </div>
      <Away what={`${id} ${name}`} act={() => changed(`/exhibits/${id}`, { method: "DELETE" })} />
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
    run(() => work({ ...wish, receivedFrom: wish.receivedFrom.trim(), receivedAt: instantOf(wish.receivedAt) }));
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
        <button type="button" class="button primary" onClick={() => choose(take)}>
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

function choose(take: (files: readonly File[]) => void): void {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.addEventListener("change", () => take([...(input.files ?? [])]));
  input.click();
}
