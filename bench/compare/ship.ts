/** Writes the shipped calibration from the bench's pairs: `tsx bench/compare/ship.ts PAIRS.jsonl DATE`. */

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { calibrateCopies } from "../../src/compare/pair/calibration.ts";
import { openCvDetector } from "../../src/node/opencv.ts";
import { benchPairs } from "./bench-pairs.ts";
import { imagePaths } from "./images.ts";
import { PACKAGES } from "./packages.ts";

const [file = "pairs.jsonl", date = "2026-11-30"] = process.argv.slice(2);
const pairs = benchPairs(file);
const groups = new Set(pairs.map(({ group }) => group)).size;
const images = imagePaths(".").length;
const calibration = calibrateCopies(pairs, {
  id: `debian-${date.slice(0, 7)}`,
  date,
  method: (await openCvDetector()).method,
  origin: {
    en: `${groups} pictures in altered copies of sixteen kinds, and unrelated ones out of ${images}, from ${PACKAGES.length} Debian packages with free licences; listed in bench/compare`,
    zh: `${groups} 幅图像的十六类改动副本，以及取自 ${images} 幅的无关图像，来自 ${PACKAGES.length} 个自由许可的 Debian 软件包；清单见 bench/compare`,
  },
  falsePositiveRate: 0.01,
});
const target = resolve(import.meta.dirname, "../../src/compare/pair/shipped-calibration.ts");
writeFileSync(
  target,
  `/** The calibration that is shipped; written by bench/compare/ship.ts from the collection that is listed there. */

import type { CopyCalibration } from "./calibration.ts";

/** Versioned data: every verdict names its id. */
export const SHIPPED_CALIBRATION: CopyCalibration = ${JSON.stringify(calibration)};
`,
);
execFileSync("npx", ["biome", "check", "--write", target], { stdio: "ignore" });
console.log(`${groups} pictures: threshold ${calibration.threshold}, weights ${calibration.weights.join(" ")}`);
