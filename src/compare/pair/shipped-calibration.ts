/** The calibration that is shipped; written by bench/compare/ship.ts from the collection that is listed there. */

import type { CopyCalibration } from "./calibration.ts";

/** Versioned data: every verdict names its id. */
export const SHIPPED_CALIBRATION: CopyCalibration = {
  form: "seedproof.copy-calibration/1",
  id: "debian-2026-11",
  date: "2026-11-30",
  method: "orb-akaze-grid/1 opencv-js@4.12.0-release.1",
  origin: {
    en: "27 pictures in altered copies of sixteen kinds, and unrelated ones out of 3625, from 26 Debian packages with free licences; listed in bench/compare",
    zh: "27 幅图像的十六类改动副本，以及取自 3625 幅的无关图像，来自 26 个自由许可的 Debian 软件包；清单见 bench/compare",
  },
  falsePositiveRate: 0.01,
  weights: [-6.5413, 1.4832, 1.7988, 0.3006],
  threshold: 0,
  similar: { layout: 0.4379, palette: 0.8477, rate: { hits: 1, trials: 84, share: 0.0119, low: 0.0003, high: 0.0646 } },
  sources: { fit: 12, calibrate: 15, report: 27 },
  falsePositives: { hits: 0, trials: 84, share: 0, low: 0, high: 0.043 },
  falsePositiveSources: { hits: 0, trials: 27, share: 0, low: 0, high: 0.1277 },
  found: {
    border: { hits: 12, trials: 12, share: 1, low: 0.7354, high: 1 },
    colour: { hits: 11, trials: 11, share: 1, low: 0.7151, high: 1 },
    combined: { hits: 9, trials: 9, share: 1, low: 0.6637, high: 1 },
    crop10: { hits: 13, trials: 13, share: 1, low: 0.7529, high: 1 },
    crop25: { hits: 17, trials: 17, share: 1, low: 0.8049, high: 1 },
    crop50: { hits: 7, trials: 7, share: 1, low: 0.5904, high: 1 },
    crop75: { hits: 10, trials: 11, share: 0.9091, low: 0.5872, high: 0.9977 },
    grey: { hits: 13, trials: 14, share: 0.9286, low: 0.6613, high: 0.9982 },
    jpeg30: { hits: 10, trials: 10, share: 1, low: 0.6915, high: 1 },
    mirror: { hits: 9, trials: 9, share: 1, low: 0.6637, high: 1 },
    redraw: { hits: 11, trials: 11, share: 1, low: 0.7151, high: 1 },
    resize50: { hits: 14, trials: 14, share: 1, low: 0.7684, high: 1 },
    rotate5: { hits: 12, trials: 12, share: 1, low: 0.7354, high: 1 },
    screenshot: { hits: 11, trials: 11, share: 1, low: 0.7151, high: 1 },
    strip8: { hits: 12, trials: 12, share: 1, low: 0.7354, high: 1 },
    text: { hits: 11, trials: 11, share: 1, low: 0.7151, high: 1 },
  },
  abstained: { hits: 9, trials: 273, share: 0.033, low: 0.0152, high: 0.0617 },
};
