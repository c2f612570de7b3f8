/** The bytes of the shown block, twelve a row; only the rows in view are drawn. */

import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../language.ts";
import { hovered, litRange, shownBytes, shownValues, togglePin } from "./state.ts";
import { READ } from "./texts.ts";

const PER_ROW = 12;
const ROW_PX = 18;
/** Rows drawn above and below those in view. */
const SPARE = 6;

/** The hex view. */
export function Hex() {
  const shown = shownBytes.value;
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const range = litRange.value;
  const start = shown?.start ?? 0;
  const fromHere = useRef(false);
  useEffect(() => {
    const view = box.current;
    if (!view || !range || fromHere.current) return;
    const row = Math.floor((range[0] - start) / PER_ROW);
    const inView = row * ROW_PX >= view.scrollTop && (row + 1) * ROW_PX <= view.scrollTop + view.clientHeight;
    if (!inView) view.scrollTop = Math.max(0, (row - 5) * ROW_PX);
  }, [range?.[0], start]);
  useEffect(() => {
    if (!range && box.current) box.current.scrollTop = 0;
  }, [shown]);
  if (!shown) return null;
  const { bytes, end } = shown;
  const rows = Math.max(1, Math.ceil((end - start) / PER_ROW));
  const first = Math.max(0, Math.floor(top / ROW_PX) - SPARE);
  const last = Math.min(rows, first + 34 + SPARE * 2);
  const over = (event: Event): void => {
    const at = Number((event.target as HTMLElement).dataset.at ?? Number.NaN);
    fromHere.current = true;
    hovered.value = shownValues.value.find(({ range: [from, to] }) => at >= from && at < to)?.path;
  };
  return (
    <div
      class="hex mono"
      ref={box}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must be able to
      tabIndex={0}
      role="region"
      aria-label={t(READ.hexLabel)}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onPointerOver={over}
      onPointerLeave={() => {
        fromHere.current = false;
        hovered.value = undefined;
      }}
      onClick={() => togglePin()}
    >
      <div style={{ height: `${rows * ROW_PX}px`, position: "relative" }}>
        {Array.from({ length: last - first }, (_, i) => (
          <Row
            key={first + i}
            bytes={bytes}
            at={start + (first + i) * PER_ROW}
            end={end}
            top={(first + i) * ROW_PX}
            lit={range}
          />
        ))}
      </div>
    </div>
  );
}

function Row(props: {
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly end: number;
  readonly top: number;
  readonly lit: readonly [number, number] | undefined;
}) {
  const { bytes, at, end, top, lit } = props;
  const row = [...bytes.subarray(at, Math.min(end, at + PER_ROW))];
  const isLit = (i: number): boolean => lit !== undefined && at + i >= lit[0] && at + i < lit[1];
  const any = row.some((_, i) => isLit(i));
  const edge = (i: number): string =>
    `${isLit(i) ? "lit" : ""}${isLit(i) && !(i > 0 && isLit(i - 1)) ? " from" : ""}${isLit(i) && !isLit(i + 1) ? " to" : ""}`;
  return (
    <div class={`hex-row${any ? " any" : ""}`} style={{ top: `${top}px` }} {...(any && { "data-lit-row": "" })}>
      <span class="at">{at.toString(16).padStart(5, "0")}</span>
      <span class="digits">
        {row.map((byte, i) => (
          <span key={at + i} class={edge(i)} data-at={at + i}>
            {byte.toString(16).padStart(2, "0")}
          </span>
        ))}
      </span>
      <span class="chars" aria-hidden="true">
        {row.map((byte, i) => (
          <span key={at + i} class={edge(i)} data-at={at + i}>
            {byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "·"}
          </span>
        ))}
      </span>
    </div>
  );
}
