/** Grades of proof, findings and the seal: small marks with one meaning everywhere, each with its word. */

import type { Level } from "../../base/findings.ts";
import type { Grade } from "../../base/grades.ts";
import type { Text } from "../../base/texts.ts";
import { t } from "../language.ts";
import "../styles/badges.css";

const GRADE_WORDS: Readonly<Record<Grade, Text>> = {
  M: { en: "measured now from the bytes", zh: "现由字节直接测得" },
  R: { en: "recorded at the time, under an outside time", zh: "当时记录，并有外部时间为证" },
  T: { en: "said by a third party", zh: "第三方陈述" },
  S: { en: "self-recorded", zh: "自行记录" },
  X: { en: "simulated afterwards", zh: "事后模拟" },
  C: { en: "claimed", zh: "单方主张" },
  U: { en: "unknown", zh: "未知" },
};

/** A grade of proof as a letter; fill falls as proof falls. */
export function GradeBadge({ grade }: { readonly grade: Grade }) {
  const word = t(GRADE_WORDS[grade]);
  return (
    <span class={`grade grade-${grade}`} role="img" aria-label={`${grade}: ${word}`} title={word}>
      {grade}
    </span>
  );
}

/** What a finding says: `open` is what nothing here can tell. */
export type FindingKind = Level | "open";

const KIND_WORDS: Readonly<Record<FindingKind, Text>> = {
  holds: { en: "Holds", zh: "成立" },
  informs: { en: "Informs", zh: "提示" },
  fails: { en: "Fails", zh: "不成立" },
  open: { en: "Open", zh: "未决" },
};

/** The shape of a finding with its word. */
export function FindingMark({ kind, bare = false }: { readonly kind: FindingKind; readonly bare?: boolean }) {
  return (
    <span class={`finding-mark finding-${kind}`}>
      <svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.3" aria-hidden="true">
        {kind === "fails" ? <rect x="1" y="1" width="14" height="14" rx="2" /> : null}
        {kind === "open" ? <circle cx="8" cy="8" r="7" stroke-dasharray="2.4 2" /> : null}
        {kind === "holds" || kind === "informs" ? <circle cx="8" cy="8" r="7" /> : null}
        {kind === "holds" ? <path d="m4.8 8.2 2.2 2.2 4.2-4.6" /> : null}
        {kind === "informs" ? <path d="M6.7 7.2h1.5v4.2m-1.7 0h3.4M7.9 4.5h.3" /> : null}
        {kind === "fails" ? <path d="m5 5 6 6m0-6-6 6" /> : null}
      </svg>
      <b class={bare ? "visually-hidden" : ""}>{t(KIND_WORDS[kind])}</b>
    </span>
  );
}

const SEALED: Text = { en: "sealed", zh: "已封" };

/** The seal: only on what is sealed by a valid signature, an anchored checkpoint, a verified bundle. Drawn 封. */
export function Seal({ size = 18 }: { readonly size?: 14 | 18 | 34 }) {
  return (
    <svg class="seal" width={size} height={size} viewBox="0 0 34 34" role="img" aria-label={t(SEALED)}>
      <path class="stone" d="M3 0h29a2 2 0 0 1 2 2v28a4 4 0 0 1-4 4H2a2 2 0 0 1-2-2V3a3 3 0 0 1 3-3Z" />
      <path class="border" d="M3.5 3.5h27v27h-27z" />
      <path
        class="strokes"
        d="M7.5 10.8h9.2M12.1 7.4v8M6.8 15.5h10.6M7.5 20.6h9M12 16v10.4M6.8 27l10.6-1.3M18.6 14h9M25 7.4v16.9c0 1.7-.9 2.4-3.3 1.9M19.6 17.8l2 3.3"
      />
    </svg>
  );
}
