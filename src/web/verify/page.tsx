/** The page that verifies a bundle: what holds, what fails, and what cannot be told. */

import { useEffect, useState } from "preact/hooks";
import type { Finding, Level } from "../../base/findings.ts";
import { groupsBy } from "../../base/groups.ts";
import type { Text } from "../../base/texts.ts";
import type { BundleReport } from "../../dossier/verify.ts";
import { faultWords } from "../faults.ts";
import { lang, t } from "../language.ts";
import { FindingMark, Seal } from "../parts/badges.tsx";
import { Mark } from "../parts/icon.tsx";
import { theme, toggleTheme } from "../theme.ts";
import { Exhibits } from "./exhibits.tsx";
import { fromDrop, fromFiles } from "./open.ts";
import { Record } from "./record.tsx";
import { check, close, numberText, view } from "./state.ts";
import { TEXTS } from "./texts.ts";
import { Trust } from "./trust.tsx";

/** The page. */
export function Page() {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const stop = (event: DragEvent) => {
      event.preventDefault();
      setOver(event.type === "dragover");
    };
    const drop = (event: DragEvent) => {
      stop(event);
      const transfer = event.dataTransfer;
      if (transfer) void check(() => fromDrop(transfer));
    };
    addEventListener("dragover", stop);
    addEventListener("dragleave", stop);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", stop);
      removeEventListener("dragleave", stop);
      removeEventListener("drop", drop);
    };
  }, []);
  return (
    <div class="verify">
      <Top />
      <main>{view.value.name === "done" ? <Report report={view.value.report} /> : <Opening over={over} />}</main>
    </div>
  );
}

function Top() {
  return (
    <header class="verify-top">
      <span class="verify-mark">
        <Mark />
      </span>
      <span class="serif verify-name">Seedproof</span>
      <span class="note">{t(TEXTS.page)}</span>
      <span class="verify-spring" />
      {view.value.name === "empty" ? null : (
        <button type="button" class="button" onClick={close}>
          {t(TEXTS.other)}
        </button>
      )}
      <fieldset class="joined" aria-label="Language / 语言">
        {(["en", "zh"] as const).map((one) => (
          <button
            key={one}
            type="button"
            lang={one}
            aria-pressed={lang.value === one}
            onClick={() => {
              lang.value = one;
            }}
          >
            {one === "zh" ? "中文" : "EN"}
          </button>
        ))}
      </fieldset>
      <button type="button" class="icon-button framed" aria-label={t(TEXTS.theme)} onClick={toggleTheme}>
        <svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden="true">
          <circle cx="12" cy="12" r="8" />
          <path d={theme.value === "dark" ? "M12 4a8 8 0 0 0 0 16Z" : "M12 4a8 8 0 0 1 0 16Z"} fill="currentColor" />
        </svg>
      </button>
    </header>
  );
}

function Opening({ over }: { readonly over: boolean }) {
  const now = view.value;
  return (
    <section class="opening">
      <h1 class="serif">{t(TEXTS.page)}</h1>
      <p class="quiet">{t(TEXTS.lead)}</p>
      <div class={`drop${over ? " over" : ""}`} aria-live="polite">
        {now.name === "checking" ? (
          <Progress files={now.files} of={now.of} />
        ) : (
          <>
            <p class="drop-words serif">{t(TEXTS.drop)}</p>
            <div class="drop-buttons">
              <Chooser text={TEXTS.folder} folder primary />
              <Chooser text={TEXTS.zip} />
            </div>
            <p class="note">{t(TEXTS.example)}</p>
          </>
        )}
      </div>
      {now.name === "refused" ? <Refused why={now.why} code={now.code} /> : null}
    </section>
  );
}

function Progress({ files, of }: { readonly files: number; readonly of: number }) {
  return (
    <>
      <p class="drop-words serif">{of === 0 ? t(TEXTS.opening) : t(TEXTS.checking, { files: files + 1, of })}</p>
      <progress max={of || 1} value={files} aria-label={t(TEXTS.page)} />
    </>
  );
}

function Refused({ why, code }: { readonly why: string; readonly code: string }) {
  return (
    <div class="refused" role="alert">
      <FindingMark kind="fails" />
      <p>
        <b>{t(TEXTS.refused)}</b>
        <br />
        {code === "dossier.folder-unreadable" ? t(TEXTS.noFolder) : faultWords({ code, message: why })}{" "}
        <span class="mono note">{code}</span>
      </p>
    </div>
  );
}

function Chooser({
  text,
  folder = false,
  primary = false,
}: {
  readonly text: Text;
  readonly folder?: boolean;
  readonly primary?: boolean;
}) {
  return (
    <label class={`button${primary ? " primary" : ""} chooser`}>
      {t(text)}
      <input
        type="file"
        class="visually-hidden"
        data-testid={folder ? "folder" : "zip"}
        {...(folder ? { webkitdirectory: true } : { accept: ".zip,.pdf,application/zip,application/pdf" })}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = "";
          if (files.length > 0) void check(() => fromFiles(files));
        }}
      />
    </label>
  );
}

function Report({ report }: { readonly report: BundleReport }) {
  const { ok, title, findings } = report;
  const of = (level: Level) => findings.filter((finding) => finding.level === level);
  return (
    <>
      <section class={`verdict ${ok ? "ok" : "not-ok"}`} data-testid="verdict" data-ok={ok}>
        {ok ? <Seal size={34} /> : <BigCross />}
        <div>
          <h1 class="serif">{t(ok ? TEXTS.holds : TEXTS.fails)}</h1>
          {title ? <p class="serif verdict-title">{t(title)}</p> : null}
          <p class="quiet">{t(ok ? TEXTS.holdsWhy : TEXTS.failsWhy)}</p>
        </div>
      </section>
      <BundleNumber report={report} />
      {ok ? null : <Findings level="fails" head={TEXTS.failed} findings={of("fails")} />}
      <Exhibits report={report} />
      {report.ledgers.map((ledger) => (
        <Record key={ledger.id} ledger={ledger} />
      ))}
      <div class="columns">
        <Findings level="holds" head={TEXTS.held} findings={of("holds")} />
        <Findings level="informs" head={TEXTS.told} findings={of("informs")} />
      </div>
      <Trust report={report} />
      <p class="note foot">{t(TEXTS.byBrowser)}</p>
    </>
  );
}

function BigCross() {
  return (
    <svg class="big-cross" viewBox="0 0 34 34" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">
      <rect x="1.5" y="1.5" width="31" height="31" rx="3" />
      <path d="m10 10 14 14m0-14-14 14" />
    </svg>
  );
}

function BundleNumber({ report }: { readonly report: BundleReport }) {
  const { number, files } = report;
  if (number === undefined) return null;
  const given = numberText.value.toLowerCase().replaceAll(/[\s:]/g, "");
  const same = given === number;
  return (
    <section class="number">
      <h2>{t(TEXTS.number)}</h2>
      <p class="mono number-hex">
        {number.match(/.{8}/g)!.map((group) => (
          <span key={group}>{group}</span>
        ))}
      </p>
      <label class="number-check">
        <span class="note">{t(TEXTS.numberNote)}</span>
        <input
          class="mono field"
          value={numberText.value}
          spellcheck={false}
          onInput={(event) => {
            numberText.value = event.currentTarget.value;
          }}
        />
      </label>
      <p class="note" aria-live="polite">
        {given === "" ? t(TEXTS.files, { count: files }) : null}
        {given === "" ? null : <FindingMark kind={same ? "holds" : "fails"} bare />}{" "}
        {given === "" ? null : <b>{t(same ? TEXTS.same : TEXTS.notSame)}</b>}
      </p>
    </section>
  );
}

function Findings({
  level,
  head,
  findings,
}: {
  readonly level: Level;
  readonly head: Text;
  readonly findings: readonly Finding[];
}) {
  return (
    <section class={`findings findings-${level}`} data-testid={level}>
      <h2>
        {t(head)} <span class="note">{findings.length}</span>
      </h2>
      <ul>
        {grouped(findings).map(([first, ...more]) => (
          <li key={first.code + (first.where?.file ?? first.text.en)} data-code={first.code}>
            <FindingMark kind={level} bare />
            <div>
              <One finding={first} />
              {more.length === 0 ? null : (
                <details>
                  <summary>{t(TEXTS.more, { count: more.length })}</summary>
                  {more.map((finding) => (
                    <One key={finding.where?.file ?? finding.text.en} finding={finding} />
                  ))}
                </details>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function One({ finding: { text, where } }: { readonly finding: Finding }) {
  return (
    <div class="one">
      <p>{t(text)}</p>
      {where?.file === undefined ? null : <p class="mono note place">{where.file}</p>}
    </div>
  );
}

/** Findings of one code that are more than three stand as one, what fails always one by one. */
function grouped(findings: readonly Finding[]): (readonly [Finding, ...Finding[]])[] {
  return [...groupsBy(findings, ({ code }) => code).values()].flatMap((some): (readonly [Finding, ...Finding[]])[] => {
    const [first, ...more] = some as [Finding, ...Finding[]];
    return some.length > 3 && first.level !== "fails" ? [[first, ...more]] : some.map((one) => [one] as const);
  });
}
