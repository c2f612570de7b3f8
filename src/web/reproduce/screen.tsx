/** The Reproduce screen: the pair, the verdict with its control, the causes, the protocols. */

import { useEffect } from "preact/hooks";
import { faultWords } from "../faults.ts";
import { lang, t } from "../language.ts";
import { Icon } from "../parts/icon.tsx";
import { pickFile } from "../parts/pick-files.ts";
import { opened } from "../read/state.ts";
import { run } from "../toast.ts";
import { Causes } from "./causes.tsx";
import { Pair } from "./pair.tsx";
import { Protocols } from "./protocols.tsx";
import { again, chosen, current, listen, reproduce, reproductions, stop } from "./state.ts";
import { REPRODUCE } from "./texts.ts";
import { Verdict } from "./verdict.tsx";
import "../styles/reproduce.css";

/** The screen. */
export function ReproduceScreen() {
  useEffect(listen, []);
  const one = current.value;
  if (!one) return <Empty />;
  const isOver = one.state !== "queued" && one.state !== "running";
  return (
    <div class="reproduce">
      <div class="pair-pane">
        <Pair key={one.id} one={one} />
        <div class="pair-actions">
          <button type="button" class="button" onClick={() => run(() => again(one))} disabled={!isOver}>
            <Icon name="again" /> {t(REPRODUCE.again)}
          </button>
          <button type="button" class="button" onClick={pick}>
            {t(REPRODUCE.other)}
          </button>
          <Earlier />
        </div>
      </div>
      <div class="verdict-pane">
        {one.report ? <Verdict report={one.report} /> : null}
        {isOver ? null : (
          <div class="working" role="status">
            <h2 class="serif">{t(one.state === "queued" ? REPRODUCE.queued : REPRODUCE.running)}</h2>
            <p>{one.stage ? t(REPRODUCE[one.stage]) : ""}</p>
            <button type="button" class="button" onClick={() => run(() => stop(one.id))}>
              {t(REPRODUCE.stop)}
            </button>
          </div>
        )}
        {one.state === "stopped" ? <p>{t(REPRODUCE.stopped)}</p> : null}
        {one.error ? (
          <p role="alert">
            <b>{t(REPRODUCE.failed)}</b> {faultWords(one.error)} <span class="mono quiet">{one.error.code}</span>
          </p>
        ) : null}
      </div>
      <Causes one={one} />
      <Protocols one={one} />
    </div>
  );
}

function Empty() {
  const file = opened.value;
  return (
    <div class="reproduce-empty">
      <div>
        <h2 class="serif">{t(REPRODUCE.emptyTitle)}</h2>
        <p>{t(REPRODUCE.emptyText)}</p>
        <p class="actions">
          {file?.reading?.recipe ? (
            <button
              type="button"
              class="button primary"
              onClick={() => run(() => reproduce(file.name, new Blob([file.bytes])))}
            >
              {t(REPRODUCE.fromRead, { name: file.name })}
            </button>
          ) : null}
          <button type="button" class={file?.reading?.recipe ? "button" : "button primary"} onClick={pick}>
            <Icon name="upload" /> {t(REPRODUCE.choose)}
          </button>
        </p>
      </div>
    </div>
  );
}

function Earlier() {
  const all = reproductions.value;
  if (all.length < 2) return null;
  return (
    <label class="earlier">
      <span class="visually-hidden">{t(REPRODUCE.earlier)}</span>
      <select
        value={current.value?.id ?? ""}
        onChange={(event) => {
          chosen.value = event.currentTarget.value;
        }}
      >
        {[...all].reverse().map(({ id, name, at }) => (
          <option key={id} value={id}>
            {name}, {new Date(at).toLocaleTimeString(lang.value === "zh" ? "zh-CN" : "en-GB")}
          </option>
        ))}
      </select>
    </label>
  );
}

function pick(): void {
  pickFile((file) => run(() => reproduce(file.name, file)));
}
