/** How well the methods did on their test sets, from the calibrations that this version ships. */

import { type Share, shareOf } from "../../base/binomial.ts";
import type { Text } from "../../base/texts.ts";
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
