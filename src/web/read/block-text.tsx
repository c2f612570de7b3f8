/** The decoded text of a block, with the lit value in it. */

import { useEffect, useRef } from "preact/hooks";
import type { ShownBlock } from "../../label/file-reading.ts";
import { lit, opened, provenanceOf, shownBlock } from "./state.ts";

/** Characters drawn around the lit value; a workflow of megabytes is not laid out whole. */
const WINDOW = 6_000;

/** The text. */
export function BlockText({ block }: { readonly block: ShownBlock }) {
  const mark = useRef<HTMLElement>(null);
  const { text = "" } = block;
  const reading = opened.value?.reading;
  const from = reading && lit.value !== undefined ? provenanceOf(reading, lit.value) : undefined;
  const span = from && from.block === shownBlock.value ? from.span : undefined;
  const [begin, end] = span ?? [0, 0];
  const start = Math.max(0, Math.min(begin - WINDOW / 3, text.length - WINDOW));
  const stop = Math.min(text.length, Math.max(start + WINDOW, end + 200));
  useEffect(() => {
    const [one, box] = [mark.current, mark.current?.closest(".block-text")];
    if (one && box) box.scrollTop = Math.max(0, one.offsetTop - box.clientHeight / 3);
  }, [begin, end, block]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must be able to
    <pre class="mono block-text" tabIndex={0}>
      {start > 0 ? "… " : ""}
      {text.slice(start, begin)}
      {span ? <mark ref={mark}>{text.slice(begin, end)}</mark> : null}
      {text.slice(span ? end : start, stop)}
      {stop < text.length ? " …" : ""}
    </pre>
  );
}
