/** A prompt as it was meant: terms, weights as underlines; the text as recorded is one key away. */

import { useState } from "preact/hooks";
import type { Text } from "../../base/texts.ts";
import type { Dialect } from "../../recipe/recipe.ts";
import { t } from "../language.ts";
import { Icon } from "../parts/icon.tsx";
import { copyText } from "../toast.ts";
import { lit, pinned } from "./state.ts";
import { type Piece, piecesOf, thicknessOf } from "./terms.ts";
import { READ, TOOL_NAMES } from "./texts.ts";
import { litBy } from "./value.tsx";

/** One prompt with its heading. */
export function Prompt(props: {
  readonly title: Text;
  readonly text: string;
  readonly dialect: Dialect;
  readonly path: string;
  readonly quiet?: boolean;
}) {
  const { title, text, dialect, path, quiet = false } = props;
  const [raw, setRaw] = useState(false);
  const pieces = piecesOf(text, dialect);
  const terms = pieces.filter(({ kind }) => kind === "term");
  const weighted = terms.filter(({ weight }) => weight !== 1).length;
  const about = `${terms.length === 1 ? t(READ.oneTerm) : t(READ.terms, { terms: terms.length })}${weighted > 0 ? t(READ.weighted, { weighted }) : ""}${
    quiet ? "" : t(READ.dialect, { dialect: TOOL_NAMES[dialect] ?? dialect })
  }`;
  return (
    <section class="prompt">
      <div class="row-head">
        <h3>{t(title)}</h3>
        <span class="note">{about}</span>
        <span class="tools">
          <button type="button" class="link" aria-pressed={raw} onClick={() => setRaw(!raw)}>
            {t(raw ? READ.asTerms : READ.asRecorded)}
          </button>
          <button
            type="button"
            class="icon-button"
            aria-label={`${t(READ.copy)}: ${t(title)}`}
            title={t(READ.copy)}
            onClick={() => copyText(text, t(READ.copied), t(READ.copyFailed))}
          >
            <Icon name="copy" />
          </button>
        </span>
      </div>
      <button
        type="button"
        class={`mono prompt-text${quiet ? " quiet" : ""}${lit.value === path ? " lit" : ""}`}
        data-value={path}
        aria-pressed={pinned.value === path}
        {...litBy(path)}
      >
        {raw ? (
          <span class="raw">{text}</span>
        ) : (
          pieces.map((piece, i) => <Term key={`${i}${piece.text}`} {...piece} />)
        )}
      </button>
    </section>
  );
}

function Term({ kind, text, weight }: Piece) {
  if (kind === "between") return <span class="between">{text}</span>;
  if (kind === "network") return <span class="network">{text}</span>;
  if (weight === 1) return <span>{text}</span>;
  const side = weight < 0 ? "minus" : weight < 1 ? "less" : "more";
  return (
    <span class={`weighted ${side} thick-${thicknessOf(weight)}`}>
      {text}
      <sup>
        <span class="visually-hidden"> {t(READ.weightOf, { weight: "" })}</span>
        {String(Number(weight.toFixed(3))).replace("-", "−")}
      </sup>
    </span>
  );
}
