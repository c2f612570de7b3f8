/** The calibration that is shipped; written by bench/compare/ship.ts from the collection that is listed there. */

import type { CopyCalibration } from "./calibration.ts";

/** Versioned data: every verdict names its id. */
export const SHIPPED_CALIBRATION: CopyCalibration = {
  form: "seedproof.copy-calibration/1",
  id: "debian-2026-11",
  date: "2026-11-30",
  method: "orb-akaze-grid/1 opencv-js@4.12.0-release.1",
  origin: {
    en: "300 pictures in altered copies of sixteen kinds, and unrelated ones out of 3652, from 26 Debian packages with free licences; listed in bench/compare",
    zh: "300 幅图像的十六类改动副本，以及取自 3652 幅的无关图像，来自 26 个自由许可的 Debian 软件包；清单见 bench/compare",
  },
  falsePositiveRate: 0.01,
  weights: [-5.3919, 0.2391, 3.7432, 1.3649],
  threshold: 0,
  similar: {
    layout: 0.5468,
    palette: 0.892,
    rate: { hits: 21, trials: 2997, share: 0.007, low: 0.0043, high: 0.0107 },
  },
  sources: { fit: 120, calibrate: 180, report: 300 },
  falsePositives: { hits: 9, trials: 2997, share: 0.003, low: 0.0014, high: 0.0057 },
  falsePositiveSources: { hits: 8, trials: 300, share: 0.0267, low: 0.0116, high: 0.0519 },
  found: {
    border: { hits: 137, trials: 138, share: 0.9928, low: 0.9603, high: 0.9998 },
    colour: { hits: 129, trials: 129, share: 1, low: 0.9718, high: 1 },
    combined: { hits: 130, trials: 133, share: 0.9774, low: 0.9355, high: 0.9953 },
    crop10: { hits: 122, trials: 122, share: 1, low: 0.9702, high: 1 },
    crop25: { hits: 123, trials: 123, share: 1, low: 0.9705, high: 1 },
    crop50: { hits: 146, trials: 146, share: 1, low: 0.9751, high: 1 },
    crop75: { hits: 136, trials: 140, share: 0.9714, low: 0.9285, high: 0.9922 },
    grey: { hits: 137, trials: 137, share: 1, low: 0.9734, high: 1 },
    jpeg30: { hits: 142, trials: 142, share: 1, low: 0.9744, high: 1 },
    mirror: { hits: 143, trials: 143, share: 1, low: 0.9745, high: 1 },
    redraw: { hits: 132, trials: 134, share: 0.9851, low: 0.9471, high: 0.9982 },
    resize50: { hits: 124, trials: 124, share: 1, low: 0.9707, high: 1 },
    rotate5: { hits: 126, trials: 126, share: 1, low: 0.9711, high: 1 },
    screenshot: { hits: 106, trials: 112, share: 0.9464, low: 0.887, high: 0.9801 },
    strip8: { hits: 123, trials: 123, share: 1, low: 0.9705, high: 1 },
    text: { hits: 114, trials: 120, share: 0.95, low: 0.8943, high: 0.9814 },
  },
  abstained: { hits: 85, trials: 5097, share: 0.0167, low: 0.0133, high: 0.0206 },
};
