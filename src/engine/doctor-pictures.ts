/** The self-examination with the model that comes with the package: its files, and whole pictures drawn again, are held to their hashes. */

import type { Finding } from "../base/findings.ts";
import type { DiffusionModel, RuntimeIdentity } from "./backend.ts";
import { finding, NEAR, near, result } from "./doctor.ts";
import type { GoldenResult, GoldenResults } from "./examinations.ts";
import { GOLDEN_PICTURES, GOLDEN_WEIGHTS } from "./golden.ts";
import { generate } from "./pipeline.ts";
import type { GenerateRequest } from "./request.ts";

/** Guided values are some times as far apart as the networks' own. */
const NEAR_PICTURES = 20 * NEAR;

const COMMON: Omit<GenerateRequest, "prompt" | "sampler" | "schedule" | "seeds"> = {
  ...{ tool: "a1111", dialect: "a1111", clipSkip: 1, negative: "", cfg: 4.5, steps: 6 },
  ...{ size: { width: 128, height: 128 }, source: "torch-cpu" },
};

/** Few steps, as the doctor is to be quick; a sampler that draws noise at each step, and one that draws none. */
const PICTURES: Readonly<Record<string, GenerateRequest>> = {
  "scenes-128, DPM++ 2M Karras": {
    ...COMMON,
    ...{ prompt: "a red cat in a meadow, at night", sampler: "dpmpp-2m", schedule: "karras", seeds: [1n] },
  },
  "scenes-128, Euler a": {
    ...COMMON,
    ...{
      prompt: "a (blue:1.2) house, in the mountains",
      sampler: "euler-ancestral",
      schedule: "automatic",
      seeds: [2n],
    },
  },
};

/**
 * Draws every picture. The reference mode must give the golden hashes; the fast mode numbers near them.
 * @param model - the one that comes with the package
 * @returns one finding for each, `engine.golden-equal` or `engine.golden-differs`
 */
export async function examinePictures(
  model: DiffusionModel,
  mode: RuntimeIdentity["mode"],
  golden: GoldenResults = GOLDEN_PICTURES,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [name, drawn] of Object.entries(await goldenPictures(model))) {
    const expected = golden[name];
    const right = mode === "reference" ? drawn.sha256 === expected?.sha256 : near(drawn, expected, NEAR_PICTURES);
    findings.push(finding(name, right, drawn.sha256));
  }
  return findings;
}

/**
 * Holds the weight files of the model that comes with the package to those of this version: one changed byte is another
 * model, whether or not the golden pictures show it.
 * @param hashes - SHA-256 of the files by their paths in the model's folder
 * @returns one finding for each file, `engine.golden-equal`, `engine.weights-other` or `engine.weights-absent`
 */
export function examineWeights(
  hashes: Readonly<Record<string, string>>,
  golden: Readonly<Record<string, string>> = GOLDEN_WEIGHTS,
): Finding[] {
  const names = [...new Set([...Object.keys(golden), ...Object.keys(hashes)])];
  return names.map((name): Finding => {
    const [found, expected] = [hashes[name], golden[name]];
    if (found === undefined) {
      const text = { en: `${name}: not there; nothing is drawn`, zh: `${name}：缺失；未绘制` };
      return { code: "engine.weights-absent", level: "fails", text, where: { file: name } };
    }
    if (found === expected) return finding(name, true, found);
    const [is, was] = [found.slice(0, 16), expected?.slice(0, 16) ?? "–"];
    const text = {
      en: `${name}: refused, not this version's file (SHA-256 ${is}, this version's ${was}); nothing is drawn`,
      zh: `${name}：拒绝，非本版本的文件（SHA-256 ${is}，本版本为 ${was}）；未绘制`,
    };
    return { code: "engine.weights-other", level: "fails", text, where: { file: name } };
  });
}

/** What this build and this model give: the data that {@link examinePictures} is held to. */
export async function goldenPictures(model: DiffusionModel): Promise<GoldenResults> {
  const results: Record<string, GoldenResult> = {};
  for (const [name, request] of Object.entries(PICTURES)) {
    for await (const { pixels } of generate(model, request)) results[name] = result(pixels.data);
  }
  return results;
}
