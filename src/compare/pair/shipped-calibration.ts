/** The calibration that is shipped; written by bench/compare/ship.ts from the collection that is listed there. */

import type { CopyCalibration } from "./calibration.ts";

/** Versioned data: every verdict names its id. */
export const SHIPPED_CALIBRATION: CopyCalibration = {
  form: "seedproof.copy-calibration/1",
  id: "debian-2026-11",
  date: "2026-11-30",
  method: "orb-grid/1 opencv-js@4.12.0-release.1",
  origin: {
    en: "5 pictures altered in 16 ways and 3103 unrelated ones, from 26 Debian packages with free licences; listed in bench/compare",
    zh: "5 幅图像以 16 种方式改动，另有 3103 幅无关图像，取自 26 个自由许可的 Debian 软件包；清单见 bench/compare",
  },
  falsePositiveRate: 0.01,
  weights: [-3.8948, 1.0929, 1.3022, 0.1629],
  threshold: 0,
  similar: { layout: 0.3801, palette: 0.7324, rate: { hits: 0, trials: 15, share: 0, low: 0, high: 0.218 } },
  sources: { fit: 1, calibrate: 1, report: 3 },
  falsePositives: { hits: 0, trials: 15, share: 0, low: 0, high: 0.218 },
  falsePositiveSources: { hits: 0, trials: 3, share: 0, low: 0, high: 0.7076 },
  found: {
    border: { hits: 3, trials: 3, share: 1, low: 0.2924, high: 1 },
    colour: { hits: 3, trials: 3, share: 1, low: 0.2924, high: 1 },
    combined: { hits: 3, trials: 3, share: 1, low: 0.2924, high: 1 },
    crop10: { hits: 3, trials: 3, share: 1, low: 0.2924, high: 1 },
    crop25: { hits: 3, trials: 3, share: 1, low: 0.2924, high: 1 },
    crop50: { hits: 3, trials: 3, share: 1, low: 0.2924, high: 1 },
    crop75: { hits: 2, trials: 3, share: 0.6667, low: 0.0943, high: 0.9916 },
    grey: { hits: 3, trials: 3, share: 1, low: 0.2924, high: 1 },
    jpeg30: { hits: 3, trials: 3, share: 1, low: 0.2924, high: 1 },
    mirror: { hits: 3, trials: 3, share: 1, low: 0.2924, high: 1 },
    redraw: { hits: 3, trials: 3, share: 1, low: 0.2924, high: 1 },
    resize50: { hits: 3, trials: 3, share: 1, low: 0.2924, high: 1 },
    rotate5: { hits: 3, trials: 3, share: 1, low: 0.2924, high: 1 },
    screenshot: { hits: 3, trials: 3, share: 1, low: 0.2924, high: 1 },
    strip8: { hits: 3, trials: 3, share: 1, low: 0.2924, high: 1 },
    text: { hits: 3, trials: 3, share: 1, low: 0.2924, high: 1 },
  },
  abstained: { hits: 0, trials: 63, share: 0, low: 0, high: 0.0569 },
};
