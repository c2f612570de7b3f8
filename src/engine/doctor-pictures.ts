/** The self-examination with the model that comes with the package: whole pictures are drawn again and held to their hashes. */

import type { Finding } from "../base/findings.ts";
import type { DiffusionModel, RuntimeIdentity } from "./backend.ts";
import { finding, NEAR, near, result } from "./doctor.ts";
import type { GoldenResult, GoldenResults } from "./examinations.ts";
import { GOLDEN_PICTURES } from "./golden.ts";
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

/** What this build and this model give: the data that {@link examinePictures} is held to. */
export async function goldenPictures(model: DiffusionModel): Promise<GoldenResults> {
  const results: Record<string, GoldenResult> = {};
  for (const [name, request] of Object.entries(PICTURES)) {
    for await (const { pixels } of generate(model, request)) results[name] = result(pixels.data);
  }
  return results;
}
