/** Section 9: every time that is stated, who vouches for it, and what bounds it from outside. */

import type { LedgerReport } from "../../doctrine/reports.ts";
import { type TimeRow, timeBars } from "../figures/time-bars.ts";
import { factTable } from "./fact-blocks.ts";
import type { DossierInput } from "./input.ts";
import { as, type Block, type Inline, instant, p, type Section, section, t, table } from "./model.ts";
import { EVENT_TEXTS } from "./record.ts";

/** Events whose time is asked about most. */
const ASKED = ["intent.noted", "generation.completed", "image.kept", "file.saved", "image.published"];

/** Rows of the table and bars of the figure. */
const MOST_TIMES = 24;

/** Section 9. */
export function timesSection(input: DossierInput): Section {
  const { theCase, measured } = input;
  const ledgers = theCase.exhibits.flatMap(({ id }) => {
    const report = measured?.exhibits[id];
    return report?.kind === "ledger" ? [{ id, report }] : [];
  });
  const asked = ledgers.flatMap(({ id, report }) =>
    report.events.filter(({ type }) => ASKED.includes(type)).map((event) => ({ id, event })),
  );
  const rows = asked.slice(0, MOST_TIMES);
  const figure = timeBars(rows.map(({ event }) => barOf(event)));
  return section("9", t("Time evidence", "时间证据"), [
    ...factTable(input.facts, ["time."]),
    ...(rows.length > 0 ? [timeTable(rows)] : []),
    ...(figure
      ? [
          {
            kind: "pictures",
            columns: 1,
            items: [
              {
                picture: { svg: figure },
                caption: t("Not before and not after, with the own clock", "不早于、不晚于与设备时钟"),
                alt: t("Bars from not before to not after", "由不早于至不晚于的时间条"),
              },
            ],
          } as const,
        ]
      : []),
    ...ledgers.flatMap(({ id, report }) => clockChecks(id, report)),
    p({
      small: t(
        "Times of files and metadata follow the clock of whoever wrote them and are not listed as evidence.",
        "文件与元数据中的时间取决于写入者的时钟，不作为证据列出。",
      ),
    }),
  ]);
}

type Event = LedgerReport["events"][number];

function barOf(event: Event): TimeRow {
  const name = EVENT_TEXTS[event.type] ?? as(event.type);
  return {
    name: { en: `№ ${event.index} ${name.en}`, zh: `№ ${event.index} ${name.zh}` },
    claimed: Date.parse(event.at),
    ...(event.notBefore && { notBefore: Date.parse(event.notBefore.time) }),
    ...(event.notAfter && { notAfter: Date.parse(event.notAfter.time) }),
  };
}

function timeTable(rows: readonly { id: string; event: Event }[]): Block {
  const bound = (one: Event["notBefore"]): Inline =>
    one ? { lines: [instant(one.time), { small: as(one.source) }] } : as("–");
  return table(
    [
      [t("Exhibit, no.", "检材、序号"), 12],
      [t("Event", "事件"), 15],
      [t("Own clock", "设备时钟"), 19],
      [t("Not before", "不早于"), 23],
      [t("Not after", "不晚于"), 24],
      [t("Grade", "等级"), 7],
    ],
    rows.map(({ id, event }) => [
      as(`${id} № ${event.index}`),
      EVENT_TEXTS[event.type] ?? as(event.type),
      instant(event.at),
      bound(event.notBefore),
      bound(event.notAfter),
      { grade: event.grade },
    ]),
  );
}

/** What checking the ledger's times and clocks found. */
function clockChecks(id: string, { findings }: LedgerReport): Block[] {
  const about = findings.filter(({ code }) =>
    /^ledger\.(?:timestamp|ots|witness|beacon|drand|claimed|clock|time|tail)/.test(code),
  );
  if (about.length === 0) return [];
  return [
    { kind: "heading", text: t(`Checks of time, exhibit ${id}`, `时间核验：检材 ${id}`) },
    { kind: "list", items: about.slice(0, 20).map(({ text }) => text) },
  ];
}
