/** The cases of the workspace, and a new one. */

import example from "@samples/cex__flux_girl_in_field.png?url";
import { useState } from "preact/hooks";
import { faultWords } from "../faults.ts";
import { t } from "../language.ts";
import { Icon } from "../parts/icon.tsx";
import { go } from "../route.ts";
import { link } from "../server.ts";
import { SHELL } from "../texts.ts";
import { run } from "../toast.ts";
import { cases, createCase, makeExample } from "./state.ts";
import { DOSSIER } from "./texts.ts";

/** The list and the form. */
export function Cases() {
  const all = cases.value;
  const isLinked = link.value === "linked";
  return (
    <div class="dossier-start">
      <h2 class="serif">{t(DOSSIER.title)}</h2>
      <p class="quiet">{t(DOSSIER.lead)}</p>
      {all && all.length > 0 ? (
        <ul class="cases">
          {all.map(({ id, ref, title, exhibits, date, error }) => (
            <li key={id}>
              <button type="button" class="link" onClick={() => go("dossier", { case: id })}>
                {ref}
              </button>
              <span>{title ? t(title) : error ? faultWords(error) : ""}</span>
              <span class="note">
                {exhibits === undefined ? "" : t(DOSSIER.exhibitsCount, { n: exhibits })} {date?.slice(0, 10)}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      {all?.length === 0 ? <p class="note">{t(DOSSIER.none)}</p> : null}
      {isLinked ? <NewCase isFirst={all?.length === 0} /> : <p class="note">{t(SHELL.noKeyShort)}</p>}
      <p>
        <button type="button" class="button" onClick={() => go("dossier", { part: "verify" })}>
          <Icon name="check" /> {t(DOSSIER.verify)}
        </button>
      </p>
    </div>
  );
}

function NewCase({ isFirst }: { readonly isFirst: boolean }) {
  const [ref, setRef] = useState("");
  const [title, setTitle] = useState("");
  const [zh, setZh] = useState("");
  const make = (event: Event): void => {
    event.preventDefault();
    const said = zh.trim() === "" ? title.trim() : { en: title.trim(), zh: zh.trim() };
    run(() => createCase({ ref: ref.trim(), title: said, date: new Date().toISOString() }));
  };
  const isReady = ref.trim() !== "" && title.trim() !== "";
  return (
    <form class="case-fields" onSubmit={make}>
      <h3>{t(DOSSIER.create)}</h3>
      <label>
        <span>{t(DOSSIER.ref)}</span>
        <input value={ref} maxLength={200} onInput={(event) => setRef(event.currentTarget.value)} />
      </label>
      <label>
        <span>{t(DOSSIER.caseTitle)}</span>
        <input value={title} maxLength={500} onInput={(event) => setTitle(event.currentTarget.value)} />
      </label>
      <label>
        <span>{t(DOSSIER.caseTitleZh)}</span>
        <input lang="zh-CN" value={zh} maxLength={500} onInput={(event) => setZh(event.currentTarget.value)} />
      </label>
      <p class="actions">
        <button type="submit" class="button primary" disabled={!isReady}>
          {t(DOSSIER.make)}
        </button>
        {isFirst ? (
          <button type="button" class="button" onClick={() => run(takeExample)}>
            {t(DOSSIER.example)}
          </button>
        ) : null}
      </p>
    </form>
  );
}

/** Share of the example's height that its copy keeps. */
const KEPT = 0.87;

async function takeExample(): Promise<void> {
  const original = await (await fetch(example)).blob();
  const bitmap = await createImageBitmap(original);
  const canvas = new OffscreenCanvas(bitmap.width, Math.round(bitmap.height * KEPT));
  canvas.getContext("2d")!.drawImage(bitmap, 0, 0);
  await makeExample(original, await canvas.convertToBlob({ type: "image/jpeg", quality: 0.86 }));
}
