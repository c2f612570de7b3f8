/** `npm run golden:reproduction -- FILE.json`: a calibration of reproductions becomes the one that this version ships. */

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ReproductionCalibration } from "../src/compare/calibration.ts";

const [from] = process.argv.slice(2);
if (!from) throw new Error("name the JSON file that seedproof calibrate reproduction -o wrote");
const calibration = JSON.parse(readFileSync(from, "utf8")) as ReproductionCalibration;
const to = resolve(import.meta.dirname, "../src/compare/reproduction-calibration.ts");
writeFileSync(
  to,
  `/** Thresholds of "substantially similar" that this version ships; written by golden/reproduction.ts. */

import type { ReproductionCalibration } from "./calibration.ts";

/** Made by \`${calibration.made.command}\`. */
export const REPRODUCTION_CALIBRATION: ReproductionCalibration = ${JSON.stringify(calibration, null, 2)};
`,
);
const formatted = spawnSync("npx", ["biome", "check", "--write", to], { stdio: "inherit" });
if (formatted.status !== 0) throw new Error(`${to} could not be brought into shape`);
console.log(`${to}: ${calibration.id}`);
