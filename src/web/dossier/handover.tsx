/** The dossier as it would be now, and its PDF and bundle. */

import { useState } from "preact/hooks";
import type { DossierTask } from "../../server/cases/dossier-task.ts";
import { faultWords } from "../faults.ts";
import { grouped, lang, t } from "../language.ts";
import { FindingMark, Seal } from "../parts/badges.tsx";
import { Hash } from "../parts/hash.tsx";
import { link } from "../server.ts";
import { run } from "../toast.ts";
import { Away } from "./about-part.tsx";
import { current, dossiers, makeDossier, removeDossier, stopDossier } from "./state.ts";
import { DOSSIER, STAGES, STATES } from "./texts.ts";

/** The part: the dossier in the language of the page. */
export function Preview() {
  const { id, measured, measuring, measuredAt } = current.value!;
  return (
    <>
      <h2 id="sheet-title">{t(DOSSIER.preview)}</h2>
      <p class="lead">{t(DOSSIER.previewNote)}</p>
      {measured && measuredAt && !measuring ? (
        <iframe
          // Another time of measuring is another document.
          key={`${lang.value}${measuredAt}`}
          class="dossier-preview"
          title={t(DOSSIER.previewOf)}
          sandbox=""
          src={`/api/v1/cases/${id}/preview.html?lang=${lang.value}`}
        />
      ) : (
        <p role="status">{t(measuring ? DOSSIER.measuring : DOSSIER.previewEmpty)}</p>
      )}
    </>
  );
}

type Languages = readonly ("zh" | "en")[];

/** The part: making, progress, what was made. */
export function Handover() {
  const [languages, setLanguages] = useState<Languages>(["zh", "en"]);
  const all = [...dossiers.value].reverse();
  const isBusy = all.some(({ state }) => state === "queued" || state === "running");
  const { case: theCase } = current.value!;
  return (
    <>
      <h2 id="sheet-title">{t(DOSSIER.handover)}</h2>
      <p class="lead">{t(DOSSIER.handoverNote)}</p>
      <p class="actions">
        <span class="joined" role="group" aria-label={t(DOSSIER.languages)}>
          {(
            [
              [["zh", "en"], DOSSIER.both],
              [["zh"], DOSSIER.onlyZh],
              [["en"], DOSSIER.onlyEn],
            ] as const
          ).map(([own, words]) => (
            <button
              key={words.en}
              type="button"
              aria-pressed={own.join() === languages.join()}
              onClick={() => setLanguages(own)}
            >
              {t(words)}
            </button>
          ))}
        </span>
        <button
          type="button"
          class="button primary"
          disabled={isBusy || theCase.exhibits.length === 0}
          onClick={() => run(() => makeDossier(languages))}
        >
          {t(DOSSIER.makeDossier)}
        </button>
        {theCase.exhibits.length === 0 ? <span class="note">{t(DOSSIER.previewEmpty)}</span> : null}
      </p>
      {all.length === 0 ? <p>{t(DOSSIER.noDossier)}</p> : null}
      <ul class="dossiers">
        {all.map((one) => (
          <One key={one.id} one={one} />
        ))}
      </ul>
    </>
  );
}

function One({ one }: { readonly one: DossierTask }) {
  const { id, at, state, stage, languages, error, verified, number, findings = [], files = {} } = one;
  const isOver = state !== "queued" && state !== "running";
  const place = STAGES.findIndex(([name]) => name === stage);
  return (
    <li data-state={state}>
      <p>
        <b>{at.slice(0, 19).replace("T", " ")} UTC</b> <span class="quiet">{languages.join(" + ")}</span>{" "}
        <span class="quiet">{t(STATES[state])}</span>
        {isOver ? (
          <Away what={at.slice(0, 19)} act={() => removeDossier(id)} />
        ) : (
          <button type="button" class="button" onClick={() => run(() => stopDossier(id))}>
            {t(DOSSIER.stop)}
          </button>
        )}
      </p>
      {isOver ? null : (
        <div role="status">
          <progress aria-label={t(DOSSIER.makeDossier)} {...(place >= 0 && { max: STAGES.length, value: place })} />{" "}
          {place >= 0 ? t(STAGES[place]![1]) : ""}
          {link.value === "gone" ? <p>{t(DOSSIER.gone)}</p> : null}
        </div>
      )}
      {error ? (
        <p role="alert">
          {faultWords(error)} <span class="mono quiet">{error.code}</span>
        </p>
      ) : null}
      {verified ? (
        <>
          <p class="sealed">
            {verified.ok ? <Seal size={34} /> : <FindingMark kind="fails" bare />}
            <span>
              {verified.ok ? t(DOSSIER.verified, { n: verified.files }) : t(DOSSIER.notVerified, { n: verified.fails })}
              <br />
              <span class="note">
                {t(DOSSIER.findingsHold)} {verified.holds} · {t(DOSSIER.findingsFail)} {verified.fails} ·{" "}
                {t(DOSSIER.findingsInform)} {verified.informs}
              </span>
            </span>
          </p>
          <ul class="files">
            {Object.entries(files).map(([name, { sha256, bytes }]) => (
              <li key={name}>
                <a class="button" href={`/api/v1/dossiers/${id}/files/${name}`} download="">
                  {name}
                </a>{" "}
                <span class="note">{t(DOSSIER.bytes, { n: grouped(bytes) })}</span> <Hash hex={sha256} kind="SHA-256" />
              </li>
            ))}
          </ul>
          {number ? (
            <p>
              {t(DOSSIER.number)} <Hash hex={number} /> <span class="note">{t(DOSSIER.numberNote)}</span>
            </p>
          ) : null}
        </>
      ) : null}
      {findings.length > 0 ? (
        <ul class="findings">
          {findings.map(({ code, level, text }) => (
            <li key={code + text.en}>
              <FindingMark kind={level} bare /> {t(text)}
            </li>
          ))}
        </ul>
      ) : null}
    </li>
  );
}
