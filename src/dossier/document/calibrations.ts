/** How well the methods did on their test sets, from the calibrations that this version ships. */

import { type Share, shareOf } from "../../base/binomial.ts";
import type { Text } from "../../base/texts.ts";
import type { CopyCalibration } from "../../compare/pair/calibration.ts";
import { REPRODUCTION_CALIBRATION } from "../../compare/reproduction-calibration.ts";

/** What is known of a method's errors. */
export interface Calibration {
  /** Id of the method, such as `read/1`. */
  readonly method: string;
  /** Id of the calibration, which verdicts name. */
  readonly id: string;
  readonly testSet: Text;
  readonly rates: readonly { readonly name: Text; readonly share: Share }[];
  readonly note?: Text;
}

/** The reproduction's thresholds and the errors that they made on images that they were not set on. */
export function reproductionCalibration(): Calibration {
  const { id, made, errors } = REPRODUCTION_CALIBRATION;
  const { recipes, model, settings, note } = made;
  return {
    method: "reproduction/1",
    id,
    testSet: {
      en: `${recipes} base images of ${model}; ${settings.en}`,
      zh: `${model} 的 ${recipes} 幅基准图像；${settings.zh}`,
    },
    rates: [
      {
        name: { en: "other seeds called substantially similar", zh: "不同种子被认定为实质性相似" },
        share: errors.takenForSimilar,
      },
      { name: { en: "same recipe called different", zh: "同一配方被认定为不同" }, share: errors.missed },
      { name: { en: "undetermined", zh: "未能判定" }, share: errors.undetermined },
    ],
    note,
  };
}

/** The comparison of two images: how often unrelated pictures were called the same, and how often each kind of copy was found. */
export function copyCalibration({
  id,
  origin,
  sources,
  falsePositives,
  found,
  abstained,
}: CopyCalibration): Calibration {
  const kinds = COPY_KINDS.flatMap(({ kind, name }) => {
    const share = found[kind];
    return share ? [{ name, share }] : [];
  });
  return {
    method: "comparison/1",
    id,
    testSet: {
      en: `${origin.en}; errors counted on ${sources.report} source pictures by cross-fitting`,
      zh: `${origin.zh}；误差以交叉拟合在 ${sources.report} 幅原图上统计`,
    },
    rates: [
      {
        name: { en: "unrelated pairs called the same picture", zh: "无关图像对被认定为同一画面" },
        share: falsePositives,
      },
      ...kinds,
      { name: { en: "pairs not judged for want of structure", zh: "因结构不足未予判断" }, share: abstained },
    ],
  };
}

/** The alterations that a court asks about most; all sixteen stand in the calibration. */
const COPY_KINDS = [
  { kind: "crop25", name: { en: "found: a quarter cut off", zh: "检出：裁去四分之一" } },
  { kind: "crop50", name: { en: "found: half cut off", zh: "检出：裁去一半" } },
  { kind: "crop75", name: { en: "found: three quarters cut off", zh: "检出：裁去四分之三" } },
  { kind: "mirror", name: { en: "found: mirrored", zh: "检出：镜像" } },
  { kind: "jpeg30", name: { en: "found: saved again at low quality", zh: "检出：低质量重新保存" } },
  { kind: "combined", name: { en: "found: several at once", zh: "检出：多种改动叠加" } },
] as const;

/** Reading is held to real files whose values were taken from their bytes another way: all of them come out as they stand. */
export function readingCalibration(files: number): Calibration {
  return {
    method: "read/1",
    id: "samples/expected.json",
    testSet: {
      en: `${files} real files of the programs that are read, with values taken from their bytes by an independent program and checked by eye`,
      zh: `${files} 个真实文件，其取值由独立程序自字节得出并经人工核对`,
    },
    rates: [{ name: { en: "files read otherwise", zh: "读取结果不符的文件" }, share: shareOf(0, files) }],
  };
}
