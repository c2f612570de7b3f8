/** Blocks and bytes: the map of the file, the list of blocks, the hex view and the text, with one selection across all. */

import { useState } from "preact/hooks";
import type { FileReading, ShownBlock } from "../../label/file-reading.ts";
import { grouped, t } from "../language.ts";
import { Icon } from "../parts/icon.tsx";
import { BlockText } from "./block-text.tsx";
import { Hex } from "./hex.tsx";
import {
  chosenBlock,
  lit,
  litRange,
  opened,
  pinned,
  provenanceOf,
  shownBlock,
  shownBytes,
  togglePin,
} from "./state.ts";
import { READ } from "./texts.ts";

type View = "text" | "hex" | "both";

/** The pane. */
export function Blocks({ reading }: { readonly reading: FileReading }) {
  const [view, setView] = useState<View>("both");
  const { blocks } = reading;
  const block = shownBlock.value === undefined ? undefined : blocks[shownBlock.value];
  return (
    <section class="bytes-pane" aria-labelledby="bytes-head">
      <div class="pane-head">
        <h2 id="bytes-head">{t(READ.blocks)}</h2>
        <span class="joined">
          {(["text", "hex", "both"] as const).map((one) => (
            <button key={one} type="button" aria-pressed={view === one} onClick={() => setView(one)}>
              {t(READ[one])}
            </button>
          ))}
        </span>
      </div>
      <BlockMap reading={reading} />
      {blocks.length === 0 ? <p class="note">{t(READ.noBlocks)}</p> : <BlockList reading={reading} />}
      {block ? (
        <>
          <LitStrip reading={reading} />
          {view === "text" ? null : <Hex />}
          {view === "hex" || block.text === undefined ? null : <BlockText block={block} />}
          <p class="note help">
            {shownBytes.value?.from === "text" ? `${t(block.offset === null ? READ.hidden : READ.inflated)} ` : ""}
            {t(READ.help)} <kbd>P</kbd> {t(READ.pinsPair)}
          </p>
        </>
      ) : null}
    </section>
  );
}

/** Blocks in their places, the pixels between them hatched. Small blocks keep a width that can be hit. */
function BlockMap({ reading }: { readonly reading: FileReading }) {
  const { bytes, blocks } = reading;
  const placed = blocks
    .map((block, index) => ({ block, index }))
    .filter(({ block }) => block.offset !== null)
    .sort((a, b) => a.block.offset! - b.block.offset!);
  const parts: { readonly size: number; readonly index?: number }[] = [];
  let at = 0;
  for (const { block, index } of placed) {
    if (block.offset! > at) parts.push({ size: block.offset! - at });
    parts.push({ size: block.length, index });
    at = Math.max(at, block.offset! + block.length);
  }
  if (at < bytes) parts.push({ size: bytes - at });
  const inBlocks = placed.reduce((sum, { block }) => sum + block.length, 0);
  return (
    <div>
      <div class="block-map" role="img" aria-label={t(READ.mapLabel, { blocks: placed.length, bytes: grouped(bytes) })}>
        {parts.map(({ size, index }, i) => (
          <i
            key={`${i}${index ?? ""}`}
            class={
              index === undefined
                ? "rest"
                : `part tone-${toneOf(blocks[index]!)}${index === shownBlock.value ? " chosen" : ""}`
            }
            style={{ flexGrow: index === undefined ? Math.sqrt(size) : Math.sqrt(size) * 2 }}
          />
        ))}
      </div>
      <div class="map-scale mono">
        <span>00000</span>
        <span class="note">{t(READ.pixelsAndRest, { bytes: grouped(Math.max(0, bytes - inBlocks)) })}</span>
        <span>{bytes.toString(16).padStart(5, "0")}</span>
      </div>
    </div>
  );
}

/** Colour of a block by what it is: in use, another text, in the pixels, binary. */
function toneOf(block: ShownBlock): "used" | "text" | "hidden" | "binary" {
  const reading = opened.value?.reading;
  const index = reading?.blocks.indexOf(block) ?? -1;
  if (block.offset === null) return "hidden";
  if (block.text === undefined) return "binary";
  const isUsed = Object.values(reading?.provenance ?? {}).some((from) => from.block === index);
  return isUsed ? "used" : "text";
}

function BlockList({ reading }: { readonly reading: FileReading }) {
  const signed = new Set(
    reading.attestations
      .filter(({ kind, status }) => status === "valid" && (kind === "novelai-signature" || kind === "c2pa"))
      .map(({ block }) => block),
  );
  return (
    <table class="block-list">
      <thead class="visually-hidden">
        <tr>
          <th scope="col">{t(READ.block)}</th>
          <th scope="col">{t(READ.key)}</th>
          <th scope="col">{t(READ.offset)}</th>
          <th scope="col">{t(READ.length)}</th>
        </tr>
      </thead>
      <tbody>
        {reading.blocks.map((block, index) => (
          <tr
            key={`${index}${block.where}`}
            class={index === shownBlock.value ? "chosen" : ""}
            onClick={() => choose(index)}
          >
            <td class="mono where">
              <i class={`tone-${toneOf(block)}`} />
              {shortWhere(block.where)}
            </td>
            <td class="key">
              <button type="button" class="plain" aria-pressed={index === shownBlock.value}>
                {block.key || block.where}
              </button>{" "}
              {signed.has(index) ? <span class="tag sealed">{t(READ.signed)}</span> : null}
            </td>
            <td class="number">{block.offset === null ? t(READ.inPixels) : grouped(block.offset)}</td>
            <td class="number">{grouped(block.length)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function choose(index: number): void {
  pinned.value = undefined;
  chosenBlock.value = index;
}

function shortWhere(where: string): string {
  return where.replace(/^APP1\//, "").replace(/^pixels:/, "");
}

/** Which value is lit, and where its bytes stand. */
function LitStrip({ reading }: { readonly reading: FileReading }) {
  const path = lit.value;
  if (path === undefined) return <p class="lit-strip idle" aria-hidden="true" />;
  const from = provenanceOf(reading, path);
  const block = from && reading.blocks[from.block];
  if (!from || !block) return <p class="lit-strip idle" aria-hidden="true" />;
  const range = litRange.value;
  const values = { path, status: t(READ[from.status]), key: block.key || block.where };
  const words = range
    ? t(READ.statusAt, { ...values, from: grouped(range[0]), to: grouped(range[1] - 1) })
    : t(READ.statusIn, values);
  const isPinned = pinned.value === path;
  return (
    <p class="lit-strip">
      <Icon name="pinned" />
      <span>{words}</span>
      <button type="button" class="plain" aria-pressed={isPinned} onClick={() => togglePin(path)}>
        {t(isPinned ? READ.pinned : READ.pin)}
      </button>
    </p>
  );
}
