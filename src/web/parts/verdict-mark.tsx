/** Verdicts as shapes: full, ringed, half, hollow, broken; the word stands beside it. */

import "../styles/verdict-mark.css";

/** The five steps. */
export type VerdictShape = "identical" | "rounding" | "similar" | "different" | "open";

/** The shape of a verdict. */
export function VerdictMark({ shape, size = 16 }: { readonly shape: VerdictShape; readonly size?: number }) {
  return (
    <svg class={`verdict-mark verdict-${shape}`} width={size} height={size} viewBox="0 0 30 30" aria-hidden="true">
      {shape === "identical" ? <circle cx="15" cy="15" r="13" class="solid" /> : null}
      {shape === "rounding" ? (
        <>
          <circle cx="15" cy="15" r="13" />
          <circle cx="15" cy="15" r="7" class="solid" />
        </>
      ) : null}
      {shape === "similar" ? (
        <>
          <circle cx="15" cy="15" r="13" />
          <path d="M15 2a13 13 0 0 0 0 26Z" class="solid" />
        </>
      ) : null}
      {shape === "different" ? <circle cx="15" cy="15" r="13" /> : null}
      {shape === "open" ? <circle cx="15" cy="15" r="13" stroke-dasharray="4 3.4" /> : null}
    </svg>
  );
}
