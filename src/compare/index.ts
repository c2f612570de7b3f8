/** `seedproof/compare`: fingerprints of images, measures of pairs, the verdict of a reproduction. */

export { calibrate, judge, type ReproductionCalibration, type Thresholds } from "./calibration.ts";
export { differencePicture, sheetOf } from "./difference-picture.ts";
export { type Measures, measuresOf } from "./metrics.ts";
export { DIHEDRAL, type Dihedral, type Luma, type Pdq, pdq, pdqDihedral, pdqDistance } from "./pdq.ts";
export { gridRegions, measureRegions, type Region } from "./regions.ts";
export { type Reproduction, reproduce } from "./reproduction.ts";
