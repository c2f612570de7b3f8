/** `seedproof/compare`: fingerprints of images, measures of pairs, the verdict of a reproduction, how any two images relate. */

export { calibrate, judge, type ReproductionCalibration, type Thresholds } from "./calibration.ts";
export { differencePicture, sheetOf } from "./difference-picture.ts";
export { type Measures, measuresOf } from "./metrics.ts";
export { type CopyCalibration, calibrateCopies, type LabelledPair } from "./pair/calibration.ts";
export { type CompareOptions, type Comparison, compare, type PairVerdict, type Side } from "./pair/comparison.ts";
export { comparisonJson, saysOf } from "./pair/comparison-json.ts";
export type { FeatureDetector, Features } from "./pair/features.ts";
export { figureOf } from "./pair/figure.ts";
export { comparisonPage, type PagePictures } from "./pair/page.ts";
export { type Prepared, prepare } from "./pair/prepared.ts";
export { SHIPPED_CALIBRATION } from "./pair/shipped-calibration.ts";
export { DIHEDRAL, type Dihedral, type Luma, type Pdq, pdq, pdqDihedral, pdqDistance } from "./pdq.ts";
export { gridRegions, measureRegions, type Region } from "./regions.ts";
export { type Reproduction, reproduce } from "./reproduction.ts";
