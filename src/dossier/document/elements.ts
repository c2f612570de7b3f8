/** Section 11: the elements table, an aid for counsel. Both columns for every element, and what would change the outcome. */

import { groupsBy } from "../../base/groups.ts";
import type { Text } from "../../base/texts.ts";
import type { ChangeSet } from "../../doctrine/change.ts";
import { type Assessed, recordShift, threeRules } from "../../doctrine/comparison.ts";
import {
  changeText,
  factName,
  factValueText,
  type Ground,
  gradesText,
  groundsOf,
  isPresumed,
} from "../../doctrine/explain.ts";
import { PROTECTION_SUMMARY } from "../../doctrine/protection.ts";
import type { Rule } from "../../doctrine/rule.ts";
import { mergedFacts } from "./fact-blocks.ts";
import type { DossierInput } from "./input.ts";
import { as, type Block, type Inline, p, type Section, section, t, table } from "./model.ts";

/** Section 11. */
export function elementsSection(input: DossierInput): Section {
  const three = threeRules(input.assessed);
  const parts: readonly (readonly [Text, readonly Block[]])[] = [
    ...(three.length > 0
      ? [[t("Same image, same facts, three rules", "同一图像、同一事实、三种规则"), comparison(three, input)] as const]
      : []),
    ...input.assessed.map(
      (one) =>
        [one.rule.short, ruleBlocks(one, input.rules.find(({ rule }) => rule.id === one.rule.id)?.rule)] as const,
    ),
    [t("What is protected", "保护对象"), protectionBlocks(input)],
  ];
  return section(
    "11",
    t("Elements table (aid for counsel)", "法律要件对照（供律师参考）"),
    [
      p(
        t(
          "Each rule is read twice: on the evidence alone, and under the burden of proof, where what is not shown counts against the one who must show it. Neither column says who owns a right.",
          "每条规则作两种解读：仅依证据；以及依举证责任，即未证明者由负举证责任一方承担不利后果。任何一栏均不认定权利归属。",
        ),
      ),
    ],
    parts.map(([title, blocks], i) => section(`11.${i + 1}`, title, blocks)),
  );
}

const COLUMN_TEXTS = { evidence: t("On the evidence", "依证据"), burden: t("Under the burden", "依举证责任") };

/** The facts that the three rules look at most. */
const SHOWN = [
  ...["image.is_image", "recipe.complete", "reproduce.verdict", "study.other_inputs_give_other_images"],
  ...["study.path_independent", "process.prompts_chosen", "process.revisions_after_first", "process.record_kind"],
  ...["edit.human_share_area", "model.own_works_share", "author.configured_model_and_selected", "compare.copy_verdict"],
];

/** The image with the facts that all three read, each with its grade. */
function sameFacts({ facts, pictures, theCase }: DossierInput): Block {
  const image = theCase.exhibits.find(({ role, id }) => role === "image" && pictures.has(id));
  const lines = SHOWN.map((key): Inline => {
    const found = mergedFacts(facts.filter((fact) => fact.key === key && fact.grade !== "U"))
      .map(({ fact }) => fact)
      .slice(0, 2);
    const name = factName(key);
    const known = [...new Set(found.map(({ grade }) => grade))].map((grade) => ({ grade }));
    const grades = known.length > 0 ? known : [{ grade: "U" as const }];
    const said = {
      en: [...new Set(found.map((fact) => factValueText(fact).en))].join("; ") || "–",
      zh: [...new Set(found.map((fact) => factValueText(fact).zh))].join("；") || "–",
    };
    return { parts: [...grades, { en: `${name.en}: ${said.en}`, zh: `${name.zh}：${said.zh}` }] };
  });
  const third = Math.ceil(lines.length / 3);
  const lists = [0, 1, 2].map((i): Block[] => [p({ lines: lines.slice(i * third, (i + 1) * third) })]);
  const picture: Block[] = image
    ? [
        {
          kind: "pictures",
          columns: 1,
          items: [{ picture: { key: image.id }, caption: as(image.id), alt: as(image.id), small: true }],
        },
      ]
    : [];
  return { kind: "columns", columns: [picture, ...lists], widths: [1, 3, 3, 3] };
}

/** Three rules beside each other, each with its own table and its own change. */
function comparison(three: readonly Assessed[], input: DossierInput): Block[] {
  return [
    sameFacts(input),
    {
      kind: "columns",
      columns: three.map(({ rule, elements, questions, changes }): Block[] => {
        const { evidence, burden } = questions[0]!;
        return [
          { kind: "heading", text: rule.short },
          { kind: "paragraph", text: { small: rule.level }, tied: true },
          table(
            [
              [t("Element", "要件"), 46],
              [COLUMN_TEXTS.evidence, 27],
              [COLUMN_TEXTS.burden, 27],
            ],
            [
              ...elements.map(({ text, evidence: on, burden: under, reason }) => [
                { parts: [text, gradeLine(groundsOf(reason), isPresumed(reason))] },
                { value: on },
                { value: under },
              ]),
              [{ strong: t("Outcome", "结果") }, { value: evidence.value }, { value: burden.value }],
              ...shiftRow(rule.id, input),
            ],
          ),
          ...changeBlocks(changes.sets.slice(0, 1), changes.larger),
        ];
      }),
    },
  ];
}

/** Where the case has both a record and a simulation, and something turns on it: the outcome with the simulation alone. */
function shiftRow(id: string, { rules, facts, theCase }: DossierInput): Inline[][] {
  const rule = rules.find((one) => one.rule.id === id)?.rule;
  const shift = rule && recordShift(rule, facts, theCase.parameters?.[id]);
  if (!shift) return [];
  const { evidence, burden } = shift.simulationAlone;
  const name = t("Outcome without the record, on the simulation alone", "无当时记录、仅凭事后模拟时的结果");
  return [[{ strong: name }, { value: evidence }, { value: burden }]];
}

/** The grades that an element rests on, each once, and whether they were accepted. */
function gradeLine(grounds: readonly Ground[], presumed: boolean): Inline {
  const seen = grounds.filter(
    ({ fact, state }, i) =>
      grounds.findIndex((other) => other.fact.grade === fact.grade && other.state === state) === i,
  );
  const parts = seen.flatMap(({ fact, state }): Inline[] => [
    { grade: fact.grade },
    ...(state === "refused" ? [{ small: t("refused", "不采信") } as const] : []),
  ]);
  return {
    parts: [
      ...(presumed ? [{ small: t("presumed", "推定") } as const] : []),
      ...(parts.length > 0 ? parts : presumed ? [] : [{ grade: "U" } as const]),
    ],
  };
}

function changeBlocks(sets: readonly ChangeSet[], larger: ChangeSet | undefined): Block[] {
  const shown = sets.length > 0 ? sets : larger ? [larger] : [];
  if (shown.length === 0) return [];
  return [
    { kind: "paragraph", text: { strong: t("What would change it", "何种变化会改变结果") }, tied: true },
    ...shown.map(({ changes, burden }): Block => {
      const texts = changes.map(changeText);
      const whole = {
        en: `${texts.map(({ en }) => en).join("; and ")}`,
        zh: `${texts.map(({ zh }) => zh).join("；并且")}`,
      };
      return p({
        lines: [whole, { parts: [{ small: t("then under the burden", "则依举证责任") }, { value: burden }] }],
      });
    }),
  ];
}

function ruleBlocks(one: Assessed, rule: Rule | undefined): Block[] {
  const { elements, questions, changes, parameters, notCovered, notes } = one;
  const rows = elements.map(({ id, text, cite, evidence, burden, reason, missing }): Inline[] => [
    { lines: [text, { small: as(cite.join(", ")) }] },
    { lines: groundLines(groundsOf(reason), isPresumed(reason)) },
    { value: evidence },
    { value: burden },
    missing ? { lines: [missing, ...lackingLine(one.lacking[id])] } : as("–"),
  ]);
  return [
    { kind: "paragraph", text: { lines: [one.rule.title, { small: statusText(one) }] }, tied: true },
    table(
      [
        [t("Element, source", "要件与出处"), 20],
        [t("Facts and grades", "事实与等级"), 30],
        [COLUMN_TEXTS.evidence, 16],
        [COLUMN_TEXTS.burden, 16],
        [t("What would show it", "可资证明者"), 18],
      ],
      rows,
    ),
    ...questions.flatMap(({ question, evidence, burden }): Block[] => [
      {
        kind: "pairs",
        rows: [
          [t("Question", "问题"), { strong: question }],
          [COLUMN_TEXTS.evidence, { lines: [{ value: evidence.value }, evidence.text] }],
          [COLUMN_TEXTS.burden, { lines: [{ value: burden.value }, burden.text] }],
        ],
      },
    ]),
    ...changeBlocks(changes.sets.slice(0, 3), changes.larger),
    ...parameterBlocks(parameters),
    ...(rule?.card
      ? [{ kind: "pairs", rows: rule.card.map(({ label, value }) => [label, value] as const) } as const]
      : []),
    ...([...notes, ...notCovered.map(({ en, zh }) => ({ en: `Not covered: ${en}`, zh: `未涵盖：${zh}` }))].length > 0
      ? [
          {
            kind: "list",
            items: [
              ...notes,
              ...notCovered.map(({ en, zh }) => ({ en: `Not covered: ${en}`, zh: `未涵盖：${zh}` })),
            ].map((small) => ({ small })),
          } as const,
        ]
      : []),
    sources(one),
  ];
}

const STATUS_TEXTS: Readonly<Record<string, Text>> = {
  "in force": t("in force", "有效"),
  superseded: t("superseded", "已被取代"),
  pending: t("pending", "未决"),
  "proposed repeal": t("repeal proposed", "拟废止"),
  opinion: t("opinion", "观点"),
  binding: t("binding", "具有约束力"),
  persuasive: t("persuasive", "供参考"),
  guidance: t("guidance", "指引"),
  none: t("no legal weight", "无法律效力"),
};

function statusText({ rule: { level, binding, status, asOf } }: Assessed): Text {
  const [weight, state] = [STATUS_TEXTS[binding]!, STATUS_TEXTS[status]!];
  return {
    en: `${level.en} · ${weight.en} · ${state.en}, as of ${asOf}`,
    zh: `${level.zh} · ${weight.zh} · ${state.zh}（截至 ${asOf}）`,
  };
}

/** Facts and why they count or not; equal ones of several exhibits as one. */
function groundLines(grounds: readonly Ground[], presumed: boolean): Inline[] {
  const groups = groupsBy(grounds, ({ fact: { key, value, range, grade }, state, conflict }) =>
    JSON.stringify([key, value, range ?? null, grade, state, conflict]),
  );
  const lines = [...groups.values()].slice(0, 8).map((same): Inline => {
    const [{ fact, state, conflict }] = same as [Ground];
    const [name, value] = [factName(fact.key), factValueText(fact)];
    const exhibits = [...new Set(same.flatMap(({ fact: one }) => one.exhibit ?? []))];
    const on = exhibits.length > 0 ? ` (${exhibits.join(", ")})` : "";
    const text = { en: `${name.en}: ${value.en}${on}`, zh: `${name.zh}：${value.zh}${on}` };
    const note =
      state === "refused"
        ? [{ small: t("grade not accepted", "等级不予采信") } as const]
        : conflict
          ? [{ small: t("sources contradict each other", "来源互相矛盾") } as const]
          : [];
    return { parts: [{ grade: fact.grade }, text, ...note] };
  });
  if (presumed) lines.unshift({ small: t("presumed until rebutted", "推定，可反驳") });
  return lines.length > 0 ? lines : [{ parts: [{ grade: "U" }, { small: t("nothing shown", "未提供证据") }] }];
}

function lackingLine(changes: Assessed["lacking"][string] | undefined): Inline[] {
  const first = changes?.[0];
  if (!first) return [];
  const grades = gradesText(first.accept);
  return [{ small: { en: `grade ${grades.en}`, zh: `等级 ${grades.zh}` } }];
}

function parameterBlocks(parameters: Assessed["parameters"]): Block[] {
  const rows = Object.entries(parameters).map(([name, { value, why, chosen }]) => [
    { code: name },
    as(value),
    { lines: [why, ...(chosen ? [{ small: t("set by the user", "由使用者设定") } as const] : [])] },
  ]);
  return rows.length === 0
    ? []
    : [
        table(
          [
            [t("Parameter", "参数"), 16],
            [t("Value", "取值"), 12],
            [t("Reason", "理由"), 72],
          ],
          rows,
        ),
      ];
}

const CHECKED_TEXTS: Readonly<Record<string, Text>> = {
  judgment: t("compared with the text itself", "已与原文核对"),
  secondary: t("from a report, not compared with the text", "据报道，未与原文核对"),
  memory: t("from memory, not checked", "凭记忆，未核对"),
};

function sources({ rule: { citations } }: Assessed): Block {
  const items = Object.entries(citations).map(([id, { source, url, pin, checked }]): Inline => {
    const said = CHECKED_TEXTS[checked]!;
    const at = pin ? `, ${pin}` : "";
    return {
      lines: [
        { small: { en: `${id}: ${source.en}${at} (${said.en})`, zh: `${id}：${source.zh}${at}（${said.zh}）` } },
        ...(url ? [{ code: url }] : []),
      ],
    };
  });
  return { kind: "list", items };
}

function protectionBlocks({ protection, assessed }: DossierInput): Block[] {
  const nameOf = (id: string): Text => assessed.find(({ rule }) => rule.id === id)?.rule.short ?? as(id);
  const rows = protection.map(({ name, images, covers, avoidedBy, fixedBy, rules }): Inline[] => [
    { strong: name },
    {
      lines: [
        covers,
        ...(images && images !== "1"
          ? [{ small: t(`${grouped(images)} images`, `${grouped(images)} 幅图像`) } as const]
          : []),
      ],
    },
    avoidedBy,
    {
      lines: fixedBy.map(({ fact, known }) => {
        const [own, state] = [factName(fact), known ? t("known", "已知") : t("unknown", "不明")];
        return { small: { en: `${own.en}: ${state.en}`, zh: `${own.zh}：${state.zh}` } };
      }),
    },
    { lines: rules.length > 0 ? rules.map((id) => ({ small: nameOf(id) })) : [as("–")] },
  ]);
  return [
    { kind: "paragraph", text: { small: PROTECTION_SUMMARY }, tied: true },
    table(
      [
        [t("Object", "对象"), 18],
        [t("What one right would cover", "一项权利所及"), 26],
        [t("Got around by", "规避方式"), 20],
        [t("Fixed by", "确定依据"), 20],
        [t("Rules", "规则"), 16],
      ],
      rows,
    ),
  ];
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, " ");
}
