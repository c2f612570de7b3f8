/** The calibration that is shipped; written by bench/compare/ship.ts from the collection that is listed there. */

import type { CopyCalibration } from "./calibration.ts";

/** Versioned data: every verdict names its id. */
export const SHIPPED_CALIBRATION: CopyCalibration = {
  form: "seedproof.copy-calibration/1",
  id: "debian-2026-11",
  date: "2026-11-30",
  method: "orb-akaze-grid/1 opencv-js@4.12.0-release.1",
  origin: {
    en: "29 pictures in altered copies of sixteen kinds, and unrelated ones out of 3625, from 26 Debian packages with free licences; listed in bench/compare",
    zh: "29 幅图像的十六类改动副本，以及取自 3625 幅的无关图像，来自 26 个自由许可的 Debian 软件包；清单见 bench/compare",
  },
  falsePositiveRate: 0.01,
  weights: [-4.6102, 0.9715, 1.84, 0.388],
  threshold: 0,
  similar: { layout: 0.506, palette: 0.9, rate: { hits: 2, trials: 104, share: 0.0192, low: 0.0023, high: 0.0677 } },
  sources: { fit: 12, calibrate: 17, report: 29 },
  falsePositives: { hits: 0, trials: 104, share: 0, low: 0, high: 0.0348 },
  falsePositiveSources: { hits: 0, trials: 29, share: 0, low: 0, high: 0.1194 },
  found: {
    border: { hits: 14, trials: 14, share: 1, low: 0.7684, high: 1 },
    colour: { hits: 13, trials: 13, share: 1, low: 0.7529, high: 1 },
    combined: { hits: 10, trials: 10, share: 1, low: 0.6915, high: 1 },
    crop10: { hits: 15, trials: 15, share: 1, low: 0.782, high: 1 },
    crop25: { hits: 17, trials: 17, share: 1, low: 0.8049, high: 1 },
    crop50: { hits: 9, trials: 9, share: 1, low: 0.6637, high: 1 },
    crop75: { hits: 11, trials: 12, share: 0.9167, low: 0.6152, high: 0.9979 },
    grey: { hits: 13, trials: 14, share: 0.9286, low: 0.6613, high: 0.9982 },
    jpeg30: { hits: 11, trials: 11, share: 1, low: 0.7151, high: 1 },
    mirror: { hits: 10, trials: 10, share: 1, low: 0.6915, high: 1 },
    redraw: { hits: 13, trials: 13, share: 1, low: 0.7529, high: 1 },
    resize50: { hits: 14, trials: 14, share: 1, low: 0.7684, high: 1 },
    rotate5: { hits: 12, trials: 12, share: 1, low: 0.7354, high: 1 },
    screenshot: { hits: 11, trials: 11, share: 1, low: 0.7151, high: 1 },
    strip8: { hits: 12, trials: 12, share: 1, low: 0.7354, high: 1 },
    text: { hits: 11, trials: 11, share: 1, low: 0.7151, high: 1 },
  },
  abstained: { hits: 10, trials: 307, share: 0.0326, low: 0.0157, high: 0.0591 },
};
