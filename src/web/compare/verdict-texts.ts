/** Texts of the verdict's pane, beside those of the comparison's page. */

import type { Text } from "../../base/texts.ts";

/** By name. */
export const VERDICT = {
  scale: { en: "The scale, nearest first", zh: "等级，由近及远" },
  bySource: { en: "… by source picture", zh: "……按来源图像" },
  abstained: { en: "Not judged", zh: "未作判断" },
  sources: {
    en: "Source pictures: {fit} for the weights, {calibrate} for the threshold, {report} for the errors.",
    zh: "来源图像：{fit} 幅定权重，{calibrate} 幅定阈值，{report} 幅计误差。",
  },
  file: { en: "file", zh: "文件" },
  pdq: { en: "PDQ", zh: "PDQ" },
} as const satisfies Record<string, Text>;
