/** Sections 0 to 2: cover and notices, summary on one page, questions put. */

import { GRADES, type Grade } from "../../base/grades.ts";
import { fill } from "../../base/texts.ts";
import { bilingual } from "../../doctrine/case.ts";
import { threeRules } from "../../doctrine/comparison.ts";
import { factName } from "../../doctrine/explain.ts";
import { gradeBars } from "../figures/scale.ts";
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
  const { theCase, facts, assessed } = input;
  const counts: Partial<Record<Grade, number>> = {};
  for (const { grade } of facts) counts[grade] = (counts[grade] ?? 0) + 1;
  const rows = assessed.map(({ rule, questions }) => [
    rule.short,
    { small: rule.level },
    { value: questions[0]!.evidence.value },
    { value: questions[0]!.burden.value },
  ]);
  const known = GRADES.filter((grade) => counts[grade]).length;
  return section("1", t("Summary", "摘要"), [
    p(
      t(
        `${theCase.exhibits.length} exhibits were examined. ${facts.length} facts in ${known} grades of proof are on file. Under each rule the first question comes out as follows; the elements and reasons stand in section 11.`,
        `共检验 ${theCase.exhibits.length} 件检材，载明 ${facts.length} 项事实，涉及 ${known} 个证据等级。各规则下首要问题的结果如下；要件与理由见第 11 节。`,
      ),
    ),
    table(
      [
        [t("Rule", "规则"), 30],
        [t("Weight", "效力"), 34],
        [t("On the evidence", "依证据"), 18],
        [t("Under the burden", "依举证责任"), 18],
      ],
      rows,
    ),
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

/** What the three rules lack, or every rule where the three are not among them. */
function notShown({ assessed }: DossierInput): Block[] {
  const shown = threeRules(assessed).length > 0 ? threeRules(assessed) : assessed;
  const keys = [
    ...new Set(
      shown.flatMap(({ lacking }) =>
        Object.values(lacking).flatMap((changes) => changes.flatMap(({ facts }) => facts)),
      ),
    ),
  ];
  if (keys.length === 0) return [p(t("Every element of these rules is shown.", "上述规则的各要件均已证明。"))];
  const names = keys.slice(0, 14).map(factName);
  return [{ kind: "list", items: names }];
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
