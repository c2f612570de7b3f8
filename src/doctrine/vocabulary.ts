/** The fact vocabulary: every fact that a rule can ask for, how it is obtained, and its names in both languages. */

import type { Text } from "../base/texts.ts";
import type { FactSource, FactType } from "./fact.ts";
import { FACT_ROWS } from "./vocabulary-rows.ts";

/** What a fact is. */
export interface FactDefinition {
  readonly key: string;
  readonly type: FactType;
  readonly source: FactSource;
  readonly name: Text;
  /** The words that a choice or a list may hold; any where absent. */
  readonly values?: readonly string[];
}

/** All facts, in the order in which they are shown. */
export const VOCABULARY: readonly FactDefinition[] = FACT_ROWS.map(([key, type, source, en, zh, values]) => ({
  key,
  type,
  source,
  name: { en, zh },
  ...(values && { values: values.split(" ") }),
}));

const byKey = new Map(VOCABULARY.map((definition) => [definition.key, definition]));

/** The definition of a fact, or `undefined` where the vocabulary has none. */
export function factDefinition(key: string): FactDefinition | undefined {
  return byKey.get(key);
}

/** The sources in words: who is to be asked, or what measures it. */
export const SOURCE_TEXTS: Readonly<Record<FactSource, Text>> = {
  read: { en: "read from the file", zh: "读取文件" },
  reproduce: { en: "reproduction", zh: "复现" },
  protocol: { en: "experiment on determinism", zh: "确定性实验" },
  study: { en: "study of influence", zh: "影响度研究" },
  ledger: { en: "record of the making", zh: "创作过程记录" },
  contribution: { en: "measure of human contribution", zh: "人工贡献测量" },
  compare: { en: "comparison of images", zh: "图像比对" },
  lineage: { en: "record of models and training sets", zh: "模型与训练集记录" },
  documents: { en: "document", zh: "书面材料" },
  people: { en: "statement of a person", zh: "当事人陈述" },
};

/** Words of values in both languages, where they are not numbers. */
export const WORD_TEXTS: Readonly<Record<string, Text>> = {
  true: { en: "yes", zh: "是" },
  false: { en: "no", zh: "否" },
  full: { en: "full", zh: "完整" },
  partial: { en: "partial", zh: "部分" },
  absent: { en: "absent", zh: "无" },
  contradictory: { en: "contradictory", zh: "互相矛盾" },
  explicit: { en: "visible label", zh: "显式标识" },
  implicit: { en: "implicit label", zh: "隐式标识" },
  c2pa: { en: "Content Credentials", zh: "内容凭证（C2PA）" },
  iptc: { en: "IPTC source type", zh: "IPTC 来源类型" },
  none: { en: "none", zh: "无" },
  "identical-bytes": { en: "identical bytes", zh: "字节完全相同" },
  "identical-pixels": { en: "identical pixels", zh: "像素完全相同" },
  "within-rounding": { en: "within rounding", zh: "舍入误差之内" },
  "substantially-similar": { en: "substantially similar", zh: "实质性相似" },
  different: { en: "different", zh: "不同" },
  "not-reproducible": { en: "not reproducible", zh: "无法复现" },
  "same-build": { en: "same build", zh: "同一构建" },
  "other-device": { en: "other device", zh: "其他设备" },
  "other-engine": { en: "other engine", zh: "其他引擎" },
  contemporaneous: { en: "made at the time", zh: "当时形成" },
  imported: { en: "imported", zh: "导入" },
  simulated: { en: "simulated afterwards", zh: "事后模拟" },
  usual: { en: "usual", zh: "常见" },
  unusual: { en: "unusual", zh: "少见" },
  "no-baseline": { en: "no baseline", zh: "无比较基准" },
  layout: { en: "layout", zh: "布局" },
  proportion: { en: "proportion", zh: "比例" },
  perspective: { en: "perspective", zh: "视角" },
  composition: { en: "composition", zh: "构图" },
  colour: { en: "colour", zh: "色彩" },
  line: { en: "line", zh: "线条" },
  repaint: { en: "repaint", zh: "重绘" },
  fix: { en: "fix", zh: "修正" },
  add: { en: "add", zh: "添加" },
  remove: { en: "remove", zh: "移除" },
  arrange: { en: "arrange", zh: "编排" },
  "global-tone": { en: "global tone", zh: "整体色调" },
  copy: { en: "copy", zh: "复制件" },
  "edited-copy": { en: "edited copy", zh: "经编辑的复制件" },
  "same-recipe-other-seed": { en: "same recipe, other seed", zh: "同一配方、不同种子" },
  similar: { en: "similar", zh: "相似" },
  unrelated: { en: "unrelated", zh: "无关" },
  "cannot-tell": { en: "cannot tell", zh: "无法判断" },
  "two-dimensional": { en: "flat", zh: "平面" },
  "three-dimensional": { en: "three-dimensional", zh: "立体" },
  disclosed: { en: "disclosed", zh: "已披露" },
  "not-disclosed": { en: "not disclosed", zh: "未披露" },
  "not-applicable": { en: "not applicable", zh: "不适用" },
  research: { en: "research", zh: "科研" },
  commercial: { en: "commercial", zh: "商业" },
};
