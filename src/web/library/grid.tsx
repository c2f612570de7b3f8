/** The grid: only the rows that are seen are there, however many images the library has. */

import { useComputed, useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Grade } from "../../base/grades.ts";
import { t } from "../language.ts";
import { GradeBadge, Seal } from "../parts/badges.tsx";
import { Icon } from "../parts/icon.tsx";
import { compareNext, toggleDuplicates, toggleFamily, toRead } from "./deeds.ts";
import { beside, type GridRow, heightOf, layOut, rowOf, rowsBetween } from "./layout.ts";
import { Picture } from "./picture.tsx";
import { active, current, fetchImages, found, imageAt, mark, pages, pick, picked, wish } from "./state.ts";
import { LIBRARY } from "./texts.ts";
import { likeness, spokenImage, valueWords } from "./words.ts";

/** Pixels below a row's pictures: the caption, and air. */
const CAPTION = 24;
const BELOW = CAPTION + 16;
/** Rows kept ready above and below what is seen, in pixels. */
const AHEAD = 500;

/** The pictures of what fits. */
export function Grid({ onOpen }: { readonly onOpen: () => void }) {
  const scroller = useRef<HTMLDivElement>(null);
  const width = useSignal(0);
  /** Height of the window, measured when it changes: a scroll asks for no layout. */
  const seen = useRef(0);
  /** The rows that are there: what is seen, and some beside it. It changes with every few rows, not with every pixel. */
  const range = useSignal<readonly [number, number]>([0, 8]);
  const ratios = found.value?.ratios;
  const isNarrow = width.value < 560;
  const rows = useMemo(
    () =>
      width.value === 0
        ? []
        : layOut(ratios ?? [], {
            ...{ width: width.value, gap: 12, below: BELOW, target: isNarrow ? 210 : 158 },
            ...(isNarrow && { most: 2 }),
            groups: found.value?.groups,
          }),
    [ratios, width.value],
  );
  const look = (): void => {
    if (!scroller.current || rows.length === 0) return;
    const { scrollTop } = scroller.current;
    const [from, to] = rowsBetween(rows, scrollTop - AHEAD, scrollTop + seen.current + AHEAD, BELOW);
    if (range.value[0] !== from || range.value[1] !== to) range.value = [from, to];
  };
  useLayoutEffect(() => {
    const box = scroller.current!;
    const measure = (): void => {
      const style = getComputedStyle(box);
      seen.current = box.clientHeight;
      width.value = Math.floor(
        box.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight),
      );
    };
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    measure();
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(look, [rows]);
  // A row that stays is the same element as before, which the renderer does not look into again.
  const drawn = useMemo(() => new WeakMap<GridRow, VNode>(), [rows, onOpen]);
  const drawnRow = (row: GridRow): VNode => {
    const known = drawn.get(row) ?? <Row key={row.first} row={row} all={ratios?.length ?? 0} onOpen={onOpen} />;
    drawn.set(row, known);
    return known;
  };
  const [from, to] = range.value;
  const visible = rows.slice(from, to + 1);
  const [first, last] = [visible[0]?.first ?? 0, lastOf(visible.at(-1))];
  useEffect(() => {
    if (last >= first && rows.length > 0) fetchImages(first, last);
  }, [first, last, ratios, pages.value]);
  // Another search begins at its top.
  useEffect(() => {
    if (active.value === 0) scroller.current?.scrollTo({ top: 0 });
  }, [wish.value]);
  const show = (place: number): void => {
    const row = rows[rowOf(rows, place)];
    const box = scroller.current;
    if (!row || !box) return;
    if (row.top < box.scrollTop) box.scrollTop = Math.max(0, row.top - 8);
    else if (row.top + row.height + BELOW > box.scrollTop + box.clientHeight) {
      box.scrollTop = row.top + row.height + BELOW - box.clientHeight;
    }
  };
  const move = (place: number): void => {
    const total = ratios?.length ?? 0;
    if (total === 0) return;
    active.value = Math.min(total - 1, Math.max(0, place));
    show(active.value);
  };
  return (
    <div
      class="grid-scroll"
      ref={scroller}
      role="listbox"
      aria-label={t(LIBRARY.grid)}
      aria-multiselectable="true"
      aria-activedescendant={active.value >= first && active.value <= last ? `shot-${active.value}` : undefined}
      tabIndex={0}
      onScroll={look}
      onKeyDown={(event) => {
        if (onKey(event, rows, move, onOpen)) event.preventDefault();
      }}
    >
      <div class="grid-all" role="presentation" style={{ height: `${heightOf(rows, 0)}px` }}>
        {visible.map(drawnRow)}
      </div>
    </div>
  );
}

function lastOf(row: GridRow | undefined): number {
  return row ? row.first + row.cells.length - 1 : -1;
}

/** Keys of the grid; whether one was taken. */
function onKey(
  event: KeyboardEvent,
  rows: readonly GridRow[],
  move: (place: number) => void,
  open: () => void,
): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const { key } = event;
  const at = active.value;
  const image = current.value;
  const page = Math.max(1, rowsInView(event.currentTarget as HTMLElement, rows));
  if (key === "ArrowRight") move(at + 1);
  else if (key === "ArrowLeft") move(at - 1);
  else if (key === "ArrowDown") move(beside(rows, at, 1));
  else if (key === "ArrowUp") move(beside(rows, at, -1));
  else if (key === "PageDown") move(rows[Math.min(rows.length - 1, rowOf(rows, at) + page)]?.first ?? at);
  else if (key === "PageUp") move(rows[Math.max(0, rowOf(rows, at) - page)]?.first ?? at);
  else if (key === "Home") move(0);
  else if (key === "End") move(Number.MAX_SAFE_INTEGER);
  else if (!image) return false;
  else if (key === "Enter") void toRead(image);
  else if (/^[0-5]$/.test(key)) void mark(image.sha256, { rating: Number(key) });
  else if (key === "x" || key === "X") void mark(image.sha256, { rejected: !image.rejected });
  else if (key === " ") pick(image.sha256);
  else if (key === "c" || key === "C") compareNext();
  else if (key === "f" || key === "F") toggleFamily();
  else if (key === "d" || key === "D") toggleDuplicates();
  else if (key === "i" || key === "I") open();
  else return false;
  return true;
}

function rowsInView(box: HTMLElement, rows: readonly GridRow[]): number {
  const row = rows[rowOf(rows, active.value)];
  return row ? Math.floor(box.clientHeight / (row.height + BELOW)) : 1;
}

interface RowProps {
  readonly row: GridRow;
  readonly all: number;
  readonly onOpen: () => void;
}

/** A row: put into the page, laid out and taken out of it as one. */
function Row({ row: { top, height, first, cells }, all, onOpen }: RowProps) {
  return (
    <div
      class="cells"
      role="presentation"
      style={{ transform: `translateY(${top}px)`, height: `${height + CAPTION}px` }}
    >
      {cells.map(({ left, width }, i) => (
        <Cell key={first + i} {...{ place: first + i, left, width, height, all, onOpen }} />
      ))}
    </div>
  );
}

interface CellProps {
  readonly place: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
  readonly all: number;
  readonly onOpen: () => void;
}

/** One picture; it looks itself what it shows, so that only it changes when that does. */
function Cell({ place, left, width, height, all, onOpen }: CellProps) {
  const image = useComputed(() => imageAt(place)).value;
  const isActive = useComputed(() => active.value === place).value;
  const isPicked = useComputed(() => {
    const one = imageAt(place);
    return one ? picked.value.has(one.sha256) : false;
  }).value;
  return (
    <div
      class={`cell${isActive ? " active" : ""}${isPicked ? " picked" : ""}${image?.rejected ? " rejected" : ""}`}
      id={`shot-${place}`}
      role="option"
      tabIndex={-1}
      aria-selected={isPicked}
      aria-setsize={all}
      aria-posinset={place + 1}
      style={{ left: `${left}px`, width: `${width}px` }}
      onClick={(event) => {
        active.value = place;
        if (image && (event.ctrlKey || event.metaKey || event.shiftKey)) pick(image.sha256);
        else onOpen();
      }}
      onDblClick={() => image && void toRead(image)}
    >
      <span class="visually-hidden">{image ? spokenImage(image, isPicked) : "…"}</span>
      <span class="frame" aria-hidden="true" style={{ height: `${height}px` }}>
        {image ? (
          <Picture key={image.sha256} sha256={image.sha256} width={width * devicePixelRatio > 256 ? 512 : 256} alt="" />
        ) : null}
        {image && image.kin > 1 ? (
          <span class="kin">
            <Icon name="layers" /> {image.kin}
          </span>
        ) : null}
        {isPicked ? (
          <span class="pick">
            <Icon name="check" />
          </span>
        ) : null}
      </span>
      {image ? (
        <span class="caption" aria-hidden="true">
          <GradeBadge grade={image.grade as Grade} />
          <span class="tool">{found.value?.groups ? likeness(image) : valueWords("tool", image.tool)}</span>
          {image.sealed ? <Seal size={14} /> : null}
          <span class="dots">{image.rejected ? "✕" : "●".repeat(image.rating)}</span>
        </span>
      ) : null}
    </div>
  );
}
