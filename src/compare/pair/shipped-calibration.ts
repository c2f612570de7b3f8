/** The calibration that is shipped; made by `seedproof calibrate copies` from the collection that bench/compare lists. */

import type { CopyCalibration } from "./calibration.ts";

/** Versioned data: every verdict names its id. */
export const SHIPPED_CALIBRATION: CopyCalibration = {
  form: "seedproof.copy-calibration/1",
  id: "unfitted",
  date: "2026-11-29",
  method: "orb-grid/1 opencv-js@4.12.0-release.1",
  origin: { en: "set by hand, no errors counted", zh: "手工设定，未统计误差" },
  falsePositiveRate: 0.01,
  weights: [-6, 1.5, 8, 2],
  threshold: 0,
  similar: { layout: 0.75, palette: 0.6, rate: { hits: 0, trials: 0, share: 0, low: 0, high: 1 } },
  sources: { fit: 0, calibrate: 0, report: 0 },
  falsePositives: { hits: 0, trials: 0, share: 0, low: 0, high: 1 },
  falsePositiveSources: { hits: 0, trials: 0, share: 0, low: 0, high: 1 },
  found: {},
  abstained: { hits: 0, trials: 0, share: 0, low: 0, high: 1 },
};
