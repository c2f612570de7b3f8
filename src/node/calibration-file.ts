/** A calibration from a file: an expert's own thresholds in place of those that are shipped. */

import { readFileSync, statSync } from "node:fs";
import { SeedproofError } from "../base/errors.ts";
import { isObject } from "../base/json.ts";
import type { CopyCalibration } from "../compare/pair/calibration.ts";

/** A calibration has some kilobytes. */
const MOST_BYTES = 1 << 20;

/** @throws SeedproofError `compare.calibration-malformed`, `file.not-found` */
export function readCopyCalibration(file: string): CopyCalibration {
  const value = parsed(file);
  const shares = ["falsePositives", "falsePositiveSources", "abstained"].every((name) => isShare(value[name]));
  const similar =
    isObject(value.similar) &&
    isNumber(value.similar.layout) &&
    isNumber(value.similar.palette) &&
    isShare(value.similar.rate);
  const texts = ["id", "date", "method"].every((name) => typeof value[name] === "string");
  const origin = isObject(value.origin) && typeof value.origin.en === "string" && typeof value.origin.zh === "string";
  const weights = Array.isArray(value.weights) && value.weights.length === 4 && value.weights.every(isNumber);
  const found = isObject(value.found) && Object.values(value.found).every(isShare);
  const sound =
    value.form === "seedproof.copy-calibration/1" && shares && similar && texts && origin && weights && found;
  if (!sound || !isNumber(value.threshold)) throw malformed(file);
  return value as unknown as CopyCalibration;
}

function parsed(file: string): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    if (statSync(file).size > MOST_BYTES) throw malformed(file);
    text = readFileSync(file, "utf8");
  } catch (cause) {
    if (cause instanceof SeedproofError) throw cause;
    throw new SeedproofError("file.not-found", `there is no file ${file}`, { where: { file }, cause });
  }
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Said below: what is no JSON is no calibration.
  }
  throw malformed(file);
}

function malformed(file: string): SeedproofError {
  return new SeedproofError("compare.calibration-malformed", `${file} is no calibration of copies`, {
    where: { file },
  });
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isShare(value: unknown): boolean {
  return isObject(value) && ["hits", "trials", "share", "low", "high"].every((name) => isNumber(value[name]));
}
