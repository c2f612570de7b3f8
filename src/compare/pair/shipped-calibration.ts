/** The calibration that is shipped; written by bench/compare/ship.ts from the collection that is listed there. */

import type { CopyCalibration } from "./calibration.ts";

/** Versioned data: every verdict names its id. */
export const SHIPPED_CALIBRATION: CopyCalibration = {
  form: "seedproof.copy-calibration/1",
  id: "debian-2026-11",
  date: "2026-11-30",
  method: "orb-grid/1 opencv-js@4.12.0-release.1",
  origin: {
    en: "9 pictures altered in 16 ways and 3103 unrelated ones, from 26 Debian packages with free licences; listed in bench/compare",
    zh: "9 幅图像以 16 种方式改动，另有 3103 幅无关图像，取自 26 个自由许可的 Debian 软件包；清单见 bench/compare",
  },
  falsePositiveRate: 0.01,
  weights: [-2.5541, 1.1211, 1.2073, 1.0315],
  threshold: 0,
  similar: { layout: 0.478, palette: 0.6986, rate: { hits: 0, trials: 35, share: 0, low: 0, high: 0.1 } },
  sources: { fit: 4, calibrate: 5, report: 9 },
  falsePositives: { hits: 0, trials: 35, share: 0, low: 0, high: 0.1 },
  falsePositiveSources: { hits: 0, trials: 9, share: 0, low: 0, high: 0.3363 },
  found: {
    border: { hits: 8, trials: 8, share: 1, low: 0.6306, high: 1 },
    colour: { hits: 4, trials: 4, share: 1, low: 0.3976, high: 1 },
    combined: { hits: 7, trials: 7, share: 1, low: 0.5904, high: 1 },
    crop10: { hits: 6, trials: 6, share: 1, low: 0.5407, high: 1 },
    crop25: { hits: 5, trials: 5, share: 1, low: 0.4782, high: 1 },
    crop50: { hits: 4, trials: 4, share: 1, low: 0.3976, high: 1 },
    crop75: { hits: 5, trials: 6, share: 0.8333, low: 0.3588, high: 0.9958 },
    grey: { hits: 5, trials: 5, share: 1, low: 0.4782, high: 1 },
    jpeg30: { hits: 8, trials: 8, share: 1, low: 0.6306, high: 1 },
    mirror: { hits: 5, trials: 5, share: 1, low: 0.4782, high: 1 },
    redraw: { hits: 6, trials: 6, share: 1, low: 0.5407, high: 1 },
    resize50: { hits: 6, trials: 6, share: 1, low: 0.5407, high: 1 },
    rotate5: { hits: 5, trials: 5, share: 1, low: 0.4782, high: 1 },
    screenshot: { hits: 5, trials: 5, share: 1, low: 0.4782, high: 1 },
    strip8: { hits: 6, trials: 6, share: 1, low: 0.5407, high: 1 },
    text: { hits: 6, trials: 6, share: 1, low: 0.5407, high: 1 },
  },
  abstained: { hits: 8, trials: 134, share: 0.0597, low: 0.0261, high: 0.1142 },
};
