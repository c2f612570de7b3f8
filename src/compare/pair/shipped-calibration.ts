/** The calibration that is shipped; written by bench/compare/ship.ts from the collection that is listed there. */

import type { CopyCalibration } from "./calibration.ts";

/** Versioned data: every verdict names its id. */
export const SHIPPED_CALIBRATION: CopyCalibration = {
  form: "seedproof.copy-calibration/1",
  id: "debian-2026-11",
  date: "2026-11-30",
  method: "orb-grid/1 opencv-js@4.12.0-release.1",
  origin: {
    en: "31 pictures altered in 16 ways and 3103 unrelated ones, from 26 Debian packages with free licences; listed in bench/compare",
    zh: "31 幅图像以 16 种方式改动，另有 3103 幅无关图像，取自 26 个自由许可的 Debian 软件包；清单见 bench/compare",
  },
  falsePositiveRate: 0.01,
  weights: [-4.7623, 1.196, 1.9086, 0.3537],
  threshold: 0,
  similar: { layout: 0.478, palette: 0.8476, rate: { hits: 2, trials: 101, share: 0.0198, low: 0.0024, high: 0.0697 } },
  sources: { fit: 13, calibrate: 18, report: 31 },
  falsePositives: { hits: 0, trials: 101, share: 0, low: 0, high: 0.0359 },
  falsePositiveSources: { hits: 0, trials: 31, share: 0, low: 0, high: 0.1122 },
  found: {
    border: { hits: 17, trials: 17, share: 1, low: 0.8049, high: 1 },
    colour: { hits: 15, trials: 15, share: 1, low: 0.782, high: 1 },
    combined: { hits: 14, trials: 14, share: 1, low: 0.7684, high: 1 },
    crop10: { hits: 17, trials: 17, share: 1, low: 0.8049, high: 1 },
    crop25: { hits: 18, trials: 18, share: 1, low: 0.8147, high: 1 },
    crop50: { hits: 13, trials: 13, share: 1, low: 0.7529, high: 1 },
    crop75: { hits: 12, trials: 14, share: 0.8571, low: 0.5719, high: 0.9822 },
    grey: { hits: 17, trials: 17, share: 1, low: 0.8049, high: 1 },
    jpeg30: { hits: 14, trials: 14, share: 1, low: 0.7684, high: 1 },
    mirror: { hits: 14, trials: 14, share: 1, low: 0.7684, high: 1 },
    redraw: { hits: 15, trials: 15, share: 1, low: 0.782, high: 1 },
    resize50: { hits: 19, trials: 19, share: 1, low: 0.8235, high: 1 },
    rotate5: { hits: 16, trials: 16, share: 1, low: 0.7941, high: 1 },
    screenshot: { hits: 15, trials: 15, share: 1, low: 0.782, high: 1 },
    strip8: { hits: 14, trials: 14, share: 1, low: 0.7684, high: 1 },
    text: { hits: 16, trials: 16, share: 1, low: 0.7941, high: 1 },
  },
  abstained: { hits: 8, trials: 354, share: 0.0226, low: 0.0098, high: 0.044 },
};
