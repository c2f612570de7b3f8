/** A bundle that somebody handed over: whether it holds, what fails, and what nobody can tell from it. */

import { useEffect, useState } from "preact/hooks";
import type { Finding, Level } from "../../base/findings.ts";
import type { Text } from "../../base/texts.ts";
import { type Fault, faultWords } from "../faults.ts";
import { t } from "../language.ts";
import { FindingMark, Seal } from "../parts/badges.tsx";
import { Hash } from "../parts/hash.tsx";
import { Icon } from "../parts/icon.tsx";
import { pickFile } from "../parts/pick-files.ts";
import { takesFiles } from "../read/open.ts";
import { go } from "../route.ts";
import { ask } from "../server.ts";
import { DOSSIER } from "./texts.ts";

interface Report {
  readonly ok: boolean;
  readonly files: number;
  readonly number?: string;
  readonly title?: Text;
  readonly findings: readonly Finding[];
}

type State =
  | { readonly is: "empty" }
  | { readonly is: "working" | "refused"; readonly name: string; readonly why?: Fault }
  | { readonly is: "done"; readonly name: string; readonly report: Report };

/** What a bundle comes as. */
const BUNDLES = ".zip,.pdf,application/zip,application/pdf";

/** Findings of one level that are shown at once; what fails is always shown whole. */
const FIRST = 8;

/** The part. */
export function Verify() {
  const [state, setState] = useState<State>({ is: "empty" });
  const check = (file: File | undefined): void => {
    if (!file) return;
    setState({ is: "working", name: file.name });
    ask<Report>("/verify", { method: "POST", body: file }).then(
      (report) => setState({ is: "done", name: file.name, report }),
      (error: Fault) => setState({ is: "refused", name: file.name, why: error }),
    );
  };
  useEffect(() => takesFiles({ words: DOSSIER.verifyDrop, take: ([file]) => check(file) }), []);
  return (
    <div class="dossier-start verify-part">
      <h2 class="serif">{t(DOSSIER.verify)}</h2>
      <p class="quiet">{t(DOSSIER.verifyLead)}</p>
      <p class="actions">
        <button type="button" class="button primary" onClick={() => pickFile(check, BUNDLES)}>
          <Icon name="upload" /> {t(DOSSIER.choose)}
        </button>
        <button type="button" class="button" onClick={() => go("dossier")}>
          {t(DOSSIER.back)}
        </button>
      </p>
      <div aria-live="polite">
        {state.is === "working" ? (
          <p>
            <progress aria-label={t(DOSSIER.verifying, { name: state.name })} />{" "}
            {t(DOSSIER.verifying, { name: state.name })}
          </p>
        ) : null}
        {state.is === "refused" ? (
          <p role="alert">
            <FindingMark kind="fails" bare /> <b>{t(DOSSIER.refusedFile)}</b> {state.name}:{" "}
            {state.why ? faultWords(state.why) : ""}
          </p>
        ) : null}
        {state.is === "done" ? <Outcome name={state.name} report={state.report} /> : null}
      </div>
    </div>
  );
}

function Outcome({
  name,
  report: { ok, files, number, title, findings },
}: {
  readonly name: string;
  readonly report: Report;
}) {
  return (
    <section data-ok={ok}>
      <p class="sealed">
        {ok ? <Seal size={34} /> : <FindingMark kind="fails" bare />}
        <span>
          <b class="serif">{t(ok ? DOSSIER.holds : DOSSIER.fails)}</b>
          <br />
          <span class="note">
            {title ? `${t(title)} · ` : ""}
            {name} · {t(DOSSIER.filesCount, { n: files })}
          </span>
        </span>
      </p>
      {number ? (
        <p>
          {t(DOSSIER.number)} <Hash hex={number} />
        </p>
      ) : null}
      <Findings level="fails" head={DOSSIER.findingsFail} findings={findings} />
      <Findings level="holds" head={DOSSIER.findingsHold} findings={findings} />
      <Findings level="informs" head={DOSSIER.findingsInform} findings={findings} />
    </section>
  );
}

function Findings(props: { readonly level: Level; readonly head: Text; readonly findings: readonly Finding[] }) {
  const { level, head, findings } = props;
  const [all, setAll] = useState(level === "fails");
  const own = findings.filter((one) => one.level === level);
  if (own.length === 0) return null;
  const shown = all ? own : own.slice(0, FIRST);
  return (
    <section data-level={level}>
      <h3>
        {t(head)} <small>{own.length}</small>
      </h3>
      <ul class="findings">
        {shown.map(({ code, text, where }) => (
          <li key={`${code}${where?.file ?? ""}${text.en}`}>
            <FindingMark kind={level} bare />{" "}
            <span>
              {t(text)} {where?.file ? <span class="mono note">{where.file}</span> : null}
            </span>
          </li>
        ))}
      </ul>
      {shown.length < own.length ? (
        <button type="button" class="link" onClick={() => setAll(true)}>
          {t(DOSSIER.more, { n: own.length - shown.length })}
        </button>
      ) : null}
    </section>
  );
}
