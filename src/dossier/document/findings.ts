/** Section 10: each question is answered once, as values with their grades; what else was considered stands beside it. */

import type { Text } from "../../base/texts.ts";
import { bilingual, type Case } from "../../doctrine/case.ts";
import { threeRules } from "../../doctrine/comparison.ts";
import { factTable } from "./fact-blocks.ts";
import type { DossierInput } from "./input.ts";
import { as, type Block, type Section, section, t, table } from "./model.ts";

/** Section 10. */
export function findingsSection(input: DossierInput): Section {
  const { theCase } = input;
  return section("10", t("Findings", "意见"), [
    ...theCase.questions.flatMap((question) => answer(input, question)),
    ...(theCase.questions.length === 0 ? [outcomes(input, undefined)] : []),
    ...declarations(theCase),
    { kind: "heading", text: t("Alternatives considered", "已考虑的其他可能") },
    { kind: "list", items: ALTERNATIVES },
  ]);
}

function answer(input: DossierInput, { id, text, facts, rules }: Case["questions"][number]): Block[] {
  const said = bilingual(text);
  return [
    { kind: "heading", text: { en: `${id}  ${said.en}`, zh: `${id}  ${said.zh}` } },
    ...(facts ? factTable(input.facts, facts) : []),
    ...(rules || !facts ? [outcomes(input, rules)] : []),
  ];
}

/** The outcome under each rule that is asked about; never one column alone. */
function outcomes({ assessed }: DossierInput, wanted: readonly string[] | undefined): Block {
  const three = threeRules(assessed);
  const asked = wanted ? assessed.filter(({ rule }) => wanted.includes(rule.id)) : three.length > 0 ? three : assessed;
  return table(
    [
      [t("Under the rule", "依规则"), 34],
      [t("On the evidence", "依证据"), 33],
      [t("Under the burden of proof", "依举证责任"), 33],
    ],
    asked.map(({ rule, questions }) => {
      const { evidence, burden } = questions[0]!;
      return [
        { lines: [{ strong: rule.short }, { small: as(rule.id) }] },
        { value: evidence.value },
        { value: burden.value },
      ];
    }),
  );
}

function declarations({ declarations: said }: Case): Block[] {
  if (said.length === 0) return [];
  const rows = said.map(({ by, at, text }) => [
    as(by),
    { small: as(at.slice(0, 10)) },
    bilingual(text),
    { grade: "C" as const },
  ]);
  return [
    table(
      [
        [t("Who", "何人"), 18],
        [t("When", "何时"), 14],
        [t("Statement", "陈述"), 60],
        [t("Grade", "等级"), 8],
      ],
      rows,
      t("Statements of the parties", "当事人陈述"),
    ),
  ];
}

const ALTERNATIVES: readonly Text[] = [
  t(
    "The same settings can be reached in another order, or be entered at once; the image does not tell.",
    "同一参数可经由其他顺序达到，亦可一次输入；图像本身不能区分。",
  ),
  t("Another person with the same files and settings gets the same image.", "他人以相同文件与参数可得到相同图像。"),
  t(
    "Generation data that is absent may never have been written, or may have been removed.",
    "缺失的生成数据可能从未写入，也可能已被删除。",
  ),
  t(
    "An unusual order of work has innocent explanations, demonstration among them.",
    "少见的操作顺序可有正当原因，例如为演示之便。",
  ),
  t(
    "A copy may have been made from a third image that is not among the exhibits.",
    "被诉图像可能源自检材之外的第三图像。",
  ),
];
