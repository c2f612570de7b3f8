/** Takes a comparison into a case: both images, its certificate, page and figure. */

import { useEffect, useState } from "preact/hooks";
import { kept } from "../keep.ts";
import { t } from "../language.ts";
import { go } from "../route.ts";
import { ask } from "../server.ts";
import { complain, say } from "../toast.ts";
import { COMPARE } from "./texts.ts";

interface Head {
  readonly id: string;
  readonly ref: string;
}

/** The form below the verdict. */
export function ToCase({ comparison }: { readonly comparison: string }) {
  const [cases, setCases] = useState<readonly Head[]>();
  const [chosen, setChosen] = useState("");
  const [from, setFrom] = useState("");
  useEffect(() => {
    ask<{ cases: readonly Head[] }>("/cases").then(
      ({ cases: all }) => {
        setCases(all);
        const lastOpen = all.find(({ id }) => id === kept("case")) ?? all.at(-1);
        setChosen(lastOpen?.id ?? "");
      },
      () => {},
    );
  }, []);
  if (!cases) return null;
  if (cases.length === 0) return <p class="note">{t(COMPARE.noCase)}</p>;
  const add = (event: Event): void => {
    event.preventDefault();
    ask(`/cases/${chosen}/comparisons`, { json: { comparison, receivedFrom: from.trim() } }).then(() => {
      say(t(COMPARE.added, { ref: cases.find(({ id }) => id === chosen)?.ref ?? chosen }));
      go("dossier", { case: chosen, part: "exhibits" });
    }, complain);
  };
  return (
    <form class="cmp-case" onSubmit={add}>
      <label>
        <span class="note">{t(COMPARE.toCase)}</span>
        <select value={chosen} onChange={({ currentTarget }) => setChosen(currentTarget.value)}>
          {cases.map(({ id, ref }) => (
            <option key={id} value={id}>
              {ref}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span class="note">{t(COMPARE.receivedFrom)}</span>
        <input value={from} maxLength={500} required onInput={({ currentTarget }) => setFrom(currentTarget.value)} />
      </label>
      <button type="submit" class="button primary" disabled={from.trim() === ""}>
        {t(COMPARE.addToCase)}
      </button>
    </form>
  );
}
