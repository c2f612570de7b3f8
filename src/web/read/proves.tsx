/** What a file can and cannot prove by itself, in one list: what holds, what informs, what fails, what stays open. */

import type { Text } from "../../base/texts.ts";
import type { FileReading } from "../../label/file-reading.ts";
import { t } from "../language.ts";
import { type FindingKind, FindingMark, GradeBadge } from "../parts/badges.tsx";
import { READ } from "./texts.ts";

interface Line {
  readonly kind: FindingKind;
  readonly text: Text;
}

const ORDER: readonly FindingKind[] = ["fails", "holds", "informs", "open"];

const SAID: readonly string[] = ["label.novelai-signature-valid", "label.stealth-copy-valid"];

/** The list. */
export function Proves({ reading }: { readonly reading: FileReading }) {
  const { findings, proves, repairs } = reading;
  const lines: Line[] = [
    // What a signature shows stands in the list of what the file can prove, in the same words.
    ...findings.filter(({ code }) => !SAID.includes(code)).map(({ level, text }) => ({ kind: level, text })),
    ...repairs.map(({ text }): Line => ({ kind: "informs", text })),
    ...proves.can.map((text): Line => ({ kind: "holds", text: sentence(text) })),
    ...proves.cannot.map((text): Line => ({ kind: "open", text: sentence(text) })),
  ];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must be able to
    <section class="proves" tabIndex={0} aria-label={t(READ.proves)}>
      <div class="row-head">
        <h3>{t(READ.proves)}</h3>
        <span class="note">{t(READ.provesFrom)}</span>
      </div>
      <ul>
        {ORDER.flatMap((kind) => lines.filter((line) => line.kind === kind)).map((line) => (
          <li key={line.kind + line.text.en}>
            <FindingMark kind={line.kind} />
            <span>
              {t(line.text)} {line.kind === "open" ? <GradeBadge grade="U" /> : <GradeBadge grade="M" />}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Parts of a sentence that stand alone here. */
function sentence({ en, zh }: Text): Text {
  return { en: en.charAt(0).toUpperCase() + en.slice(1), zh };
}
