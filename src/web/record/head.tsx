/** The head of the ledger: its root, the evidence from outside, what checking found, what is recorded now, and sealing. */

import { useState } from "preact/hooks";
import { faultWords } from "../faults.ts";
import type { IconName } from "../icons.ts";
import { keep, kept } from "../keep.ts";
import { t } from "../language.ts";
import { FindingMark, GradeBadge, Seal } from "../parts/badges.tsx";
import { Icon } from "../parts/icon.tsx";
import { ask } from "../server.ts";
import { complain, say } from "../toast.ts";
import { Capture } from "./capture.tsx";
import { Exchange } from "./exchange.tsx";
import { type Bound, overview, refresh } from "./state.ts";
import { RECORD } from "./texts.ts";
import { exact } from "./timeline.tsx";

const KINDS = ["rfc3161", "opentimestamps", "witness", "drand"] as const;

const ICONS: Readonly<Record<(typeof KINDS)[number], IconName>> = {
  rfc3161: "stamp",
  opentimestamps: "hooked",
  witness: "witnesses",
  drand: "beacon",
};

/** The pane. */
export function Head() {
  const ledger = overview.value?.ledger;
  if (!ledger) {
    return (
      <aside class="head-pane" aria-label={t(RECORD.head)}>
        <Exchange />
      </aside>
    );
  }
  const outside = ledger.evidence.filter(({ grade }) => grade !== "T2");
  const sealed = Math.max(0, ...outside.map(({ side, size }) => (side === "not-after" ? (size ?? 0) : 0)));
  return (
    <aside class="head-pane" aria-label={t(RECORD.head)}>
      <header class="head-title">
        {sealed > 0 ? <Seal size={34} /> : null}
        <div>
          <h2 class="serif">{t(RECORD.head)}</h2>
          <p class="quiet">{t(RECORD.headCount, { sealed, waiting: ledger.size + ledger.pending - sealed })}</p>
        </div>
      </header>
      <Root hex={ledger.root} />
      <p class="note">{t(RECORD.rootText)}</p>
      {outside.length === 0 ? <p class="no-evidence">{t(RECORD.noEvidence)}</p> : <Outside evidence={outside} />}
      <section>
        <h3>{t(RECORD.checked)}</h3>
        <ul class="checked">
          {ledger.findings.map((finding) => (
            <li key={finding.code + finding.text.en}>
              <FindingMark kind={finding.level} bare />
              <span>{t(finding.text)}</span>
            </li>
          ))}
        </ul>
      </section>
      <Now />
      <SealForm />
      <Exchange />
    </aside>
  );
}

/** The root in sixteen groups; first two and last dark, as its short form shows them. */
function Root({ hex }: { readonly hex: string }) {
  const groups = hex.match(/.{4}/g) ?? [];
  return (
    <p class="root mono" role="img" aria-label={hex}>
      {groups.map((group, i) => (
        <span key={`${i}${group}`} class={i < 2 || i === groups.length - 1 ? "strong" : ""}>
          {group}
        </span>
      ))}
    </p>
  );
}

function Outside({ evidence }: { readonly evidence: readonly Bound[] }) {
  return (
    <ul class="outside">
      {KINDS.map((kind) => {
        const all = evidence.filter((one) => one.kind === kind);
        const last = all.reduce<Bound | undefined>((a, b) => (a && a.time > b.time ? a : b), undefined);
        return last ? (
          <li key={kind}>
            <Icon name={ICONS[kind]} />
            <span>
              <b>{t(RECORD[kind])}</b>
              <br />
              <span class="quiet">
                {exact(last.time)}
                {", "}
                {last.source}
              </span>
            </span>
            <GradeBadge grade="R" />
          </li>
        ) : null;
      })}
    </ul>
  );
}

function Now() {
  const open = overview.value?.open;
  if (!open) return null;
  const stop = async (): Promise<void> => {
    await ask("/record/stop", { json: {} }).catch(complain);
    await refresh();
  };
  return (
    <section>
      <h3>{t(RECORD.recording)}</h3>
      <ul class="now">
        <li>
          <b>{open.session}</b> <span class="quiet">{t(RECORD.studioToo)}</span>
        </li>
      </ul>
      <Capture open={open} />
      {open.own ? (
        <button type="button" class="button end-session" onClick={stop}>
          {t(RECORD.stop)}
        </button>
      ) : (
        <p class="note">{t(RECORD.elsewhere)}</p>
      )}
    </section>
  );
}

interface Sealed {
  readonly results: readonly {
    readonly source: string;
    readonly entry?: number;
    readonly error?: { readonly message: string };
  }[];
}

/** Outside time for the checkpoint, from whom the reader names. */
function SealForm() {
  const [tsa, setTsa] = useState(kept("tsa") ?? "");
  const [ots, setOts] = useState(kept("ots") ?? "");
  const [busy, setBusy] = useState(false);
  const submit = async (): Promise<void> => {
    keep("tsa", tsa);
    keep("ots", ots);
    setBusy(true);
    try {
      const { results } = await ask<Sealed>("/record/seal", {
        json: { ...(tsa && { tsa: [tsa] }), ...(ots && { ots: [ots] }) },
      });
      const failed = results.find(({ error }) => error);
      say(
        failed?.error
          ? t(RECORD.notSealed, { source: failed.source, message: faultWords(failed.error) })
          : t(RECORD.sealed),
      );
    } catch (error) {
      complain(error);
    }
    setBusy(false);
    await refresh();
  };
  return (
    <form
      class="seal-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label class="field">
        <span>{t(RECORD.authority)}</span>
        <input type="url" required={ots === ""} value={tsa} onInput={(event) => setTsa(event.currentTarget.value)} />
      </label>
      <label class="field">
        <span>{t(RECORD.calendar)}</span>
        <input type="url" value={ots} onInput={(event) => setOts(event.currentTarget.value)} />
      </label>
      <p class="note">{t(RECORD.sealText)}</p>
      <button type="submit" class="button primary" disabled={busy || (tsa === "" && ots === "")}>
        <Icon name="stamp" /> {t(busy ? RECORD.sealing : RECORD.seal)}
      </button>
    </form>
  );
}
