/** Taking over other programs' histories, and giving the record to others: import and export of the Record screen. */

import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { ImportKind } from "../../node/import/source.ts";
import type { ExportForm } from "../../node/record-export.ts";
import type { ImportState } from "../../server/workspace/import-desk.ts";
import { faultWords } from "../faults.ts";
import { grouped, t } from "../language.ts";
import { Icon } from "../parts/icon.tsx";
import { ask, hear } from "../server.ts";
import { complain } from "../toast.ts";
import { EXCHANGE } from "./exchange-texts.ts";
import { chosen, overview, refresh } from "./state.ts";

const KINDS: readonly ImportKind[] = ["comfyui", "invokeai", "fooocus", "folder"];
const FORMS: readonly ExportForm[] = ["prov", "events", "proofs", "ledger"];

/** The import that runs, or the last one. */
const last = signal<ImportState | undefined>(undefined);

/** Both, folded away until they are wanted. */
export function Exchange() {
  useEffect(() => {
    void ask<{ import: ImportState | null }>("/record/import")
      .then((answer) => {
        last.value = answer.import ?? undefined;
      })
      .catch(() => undefined);
    return hear("import", (data) => {
      last.value = data as ImportState;
      if (last.value.state !== "running") void refresh();
    });
  }, []);
  return (
    <section class="exchange">
      <details>
        <summary>{t(EXCHANGE.import)}</summary>
        <ImportForm />
      </details>
      {overview.value?.ledger ? (
        <details>
          <summary>{t(EXCHANGE.export)}</summary>
          <ExportForms />
        </details>
      ) : null}
      <Progress />
    </section>
  );
}

function ImportForm() {
  const [from, setFrom] = useState<ImportKind>("comfyui");
  const [source, setSource] = useState("");
  const [images, setImages] = useState("");
  const [session, setSession] = useState("");
  const isRunning = last.value?.state === "running";
  const submit = async (): Promise<void> => {
    const more = { ...(images && { images }), ...(session.trim() && { session }) };
    try {
      last.value = await ask<ImportState>("/record/import", { json: { from, source, ...more } });
    } catch (error) {
      complain(error);
    }
  };
  return (
    <form
      class="start-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <p class="note">{t(EXCHANGE.importText)}</p>
      <label class="field">
        <span>{t(EXCHANGE.from)}</span>
        <select value={from} onChange={(event) => setFrom(event.currentTarget.value as ImportKind)}>
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {t(EXCHANGE[kind])}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>{t(EXCHANGE[`${from}Source`])}</span>
        <input
          required
          maxLength={4000}
          spellcheck={false}
          value={source}
          onInput={(event) => setSource(event.currentTarget.value)}
        />
      </label>
      {from === "folder" ? null : (
        <label class="field">
          <span>{t(EXCHANGE.images)}</span>
          <input
            maxLength={4000}
            spellcheck={false}
            value={images}
            onInput={(event) => setImages(event.currentTarget.value)}
          />
        </label>
      )}
      <label class="field">
        <span>{t(EXCHANGE.session)}</span>
        <input maxLength={200} value={session} onInput={(event) => setSession(event.currentTarget.value)} />
      </label>
      <button type="submit" class="button" disabled={isRunning}>
        <Icon name="archive" /> {t(EXCHANGE.takeOver)}
      </button>
    </form>
  );
}

/** How the import goes, or what it came to. */
function Progress() {
  const now = last.value;
  if (!now) return null;
  const { state, runs, summary, error, from } = now;
  const stop = (): void => void ask("/record/import/stop", { json: {} }).catch(complain);
  return (
    <p class={`exchange-state ${state}`} role="status">
      {state === "running" ? t(EXCHANGE.running, { from: t(EXCHANGE[from]), runs: grouped(runs) }) : null}
      {state === "stopped" ? t(EXCHANGE.stopped, { runs: grouped(runs) }) : null}
      {state === "failed" ? t(EXCHANGE.failed, { why: error ? faultWords(error) : "" }) : null}
      {summary ? t(EXCHANGE.done, { ...summary }) : null}
      {state === "running" ? (
        <button type="button" class="button" onClick={stop}>
          {t(EXCHANGE.stop)}
        </button>
      ) : null}
    </p>
  );
}

function ExportForms() {
  const [isWhole, setWhole] = useState(false);
  const [hasContents, setContents] = useState(true);
  const session = chosen.value;
  const addressOf = (form: ExportForm): string => {
    const query = new URLSearchParams({
      ...(!isWhole && session !== undefined && form !== "ledger" && { session }),
      ...(!hasContents && { contents: "no" }),
    });
    return `/api/v1/record/export/${form}?${query}`;
  };
  return (
    <div class="export-forms">
      <label>
        <input type="checkbox" checked={isWhole} onChange={(event) => setWhole(event.currentTarget.checked)} />{" "}
        {t(EXCHANGE.whole)}
      </label>
      <label>
        <input type="checkbox" checked={!hasContents} onChange={(event) => setContents(!event.currentTarget.checked)} />{" "}
        {t(EXCHANGE.withoutContents)}
      </label>
      <ul>
        {FORMS.map((form) => (
          <li key={form}>
            <a class="button" href={addressOf(form)} download="">
              {t(EXCHANGE[form])}
            </a>
            <span class="note">{t(EXCHANGE[`${form}Text`])}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
