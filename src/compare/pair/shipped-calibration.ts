/** The calibration that is shipped; written by bench/compare/ship.ts from the collection that is listed there. */

import type { CopyCalibration } from "./calibration.ts";

/** Versioned data: every verdict names its id. */
export const SHIPPED_CALIBRATION: CopyCalibration = {
  form: "seedproof.copy-calibration/1",
  id: "debian-2026-11",
  date: "2026-11-30",
  method: "orb-akaze-grid/1 opencv-js@4.12.0-release.1",
  origin: {
    en: "32 pictures in altered copies of sixteen kinds, and unrelated ones out of 3625, from 26 Debian packages with free licences; listed in bench/compare",
    zh: "32 幅图像的十六类改动副本，以及取自 3625 幅的无关图像，来自 26 个自由许可的 Debian 软件包；清单见 bench/compare",
  },
  falsePositiveRate: 0.01,
  weights: [-6.7234, 1.5148, 1.9095, 0.2834],
  threshold: 0,
  similar: {
    layout: 0.5014,
    palette: 0.8477,
    rate: { hits: 1, trials: 134, share: 0.0075, low: 0.0002, high: 0.0409 },
  },
  sources: { fit: 14, calibrate: 18, report: 32 },
  falsePositives: { hits: 0, trials: 134, share: 0, low: 0, high: 0.0272 },
  falsePositiveSources: { hits: 0, trials: 32, share: 0, low: 0, high: 0.1089 },
  found: {
    border: { hits: 15, trials: 15, share: 1, low: 0.782, high: 1 },
    colour: { hits: 14, trials: 14, share: 1, low: 0.7684, high: 1 },
    combined: { hits: 11, trials: 11, share: 1, low: 0.7151, high: 1 },
    crop10: { hits: 17, trials: 17, share: 1, low: 0.8049, high: 1 },
    crop25: { hits: 20, trials: 20, share: 1, low: 0.8316, high: 1 },
    crop50: { hits: 10, trials: 10, share: 1, low: 0.6915, high: 1 },
    crop75: { hits: 12, trials: 13, share: 0.9231, low: 0.6397, high: 0.9981 },
    grey: { hits: 14, trials: 15, share: 0.9333, low: 0.6805, high: 0.9983 },
    jpeg30: { hits: 12, trials: 12, share: 1, low: 0.7354, high: 1 },
    mirror: { hits: 13, trials: 13, share: 1, low: 0.7529, high: 1 },
    redraw: { hits: 13, trials: 13, share: 1, low: 0.7529, high: 1 },
    resize50: { hits: 14, trials: 14, share: 1, low: 0.7684, high: 1 },
    rotate5: { hits: 12, trials: 12, share: 1, low: 0.7354, high: 1 },
    screenshot: { hits: 13, trials: 13, share: 1, low: 0.7529, high: 1 },
    strip8: { hits: 14, trials: 14, share: 1, low: 0.7684, high: 1 },
    text: { hits: 13, trials: 13, share: 1, low: 0.7529, high: 1 },
  },
  abstained: { hits: 12, trials: 358, share: 0.0335, low: 0.0174, high: 0.0578 },
};
