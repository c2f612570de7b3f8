/** Section 8: the record of creation. What was recorded, in order, with its grade; what was simulated stands apart and says so. */

import { fill, type Text } from "../../base/texts.ts";
import type { Exhibit } from "../../doctrine/case.ts";
import type { LedgerReport, ReportedEvent, SimulationReport } from "../../doctrine/reports.ts";
import { WORD_TEXTS } from "../../doctrine/vocabulary.ts";
import type { Difference } from "../../process/difference.ts";
import {
  OUTCOME_TEXTS,
  type SupportedDimension,
  type SupportedStatement,
  UNIT_TEXTS,
} from "../../process/dimension-measures.ts";
import type { Dimension } from "../../process/event.ts";
import type { Step } from "../../process/tables.ts";
import { floorBars } from "../figures/floor-bars.ts";
import { settingName, shown } from "./experiment-words.ts";
import type { DossierInput } from "./input.ts";
import { as, type Block, type Inline, instant, p, type Section, section, shortHash, t, table } from "./model.ts";
import { SIMULATED } from "./notices.ts";

/** A ledger or a simulation with the exhibit that it is. */
interface Found<T> {
  readonly exhibit: Exhibit;
  readonly report: T;
}

/** Section 8. */
export function recordSection(input: DossierInput): Section {
  const ledgers = reports(input, "ledger") as Found<LedgerReport>[];
  const simulations = reports(input, "simulation") as Found<SimulationReport>[];
  const title = t("Record of creation", "创作过程记录");
  const kind = kindBlock(ledgers, simulations);
  if (ledgers.length === 0 && simulations.length === 0) {
    return section("8", title, [
      p(t("No record of the making is among the exhibits.", "检材中没有创作过程记录。")),
      kind,
    ]);
  }
  const parts: readonly (readonly [Text, readonly Block[]])[] = [
    [t("Statement of intent", "创作意图"), intents(ledgers)],
    [t("Timeline", "时间线"), ledgers.flatMap(timeline)],
    [t("Prompt versions", "提示词版本"), ledgers.flatMap(({ exhibit, report }) => versions(exhibit.id, report.steps))],
    [t("Revisions by visual dimension", "按视觉要素的调整"), ledgers.flatMap(dimensions)],
    [t("Images made and kept", "生成与保留的图像"), ledgers.flatMap((one) => contactSheet(input, one))],
    [t("Counts, and who did what", "数量与操作者"), ledgers.flatMap(counts)],
    [t("Gaps and irregularities", "空缺与异常"), ledgers.flatMap(irregularities)],
    [t("Kind of record", "记录性质"), [kind]],
    ...simulations.map(
      ({ exhibit, report }) =>
        [
          t(`Simulated afterwards: exhibit ${exhibit.id}`, `事后模拟：检材 ${exhibit.id}`),
          simulated(exhibit, report),
        ] as const,
    ),
  ];
  return section(
    "8",
    title,
    [],
    parts.map(([name, blocks], i) =>
      section(`8.${i + 1}`, name, blocks.length > 0 ? blocks : [p(t("Nothing recorded.", "无记录。"))]),
    ),
  );
}

/** Exhibits whose report is of this kind. */
function reports(
  { theCase, measured }: DossierInput,
  kind: "ledger" | "simulation",
): { exhibit: Exhibit; report: unknown }[] {
  return theCase.exhibits.flatMap((exhibit) => {
    const report = measured?.exhibits[exhibit.id];
    return report?.kind === kind ? [{ exhibit, report }] : [];
  });
}

function intents(ledgers: readonly Found<LedgerReport>[]): Block[] {
  const noted = ledgers.flatMap(({ report }) => report.events.filter(({ type }) => type === "intent.noted"));
  if (noted.length === 0) return [p(t("No statement of intent was recorded.", "未记录创作意图。"))];
  return noted.flatMap((event): Block[] => [
    {
      kind: "pairs",
      rows: [
        [t("Said", "内容"), { strong: as(event.text ?? "") }],
        [t("Own clock", "设备时间"), instant(event.at)],
        [t("Sealed", "封存"), boundsCell(event)],
        [t("Grade", "等级"), { grade: event.grade }],
      ],
    },
  ]);
}

function boundsCell({ notBefore, notAfter }: ReportedEvent): Inline {
  const before =
    notBefore &&
    t(
      `not before ${instant(notBefore.time).en} (${notBefore.source})`,
      `不早于 ${instant(notBefore.time).zh}（${notBefore.source}）`,
    );
  const after =
    notAfter &&
    t(
      `not after ${instant(notAfter.time).en} (${notAfter.source})`,
      `不晚于 ${instant(notAfter.time).zh}（${notAfter.source}）`,
    );
  const known = [before, after].filter((one) => one !== undefined);
  return known.length > 0 ? { lines: known.map((small) => ({ small })) } : { small: t("own clock only", "仅设备时钟") };
}

/** What each kind of event is called. */
export const EVENT_TEXTS: Readonly<Record<string, Text>> = {
  "session.opened": t("session opened", "会话开始"),
  "session.closed": t("session closed", "会话结束"),
  "session.gap": t("recorder off", "记录中断"),
  "intent.noted": t("intention noted", "记录意图"),
  "environment.observed": t("environment seen", "环境记录"),
  "seed.chosen": t("seed chosen", "选定种子"),
  "generation.requested": t("images asked for", "请求生成"),
  "generation.completed": t("images made", "生成完成"),
  "generation.failed": t("generation failed", "生成失败"),
  "capture.changed": t("capture switched", "采集开关"),
  "capture.missed": t("something passed unseen", "未能捕获"),
  "image.shown": t("image shown", "显示图像"),
  "image.kept": t("image kept", "保留图像"),
  "image.rejected": t("image rejected", "舍弃图像"),
  "mask.drawn": t("mask drawn", "绘制蒙版"),
  "dimension.said": t("revision explained", "说明调整"),
  "file.saved": t("file saved", "保存文件"),
  "image.exported": t("image exported", "导出图像"),
  "image.published": t("image published", "发表图像"),
  "note.added": t("note", "备注"),
};

/** Rows of a timeline; a longer one goes on in the bundle. */
const MOST_ROWS = 150;

function timeline({ exhibit, report }: Found<LedgerReport>): Block[] {
  const rows = report.events.slice(0, MOST_ROWS).map((event): Inline[] => {
    const step = report.steps.find(({ event: id }) => id === event.id);
    const changes = step?.differences.map(changeText) ?? [];
    const text =
      event.text === undefined
        ? undefined
        : event.type === "generation.requested"
          ? { code: shortened(event.text) }
          : as(shortened(event.text));
    return [
      as(event.index),
      { lines: [instant(event.at), boundsCell(event)] },
      { lines: [EVENT_TEXTS[event.type] ?? as(event.type), { small: as(event.agent) }] },
      { lines: [...(text ? [text] : []), ...changes.slice(0, 8), ...event.files.slice(0, 4).map(shortHash)] },
      { grade: event.grade },
    ];
  });
  const left = report.events.length - rows.length;
  return [
    p(
      t(
        `Exhibit ${exhibit.id}: a ledger of ${report.size} entries${report.origin ? `, ${report.origin}` : ""}; ${report.ok ? "everything in it holds" : "something in it does not hold, see below"}.`,
        `检材 ${exhibit.id}：账本共 ${report.size} 条记录${report.origin ? `（${report.origin}）` : ""}；${report.ok ? "核验全部通过" : "有未通过的核验，见下文"}。`,
      ),
    ),
    table(
      [
        [t("No.", "序号"), 6],
        [t("Own time, outside bounds", "设备时间与外部界限"), 27],
        [t("Act, who", "行为与操作者"), 20],
        [t("What changed, images, reason", "改动、图像与理由"), 39],
        [t("Grade", "等级"), 8],
      ],
      rows,
    ),
    ...(left > 0 ? [p({ small: t(`${left} further events stand in the bundle.`, `其余 ${left} 条见证据包。`) })] : []),
  ];
}

function shortened(text: string): string {
  const flat = text.replace(/\s+/g, " ").trim();
  return flat.length > 220 ? `${flat.slice(0, 219)}…` : flat;
}

/** One adjustment as a phrase. */
function changeText(difference: Difference): Inline {
  switch (difference.kind) {
    case "phrase-added":
      return { code: `+ ${difference.text}` };
    case "phrase-removed":
      return { code: `− ${difference.text}` };
    case "phrase-moved":
      return { parts: [{ code: difference.text }, { small: t("moved", "移动") }] };
    case "phrase-weighted":
      return { code: `${difference.before} → ${difference.text}` };
    case "parameter":
      return {
        parts: [
          { small: settingName(difference.path) },
          { code: `${shown(difference.before)} → ${shown(difference.after)}` },
        ],
      };
    case "adapter-weight":
      return { code: `${difference.name} ${difference.before} → ${difference.after}` };
    case "seed":
      return {
        parts: [{ small: settingName("seed") }, { code: `${shown(difference.before)} → ${shown(difference.after)}` }],
      };
    default:
      return { code: `${difference.kind === "adapter-added" ? "+" : "−"} ${difference.name}` };
  }
}

/** The prompt version table that courts asked for. */
function versions(id: string, steps: readonly Step[]): Block[] {
  if (steps.length === 0) return [];
  const rows = steps.slice(0, MOST_ROWS).map(({ positive, negative, seed, differences }, i): Inline[] => [
    as(i + 1),
    {
      lines: [
        { code: shortened(positive) || "–" },
        ...(negative ? [{ parts: [{ small: t("negative", "反向") }, { code: shortened(negative) }] } as const] : []),
      ],
    },
    { code: seed ?? "–" },
    differences.length === 0
      ? { small: i === 0 ? t("first", "首次") : t("none", "无") }
      : { lines: differences.slice(0, 10).map(changeText) },
  ]);
  return [
    table(
      [
        [t("No.", "序号"), 6],
        [t("Prompt", "提示词"), 44],
        [t("Seed", "种子"), 14],
        [t("Difference from the one before", "与前一版的差异"), 36],
      ],
      rows,
      t(`Exhibit ${id}`, `检材 ${id}`),
    ),
  ];
}

function dimensions({ report }: Found<LedgerReport>): Block[] {
  const rows = report.dimensions.flatMap(({ dimension, said }): Inline[][] => {
    const name = WORD_TEXTS[dimension] ?? as(dimension);
    if (said.length === 0) return [[name, { small: t("nothing said", "未说明") }, as("–"), as("–")]];
    return said.map((one) => [name, as(one.text), imagesOf(one), measureOf(dimension, one)]);
  });
  return [
    table(
      [
        [t("Dimension", "视觉要素"), 13],
        [t("What the maker said then", "制作者当时的说明"), 33],
        [t("Images named", "所指图像"), 20],
        [t("Measured between them", "两者之间的测量"), 34],
      ],
      rows,
    ),
    ...dimensionFigure(report.dimensions),
  ];
}

function imagesOf({ before, after }: SupportedStatement): Inline {
  if (before === undefined && after === undefined) return { small: t("none named", "未指明") };
  const line = (name: Text, hash: string | undefined): Inline => ({
    parts: [{ small: name }, hash === undefined ? as("–") : shortHash(hash)],
  });
  return { lines: [line(t("before", "之前"), before), line(t("after", "之后"), after)] };
}

function measureOf(dimension: Dimension, { before, after, measured }: SupportedStatement): Inline {
  if (before === undefined || after === undefined)
    return { small: t("not measured: no two images are named", "未测量：未指明前后两幅图像") };
  if (!measured) return { small: t("not measured: an image is not in the record", "未测量：图像不在记录之中") };
  const { outcome, low, high, floor, why } = measured;
  const unit = UNIT_TEXTS[dimension];
  const range =
    low === undefined || !unit
      ? []
      : [
          {
            small: t(
              `${low}–${high} (${unit.en}); above ${floor} counts`,
              `${low}–${high}（${unit.zh}）；高于 ${floor} 方计`,
            ),
          },
        ];
  return { lines: [OUTCOME_TEXTS[outcome], ...range, ...(why ? [{ small: why }] : [])] };
}

/** What was measured, on one scale, and what it does and does not say. */
function dimensionFigure(dimensions: readonly SupportedDimension[]): Block[] {
  const bars = dimensions.flatMap(({ dimension, said }) =>
    said.flatMap(({ measured }) => {
      const { low, high, floor, outcome } = measured ?? {};
      if (low === undefined || high === undefined || !floor || !outcome) return [];
      return [{ name: WORD_TEXTS[dimension] ?? as(dimension), low: low / floor, high: high / floor, outcome }];
    }),
  );
  if (bars.length === 0) return [];
  return [
    {
      kind: "pictures",
      columns: 1,
      items: [
        {
          picture: { svg: floorBars(bars) },
          caption: t(
            "What was measured for each statement, in multiples of what re-encoding or scaling alone may cause (dashed line). Right of the line the two images differ in that dimension, left of it they do not; a range across it does not tell. Each range is over several scales.",
            "各项说明的测量结果，以重新编码或缩放本身可造成的数值（虚线）为单位。区间位于虚线右侧，表示两幅图像在该要素上有差异；位于左侧，表示未见差异；跨越虚线则无法判断。区间为多个尺度上的取值范围。",
          ),
          alt: t("Ranges on a scale from one tenth to one hundred times the line", "由虚线的十分之一至一百倍的区间图"),
        },
      ],
    },
    p({
      small: t(
        "The measure supports or does not support that something changed there; it does not say who changed it, or why. The line is twice what JPEG at quality 60, WebP at 50 and halving made of 40 images at most. Nothing measures perspective: two images alone do not tell a moved viewpoint from another scene.",
        "测量仅说明该要素是否有变化，不说明由谁、因何造成。虚线取 40 幅图像经 JPEG（质量 60）、WebP（质量 50）及缩小一半所致最大数值的两倍。透视无测量方法：仅凭两幅图像无法区分视点移动与另绘场景。",
      ),
    }),
  ];
}

function contactSheet(input: DossierInput, { exhibit, report }: Found<LedgerReport>): Block[] {
  const kept = new Set(report.events.filter(({ type }) => type === "image.kept").flatMap(({ files }) => files));
  const made = report.events.filter(({ type }) => type === "generation.completed");
  const items = made.flatMap(({ index, files }) =>
    files.flatMap((hash) => {
      const picture = input.pictures.get(`${exhibit.id}:${hash}`);
      if (!picture) return [];
      const isKept = kept.has(hash);
      const caption: Inline = {
        lines: [
          { parts: [as(`№ ${index}`), ...(isKept ? [{ strong: t("kept", "保留") } as const] : [])] },
          shortHash(hash),
        ],
      };
      return [
        {
          picture: { key: picture.key },
          caption,
          alt: t(`Image of entry ${index}`, `第 ${index} 条记录的图像`),
          ...(isKept && { kept: true }),
        },
      ];
    }),
  );
  return items.length === 0 ? [] : [{ kind: "pictures", columns: 4, items }];
}

function counts({ report: { counts: count, events, branches } }: Found<LedgerReport>): Block[] {
  const agents = new Map<string, number>();
  for (const { agent } of events) agents.set(agent, (agents.get(agent) ?? 0) + 1);
  return [
    {
      kind: "pairs",
      rows: [
        [t("Requests", "请求数"), as(count.requests)],
        [t("Images made", "生成图像"), as(count.images)],
        [t("Kept, rejected", "保留、舍弃"), as(`${count.kept}, ${count.rejected}`)],
        [t("Rejected with a reason", "附理由舍弃"), as(count.rejectedWithReason)],
        [t("Lines of work", "工作分支"), as(branches)],
        [t("Files saved", "保存文件"), as(count.saves)],
        [
          t("Entries by account", "各账户记录数"),
          { lines: [...agents].map(([name, number]) => as(`${name}: ${number}`)) },
        ],
      ],
    },
    p({
      small: t(
        "The record shows the account in use, not the person at the keyboard.",
        "记录仅说明登录账户，不证明实际操作人。",
      ),
    }),
  ];
}

function irregularities({ report: { gaps, signs, findings, withheld } }: Found<LedgerReport>): Block[] {
  const failing = findings.filter(({ level }) => level === "fails").map(({ text }): Inline => ({ strong: text }));
  const items: Inline[] = [
    ...failing,
    ...(withheld && withheld.length > 0
      ? [
          t(
            `Not disclosed: entries ${withheld.join(", ")}. They stand in the record and are committed to by their hashes.`,
            `未披露：第 ${withheld.join("、")} 条记录。其存在于过程记录中，并以哈希固定。`,
          ),
        ]
      : []),
    ...gaps.map(({ from, to }) =>
      t(
        `The recorder was off from ${instant(from).en} to ${instant(to).en}.`,
        `${instant(from).zh} 至 ${instant(to).zh} 期间记录中断。`,
      ),
    ),
    ...signs.map(({ text }) => text),
  ];
  return items.length > 0
    ? [{ kind: "list", items }]
    : [p(t("None of the signs looked for was found.", "未发现所检查的迹象。"))];
}

const KIND_TEXTS: Readonly<Record<LedgerReport["record"], Text>> = {
  contemporaneous: t("This record was made while the images were made.", "该记录系在图像生成当时形成。"),
  imported: t("This record was imported from another program's own history.", "该记录系由其他程序的历史导入。"),
  simulated: t("This record was simulated afterwards.", "该记录系事后模拟。"),
  none: t("This record holds no event of the making.", "该记录不含创作过程事件。"),
};

function kindBlock(ledgers: readonly Found<LedgerReport>[], simulations: readonly Found<SimulationReport>[]): Block {
  const lines: Inline[] = [
    ...ledgers.map(({ exhibit, report }) => ({
      strong: {
        en: `${exhibit.id}: ${KIND_TEXTS[report.record].en}`,
        zh: `${exhibit.id}：${KIND_TEXTS[report.record].zh}`,
      },
    })),
    ...simulations.map(({ exhibit }) => ({
      strong: { en: `${exhibit.id}: ${KIND_TEXTS.simulated.en}`, zh: `${exhibit.id}：${KIND_TEXTS.simulated.zh}` },
    })),
  ];
  return p(lines.length > 0 ? { lines } : { strong: t("There is no record.", "无记录。") });
}

function simulated(exhibit: Exhibit, { stories }: SimulationReport): Block[] {
  const date = instant(exhibit.receivedAt);
  const notice = { en: fill(SIMULATED, { date: date.en }).en, zh: fill(SIMULATED, { date: date.zh }).zh };
  return [
    { kind: "notice", items: [notice] },
    p(
      t(
        "Several different histories that end in the same settings follow. That they exist shows why none of them is evidence of what happened.",
        "以下为以同一参数结束的多种不同经过。其并存说明任何一种均不能证明当时的实际经过。",
      ),
    ),
    ...stories.flatMap(({ story, steps }) => [
      { kind: "heading", text: STORY_TEXTS[story] ?? as(story) } as const,
      ...versions(exhibit.id, steps),
    ]),
  ];
}

const STORY_TEXTS: Readonly<Record<string, Text>> = {
  "prompt-grows": t("Story: the prompt grows", "经过：提示词逐步增加"),
  "seed-lottery": t("Story: one seed after the other", "经过：逐个更换种子"),
  "parameters-last": t("Story: parameters come last", "经过：最后调整参数"),
  "negative-last": t("Story: the negative prompt comes last", "经过：最后填写反向提示词"),
  "adapters-last": t("Story: adapters come last", "经过：最后加入附加模型"),
};
