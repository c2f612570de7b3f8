/** The words that must appear in every dossier, and the words that must not. */

import type { Text } from "../../base/texts.ts";

/** The notices, in the order of the cover. `{ai}` is whether AI was used in writing the report. */
export const NOTICES: readonly Text[] = [
  {
    en: "This report is not legal advice and not a court-appointed expert opinion. Whether the image is a work, who owns rights in it and whether they are infringed is for the court or office.",
    zh: "本报告不构成法律意见，亦不构成司法鉴定意见；是否构成作品、著作权归属及是否侵权，由人民法院或有权机关认定。",
  },
  {
    en: "Reproduction shows that a recipe can yield the image. It does not show how the image was in fact made.",
    zh: "复现结果只说明给定配方能否得到该图像，不证明该图像当时的创作过程。",
  },
  {
    en: "Times are device times unless a trusted third party is named; device times can be changed.",
    zh: "时间：除注明由可信第三方出具外，所列时间为当事人设备时间，可能被修改。",
  },
  {
    en: "Grades: M measured, R recorded then, T third party, S self-recorded, X simulated later, C claimed, U unknown.",
    zh: "证据等级：M 测得 / R 当时记录 / T 第三方 / S 自行记录 / X 事后模拟 / C 陈述 / U 不明。",
  },
  { en: "“Undetermined” means not shown either way.", zh: "“未查明”不等于“不存在”。" },
  {
    en: "The record shows the account in use, not the person at the keyboard.",
    zh: "记录仅说明登录账户，不证明实际操作人。",
  },
  {
    en: "This report contains AI-generated images. AI used in writing this report: {ai}.",
    zh: "本报告含由人工智能生成的图像；本报告文字是否使用人工智能：{ai}。",
  },
  {
    en: "Results hold within the stated error rates and conditions (§ 6, § 12) only.",
    zh: "误差与适用范围见第 6、12 节；超出范围不得引用。",
  },
];

/** Stands over everything that was made up afterwards. */
export const SIMULATED: Text = {
  en: "Simulated afterwards: made on {date}; no substitute for the original generation record.",
  zh: "事后模拟：本节内容系事后生成（{date}），不能替代原始生成记录。",
};

/** Words that no text of ours uses. */
export const AVOIDED: Readonly<Record<"en" | "zh", readonly RegExp[]>> = {
  en: [
    /proves? authorship/i,
    /guarantees? copyright/i,
    /\btheft\b|\bstolen?\b/i,
    /\bfakes?\b|\bfaked\b/i,
    /human-made \d/i,
    /court-approved/i,
    /tamper-proof/i,
    /first creator/i,
  ],
  zh: [/创作完成证明/, /防篡改(?!可察)/, /抄袭|剽窃|盗窃/, /造假|伪作/, /法院认可/, /保证.*著作权/, /最先创作者/],
};
