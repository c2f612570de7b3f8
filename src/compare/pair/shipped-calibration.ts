/** The calibration that is shipped; written by bench/compare/ship.ts from the collection that is listed there. */

import type { CopyCalibration } from "./calibration.ts";

/** Versioned data: every verdict names its id. */
export const SHIPPED_CALIBRATION: CopyCalibration = {
  form: "seedproof.copy-calibration/1",
  id: "debian-2026-11",
  date: "2026-11-30",
  method: "orb-akaze-grid/1 opencv-js@4.12.0-release.1",
  origin: {
    en: "178 pictures in altered copies of sixteen kinds, and unrelated ones out of 3652, from 26 Debian packages with free licences; listed in bench/compare",
    zh: "178 幅图像的十六类改动副本，以及取自 3652 幅的无关图像，来自 26 个自由许可的 Debian 软件包；清单见 bench/compare",
  },
  falsePositiveRate: 0.01,
  weights: [-5.3071, 0.1881, 3.7219, 1.161],
  threshold: 0,
  similar: {
    layout: 0.548,
    palette: 0.8844,
    rate: { hits: 12, trials: 1777, share: 0.0068, low: 0.0035, high: 0.0118 },
  },
  sources: { fit: 72, calibrate: 106, report: 178 },
  falsePositives: { hits: 4, trials: 1777, share: 0.0023, low: 0.0006, high: 0.0058 },
  falsePositiveSources: { hits: 4, trials: 178, share: 0.0225, low: 0.0062, high: 0.0565 },
  found: {
    border: { hits: 80, trials: 81, share: 0.9877, low: 0.9331, high: 0.9997 },
    colour: { hits: 76, trials: 76, share: 1, low: 0.9526, high: 1 },
    combined: { hits: 80, trials: 81, share: 0.9877, low: 0.9331, high: 0.9997 },
    crop10: { hits: 66, trials: 66, share: 1, low: 0.9456, high: 1 },
    crop25: { hits: 73, trials: 73, share: 1, low: 0.9507, high: 1 },
    crop50: { hits: 88, trials: 88, share: 1, low: 0.9589, high: 1 },
    crop75: { hits: 75, trials: 79, share: 0.9494, low: 0.8754, high: 0.986 },
    grey: { hits: 80, trials: 81, share: 0.9877, low: 0.9331, high: 0.9997 },
    jpeg30: { hits: 80, trials: 80, share: 1, low: 0.9549, high: 1 },
    mirror: { hits: 89, trials: 89, share: 1, low: 0.9594, high: 1 },
    redraw: { hits: 78, trials: 80, share: 0.975, low: 0.9126, high: 0.997 },
    resize50: { hits: 75, trials: 75, share: 1, low: 0.952, high: 1 },
    rotate5: { hits: 77, trials: 77, share: 1, low: 0.9532, high: 1 },
    screenshot: { hits: 67, trials: 71, share: 0.9437, low: 0.862, high: 0.9844 },
    strip8: { hits: 70, trials: 70, share: 1, low: 0.9487, high: 1 },
    text: { hits: 71, trials: 74, share: 0.9595, low: 0.8861, high: 0.9916 },
  },
  abstained: { hits: 48, trials: 3023, share: 0.0159, low: 0.0117, high: 0.021 },
};
