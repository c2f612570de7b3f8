/** Sections 0 to 2: cover and notices, summary on one page, questions put. */

import { GRADES, type Grade } from "../../base/grades.ts";
import { fill } from "../../base/texts.ts";
import { bilingual } from "../../doctrine/case.ts";
import { threeRules } from "../../doctrine/comparison.ts";
import { factName, factValueText } from "../../doctrine/explain.ts";
import { gradeBars } from "../figures/scale.ts";
import { factsOfKeys, mergedFacts } from "./fact-blocks.ts";
import type { DossierInput } from "./input.ts";
import { as, type Block, type Inline, instant, p, type Section, section, t, table, wholeHash } from "./model.ts";
import { NOTICES } from "./notices.ts";

/** Roles of parties that have a name in both languages; others stand as the user wrote them. */
const PARTY_TEXTS: Readonly<Record<string, ReturnType<typeof t>>> = {
  claimant: t("Claimant", "主张者（原告）"),
  plaintiff: t("Claimant", "主张者（原告）"),
  defendant: t("Defendant", "被告"),
  applicant: t("Applicant", "申请人"),
  expert: t("Expert", "专家"),
  counsel: t("Counsel", "代理律师"),
  platform: t("Platform", "平台"),
};

/** The cover's table: parties, date, tool, bundle. */
export function coverRows({
  theCase,
  bundle,
  tool,
  measured,
}: DossierInput): (readonly [ReturnType<typeof t>, Inline])[] {
  return [
    [t("Reference", "编号"), as(theCase.ref)],
    ...theCase.parties.map(({ role, name }) => [PARTY_TEXTS[role.toLowerCase()] ?? as(role), as(name)] as const),
    [t("Date of this dossier", "报告日期"), instant(theCase.date)],
    [t("Examined", "检验时间"), measured ? instant(measured.at) : t("not measured", "未检验")],
    [t("Made with", "制作工具"), as(tool)],
    [t("Exhibits", "检材数"), as(theCase.exhibits.length)],
    ...(bundle
      ? [[t("Attached bundle", "所附证据包"), { lines: [as(bundle.name), wholeHash(bundle.sha256)] }] as const]
      : []),
    [t("Language of reference", "基准语言"), { blank: "short" }],
  ];
}

/** Section 0. */
export function noticesSection({ theCase }: DossierInput): Section {
  const ai = theCase.aiInReport ? bilingual(theCase.aiInReport) : t("____", "____");
  const items = NOTICES.map((notice) => ({ en: fill(notice, { ai: ai.en }).en, zh: fill(notice, { ai: ai.zh }).zh }));
  return section("0", t("Notices", "声明"), [{ kind: "notice", items }]);
}

/** Section 1: what was asked, what the facts come to, and what is not shown. */
export function summarySection(input: DossierInput): Section {
  const { theCase, facts } = input;
  const counts: Partial<Record<Grade, number>> = {};
  for (const { grade } of facts) counts[grade] = (counts[grade] ?? 0) + 1;
  const known = GRADES.filter((grade) => counts[grade]).length;
  return section("1", t("Summary", "摘要"), [
    p(
      t(
        `${theCase.exhibits.length} exhibits were examined; ${facts.length} facts in ${known} grades of proof are on file.`,
        `共检验 ${theCase.exhibits.length} 件检材，载明 ${facts.length} 项事实，涉及 ${known} 个证据等级。`,
      ),
    ),
    ...answers(input),
    ...outcomes(input),
    {
      kind: "pictures",
      columns: 1,
      items: [
        {
          picture: { svg: gradeBars(counts) },
          caption: t("Facts on file by grade of proof", "各证据等级的事实数"),
          alt: t("Bars: how many facts there are of each grade", "条形图：各等级的事实数"),
        },
      ],
    },
    { kind: "heading", text: t("What is not shown", "未查明的事项") },
    ...notShown(input),
  ]);
}

/** Each question with the facts that answer it; outcomes under rules stand below, and in full in section 10. */
function answers({ theCase, facts }: DossierInput): Block[] {
  const rows = theCase.questions.flatMap(({ id, text, facts: keys }): Inline[][] => {
    if (!keys) return [];
    const found = mergedFacts(factsOfKeys(facts, keys)).slice(0, MOST_ANSWERS);
    const lines = found.map(({ fact }): Inline => {
      const [name, value] = [factName(fact.key), factValueText(fact)];
      return { parts: [{ grade: fact.grade }, { en: `${name.en}: ${value.en}`, zh: `${name.zh}：${value.zh}` }] };
    });
    return [[as(id), bilingual(text), { lines: lines.length > 0 ? lines : [{ parts: [{ grade: "U" }, NOTHING] }] }]];
  });
  if (rows.length === 0) return [];
  const columns = [
    [t("No.", "编号"), 6],
    [t("Question", "问题"), 40],
    [t("Answer, with its grade of proof", "回答及证据等级"), 54],
  ] as const;
  return [table(columns, rows)];
}

/** Facts of one answer: the summary is one page. */
const MOST_ANSWERS = 5;
const NOTHING = t("nothing is on file", "无任何材料");

/** The first question of every rule, in both columns. */
function outcomes({ assessed }: DossierInput): Block[] {
  const rows = assessed.map(({ rule, questions }): Inline[] => [
    rule.short,
    { value: questions[0]!.evidence.value },
    { value: questions[0]!.burden.value },
  ]);
  const columns = [
    [t("Under the rule", "依规则"), 36],
    [t("On the evidence", "依证据"), 32],
    [t("Under the burden", "依举证责任"), 32],
  ] as const;
  const half = Math.ceil(rows.length / 2);
  const lead = {
    kind: "paragraph",
    text: t(
      "The first question of each rule comes out as follows; elements, reasons and weight stand in section 11.",
      "各规则首要问题的结果如下；要件、理由与效力见第 11 节。",
    ),
    tied: true,
  } as const;
  if (rows.length < 4) return [lead, table(columns, rows)];
  return [
    lead,
    { kind: "columns", columns: [[table(columns, rows.slice(0, half))], [table(columns, rows.slice(half))]] },
  ];
}

/** What the three rules lack, or every rule where the three are not among them; what is known to be otherwise is not among it. */
function notShown({ assessed }: DossierInput): Block[] {
  const shown = threeRules(assessed).length > 0 ? threeRules(assessed) : assessed;
  const lacking = shown.flatMap((one) => Object.values(one.lacking).flat());
  const keys = [
    ...new Set(
      lacking.filter(({ kind, from }) => kind !== "value" || from === undefined).flatMap(({ facts }) => facts),
    ),
  ];
  if (keys.length === 0)
    return [p(t("Every element of these rules is shown or refuted.", "上述规则的各要件均已证明或被否定。"))];
  return [{ kind: "list", items: keys.slice(0, 10).map(factName) }];
}

/** Section 2. */
export function questionsSection({ theCase }: DossierInput): Section {
  if (theCase.questions.length === 0)
    return section("2", t("Questions put", "委托事项"), [p(t("No question was put.", "未提出具体问题。"))]);
  const rows = theCase.questions.map(({ id, text }) => [as(id), bilingual(text)]);
  return section("2", t("Questions put", "委托事项"), [
    table(
      [
        [t("No.", "编号"), 8],
        [t("Question", "问题"), 92],
      ],
      rows,
    ),
    p({ small: t("Each is answered once, in section 10.", "各问题均在第 10 节作答一次。") }),
  ]);
}
