/** The calibration that is shipped; written by bench/compare/ship.ts from the collection that is listed there. */

import type { CopyCalibration } from "./calibration.ts";

/** Versioned data: every verdict names its id. */
export const SHIPPED_CALIBRATION: CopyCalibration = {
  form: "seedproof.copy-calibration/1",
  id: "debian-2026-11",
  date: "2026-11-30",
  method: "orb-grid/1 opencv-js@4.12.0-release.1",
  origin: {
    en: "33 pictures in altered copies of sixteen kinds, and unrelated ones out of 3103, from 26 Debian packages with free licences; listed in bench/compare",
    zh: "33 幅图像的十六类改动副本，以及取自 3103 幅的无关图像，来自 26 个自由许可的 Debian 软件包；清单见 bench/compare",
  },
  falsePositiveRate: 0.01,
  weights: [-6.1017, 1.5817, 2.0242, 0.2394],
  threshold: 0,
  similar: {
    layout: 0.4655,
    palette: 0.8426,
    rate: { hits: 2, trials: 107, share: 0.0187, low: 0.0023, high: 0.0659 },
  },
  sources: { fit: 14, calibrate: 19, report: 33 },
  falsePositives: { hits: 0, trials: 107, share: 0, low: 0, high: 0.0339 },
  falsePositiveSources: { hits: 0, trials: 33, share: 0, low: 0, high: 0.1058 },
  found: {
    border: { hits: 18, trials: 18, share: 1, low: 0.8147, high: 1 },
    colour: { hits: 15, trials: 15, share: 1, low: 0.782, high: 1 },
    combined: { hits: 15, trials: 15, share: 1, low: 0.782, high: 1 },
    crop10: { hits: 18, trials: 18, share: 1, low: 0.8147, high: 1 },
    crop25: { hits: 20, trials: 20, share: 1, low: 0.8316, high: 1 },
    crop50: { hits: 13, trials: 13, share: 1, low: 0.7529, high: 1 },
    crop75: { hits: 13, trials: 15, share: 0.8667, low: 0.5954, high: 0.9834 },
    grey: { hits: 19, trials: 19, share: 1, low: 0.8235, high: 1 },
    jpeg30: { hits: 14, trials: 14, share: 1, low: 0.7684, high: 1 },
    mirror: { hits: 15, trials: 15, share: 1, low: 0.782, high: 1 },
    redraw: { hits: 15, trials: 15, share: 1, low: 0.782, high: 1 },
    resize50: { hits: 20, trials: 20, share: 1, low: 0.8316, high: 1 },
    rotate5: { hits: 18, trials: 18, share: 1, low: 0.8147, high: 1 },
    screenshot: { hits: 16, trials: 16, share: 1, low: 0.7941, high: 1 },
    strip8: { hits: 15, trials: 15, share: 1, low: 0.782, high: 1 },
    text: { hits: 16, trials: 16, share: 1, low: 0.7941, high: 1 },
  },
  abstained: { hits: 8, trials: 374, share: 0.0214, low: 0.0093, high: 0.0417 },
};
