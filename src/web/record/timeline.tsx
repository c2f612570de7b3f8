/** The timeline: lanes, entries, and bars of time from not-before to not-after. */

import type { Text } from "../../base/texts.ts";
import type { Difference } from "../../process/difference.ts";
import type { CaptureGrade } from "../../process/event.ts";
import type { IconName } from "../icons.ts";
import { lang, t } from "../language.ts";
import { GradeBadge, Seal } from "../parts/badges.tsx";
import { Icon } from "../parts/icon.tsx";
import { imageUrl } from "../studio/state.ts";
import { rowsOf, type TimelineRow } from "./rows.ts";
import { overview, type SessionTimeline } from "./state.ts";
import { RECORD } from "./texts.ts";

/** Icons of capture grades. */
export const CAPTURE_ICONS: Readonly<Record<CaptureGrade, IconName>> = {
  hooked: "hooked",
  proxied: "plug",
  watched: "watched",
  noted: "noted",
  imported: "archive",
  reconstructed: "hammer",
};

/** The timeline of a session. */
export function TimelineView({ timeline }: { readonly timeline: SessionTimeline }) {
  const rows = rowsOf(timeline);
  const scale = scaleOf(timeline, overview.value?.open?.session === timeline.session);
  if (rows.length === 0) return <p class="note">{t(RECORD.nothingHere)}</p>;
  return (
    <div class="timeline" role="table" aria-label={timeline.session}>
      <div class="scale" aria-hidden="true">
        {scale.ticks.map((tick) => (
          <span key={tick} style={{ left: `${scale.at(tick)}%` }}>
            {clock(tick, scale.isLong)}
          </span>
        ))}
      </div>
      <div class="tick-lines" aria-hidden="true">
        {scale.ticks.map((tick) => (
          <i key={tick} style={{ left: `${scale.at(tick)}%` }} />
        ))}
        {rows.flatMap((row) =>
          row.kind === "checkpoint"
            ? [<i key={`seal${row.size}`} class="sealed" style={{ left: `${scale.at(row.evidence[0]!.time)}%` }} />]
            : row.kind === "gap"
              ? [
                  <i
                    key={`gap${row.from}`}
                    class="hole"
                    style={{
                      left: `${scale.at(Date.parse(row.from))}%`,
                      width: `${scale.at(Date.parse(row.to)) - scale.at(Date.parse(row.from))}%`,
                    }}
                  />,
                ]
              : [],
        )}
        {scale.isOpen ? <i class="now" style={{ left: `${scale.at(scale.to)}%` }} /> : null}
      </div>
      {rows.map((row, i) => (
        <RowView key={keyOf(row)} row={row} scale={scale} isFirst={i === 0} isLast={i === rows.length - 1} />
      ))}
      <Legend />
    </div>
  );
}

function keyOf(row: TimelineRow): string {
  return row.kind === "checkpoint" ? `c${row.size}` : `${row.kind}${row.entry.index}`;
}

interface Scale {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  readonly isOpen: boolean;
  /** Over more than a day: ticks show dates. */
  readonly isLong: boolean;
  readonly at: (time: number) => number;
}

const STEPS_MS = [1, 2, 5, 10, 20, 30, 60, 120, 240, 720, 1440, 2880, 10_080, 43_200, 129_600, 525_600].map(
  (n) => n * 60_000,
);

function scaleOf({ events, evidence }: SessionTimeline, isOpen: boolean): Scale {
  const own = events.map(({ event }) => Date.parse(event.at.wall));
  const bounds = evidence.filter(({ side }) => side === "not-after").map(({ time }) => time);
  const starts = evidence.filter(({ side }) => side === "not-before").map(({ time }) => time);
  const low = Math.min(...own, ...starts.filter((time) => time > Math.min(...own) - 24 * 3_600_000));
  const high = Math.max(...own, ...bounds, ...(isOpen ? [Date.now()] : []));
  const span = Math.max(60_000, high - low);
  const [from, to] = [low - span * 0.04, low + span * 1.03];
  const step = STEPS_MS.find((one) => span / one <= 5) ?? STEPS_MS.at(-1)!;
  const first = Math.ceil(from / step) * step;
  const ticks = Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, i) => first + i * step);
  const at = (time: number): number => Math.min(100, Math.max(0, ((time - from) / (to - from)) * 100));
  return { from, to: high, ticks, isOpen, isLong: span > 86_400_000, at };
}

function clock(time: number, isLong: boolean): string {
  const options = isLong
    ? ({ day: "numeric", month: "short" } as const)
    : ({ hour: "2-digit", minute: "2-digit" } as const);
  return new Intl.DateTimeFormat(lang.value === "zh" ? "zh-CN" : "en-GB", options).format(time);
}

/** A time with its date, to the second. */
export function exact(time: number): string {
  return new Intl.DateTimeFormat(lang.value === "zh" ? "zh-CN" : "en-GB", {
    dateStyle: "medium",
    timeStyle: "medium",
  }).format(time);
}

interface RowProps {
  readonly row: TimelineRow;
  readonly scale: Scale;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

function RowView({ row, scale, isFirst, isLast }: RowProps) {
  if (row.kind === "checkpoint") {
    return (
      <div class="trow checkpoint" role="row">
        <span class="lanes" role="cell">
          <Seal />
        </span>
        <span class="seal-words" role="cell">
          <b>{t(RECORD.checkpoint, { size: row.size })}</b>{" "}
          {row.evidence.map(({ kind, time }) => `${t(RECORD[kind])} ${exact(time)}`).join(" · ")}
        </span>
      </div>
    );
  }
  if (row.kind === "gap") {
    const [from, to] = [Date.parse(row.from), Date.parse(row.to)];
    return (
      <div class="trow gap" role="row">
        <LaneView isFirst={isFirst} isLast={isLast} />
        <span class="gap-words" role="cell">
          <b>{t(RECORD.gap, { length: lengthOf(to - from) })}</b>{" "}
          {t(RECORD.gapText, { from: clock(from, false), to: clock(to, false) })}
        </span>
      </div>
    );
  }
  const { entry, title, values, picture, differences, quote } = row;
  const { event, index, grade } = entry;
  const words =
    values && "dimension" in values ? { ...values, dimension: t(RECORD[values.dimension as "line"]) } : values;
  return (
    <div class={`trow entry${picture ? " tall" : ""}`} role="row">
      <LaneView isFirst={isFirst} isLast={isLast} row={row} />
      <span class="index mono" role="cell">
        {index}
      </span>
      <span class="thumb" role="cell">
        {picture ? <img src={imageUrl(picture, 96)} alt="" loading="lazy" /> : null}
      </span>
      <span class="what" role="cell">
        <b>{t(title, words)}</b>
        {event.simulated ? <span class="tag plain">{t(RECORD.simulated)}</span> : null}
        {differences.length > 0 ? <Differences differences={differences} /> : null}
        {quote === undefined ? null : <span class="quote">{quote === "" ? t(RECORD.noReason) : `“${quote}”`}</span>}
      </span>
      <span class="capture" role="cell">
        <Icon name={CAPTURE_ICONS[event.capture]} />
        {t(RECORD[event.capture])}
      </span>
      <span role="cell">
        <GradeBadge grade={grade} />
      </span>
      <TimeBar entry={entry} scale={scale} />
    </div>
  );
}

function LaneView({
  isFirst,
  isLast,
  row,
}: {
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly row?: Extract<TimelineRow, { kind: "entry" }>;
}) {
  const lane = row?.lane ?? 0;
  const mark = row?.mark;
  const x = lane === 0 ? 12 : 32;
  return (
    <span class={`lanes${row ? "" : " broken"}`}>
      <svg viewBox="0 0 48 60" aria-hidden="true">
        <path d={`M12 ${isFirst ? 30 : -200}V${isLast ? 30 : 260}`} class="main" />
        {lane === 1 ? (
          <path d={`M12 8C12 22 32 14 32 ${30}`} class={mark === "imported" ? "side dashed" : "side"} />
        ) : null}
        {mark === "image" ? <circle cx={x} cy="30" r="5" class="full" /> : null}
        {mark === "word" ? <circle cx={x} cy="30" r="5" class="hollow" /> : null}
        {mark === "imported" ? <circle cx={x} cy="30" r="5" class="hollow dashed" /> : null}
        {mark === "ended" ? <path d={`m${x - 4} 26 8 8m0-8-8 8`} class="ended" /> : null}
      </svg>
    </span>
  );
}

/** What changed, inserted and deleted; screen readers hear which. */
function Differences({ differences }: { readonly differences: readonly Difference[] }) {
  return (
    <span class="differences mono">
      {differences.slice(0, 6).map((one) => (
        <DifferenceView key={JSON.stringify(one)} one={one} />
      ))}
      {differences.length > 6 ? <span> + {differences.length - 6}</span> : null}
    </span>
  );
}

function DifferenceView({ one }: { readonly one: Difference }) {
  switch (one.kind) {
    case "phrase-added":
      return <Inserted text={one.text} isNegative={one.field === "negative"} />;
    case "phrase-removed":
      return <Deleted text={one.text} />;
    case "phrase-weighted":
      return (
        <>
          <Deleted text={one.before} /> <Inserted text={one.text} />
        </>
      );
    case "phrase-moved":
      return <span>↔ {one.text}</span>;
    case "adapter-added":
      return <Inserted text={one.name} />;
    case "adapter-removed":
      return <Deleted text={one.name} />;
    case "adapter-weight":
      return (
        <>
          {one.name} <Deleted text={String(one.before)} /> <Inserted text={String(one.after)} />
        </>
      );
    default: {
      const name = one.kind === "seed" ? "seed" : one.path.replace(/^.*\//, "");
      return (
        <>
          {name} <Deleted text={short(one.before)} /> <Inserted text={short(one.after)} />
        </>
      );
    }
  }
}

function short(value: unknown): string {
  const text =
    Array.isArray(value) && value.length === 1
      ? String(value[0])
      : typeof value === "string"
        ? value
        : JSON.stringify(value);
  return text.length > 40 ? `…${text.slice(-39)}` : text;
}

function Inserted({ text, isNegative = false }: { readonly text: string; readonly isNegative?: boolean }) {
  return (
    <ins>
      <span class="visually-hidden">{t(RECORD.added)} </span>
      {isNegative ? "− " : ""}
      {text.length > 90 ? `${text.slice(0, 89)}…` : text}
    </ins>
  );
}

function Deleted({ text }: { readonly text: string }) {
  return (
    <del>
      <span class="visually-hidden">{t(RECORD.removed)} </span>
      {text}
    </del>
  );
}

/** When it was made, as far as outside evidence says: solid between two bounds, dashed where only the own clock speaks. */
function TimeBar({
  entry,
  scale,
}: {
  readonly entry: Extract<TimelineRow, { kind: "entry" }>["entry"];
  readonly scale: Scale;
}) {
  const { notBefore, notAfter } = entry.interval;
  const own = Date.parse(entry.event.at.wall);
  const after = notAfter?.grade === "T2" ? undefined : notAfter;
  const isBounded = notBefore !== undefined && after !== undefined;
  const from = notBefore?.time ?? own;
  const to = after?.time ?? (scale.isOpen ? scale.to : Math.max(own, scale.to));
  const [left, right] = [scale.at(Math.min(from, own)), scale.at(Math.max(to, own))];
  const words = [
    ...(notBefore ? [t(RECORD.notBefore, { time: exact(notBefore.time), kind: t(RECORD[notBefore.kind]) })] : []),
    ...(after ? [t(RECORD.notAfter, { time: exact(after.time), kind: t(RECORD[after.kind]) })] : []),
    t(RECORD.ownClock, { time: exact(own) }),
  ].join(lang.value === "zh" ? "；" : "; ");
  return (
    <span class="time" role="cell" title={words}>
      <span class="visually-hidden">{words}</span>
      <i
        class={`bar${isBounded ? " bounded" : ""}`}
        style={{ left: `${left}%`, width: `${Math.max(0.4, right - left)}%` }}
      />
      {notBefore ? <i class="cap before" style={{ left: `${scale.at(notBefore.time)}%` }} /> : null}
      {after ? <i class="cap after" style={{ left: `${scale.at(after.time)}%` }} /> : null}
      <i class="dot" style={{ left: `${scale.at(own)}%` }} />
    </span>
  );
}

function Legend() {
  return (
    <p class="legend note" aria-hidden="true">
      <span class="time sample">
        <i class="bar bounded" style={{ left: "0", width: "100%" }} />
        <i class="cap before" style={{ left: "0" }} />
        <i class="cap after" style={{ left: "100%" }} />
        <i class="dot" style={{ left: "45%" }} />
      </span>
      {t(RECORD.legendBounded)}
      <span class="time sample">
        <i class="bar" style={{ left: "0", width: "100%" }} />
      </span>
      {t(RECORD.legendOwn)}
      <span class="time sample dot-only">
        <i class="dot" style={{ left: "50%" }} />
      </span>
      {t(RECORD.legendDot)}
    </p>
  );
}

/** How long something took, in words. */
export function lengthOf(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [n, unit]: [number, Text] =
    seconds < 90
      ? [seconds, RECORD.seconds]
      : seconds < 5400
        ? [Math.round(seconds / 60), RECORD.minutes]
        : seconds < 172_800
          ? [Math.round(seconds / 3600), RECORD.hours]
          : [Math.round(seconds / 86_400), RECORD.days];
  return t(unit, { n });
}
