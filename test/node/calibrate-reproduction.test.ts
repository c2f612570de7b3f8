import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { judge } from "../../src/compare/calibration.ts";
import { type CalibrateSettings, calibrateReproduction } from "../../src/node/calibrate-reproduction.ts";
import { writeTinyModel } from "../engine/tiny-model.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "seedproof-calibrate-"));
  writeTinyModel(join(folder, "tiny"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const settings = (home: string, more: Partial<CalibrateSettings> = {}): CalibrateSettings => ({
  ...{ home: join(folder, home), version: "0", model: join(folder, "tiny"), name: "tiny", mode: "reference" },
  ...{ recipes: 4, seed: 1, size: { width: 32, height: 32 }, steps: 2, cfg: 3, sampler: "euler", schedule: "karras" },
  ...{ note: { en: "for a test", zh: "测试用" }, now: () => new Date(0) },
  ...more,
});

test("a calibration that was stopped goes on where it was and comes to the same data", async () => {
  const whole = await calibrateReproduction(settings("whole"));
  const stop = new AbortController();
  const stopped = settings("stopped", {
    signal: stop.signal,
    onPair: (done) => done === 7 && stop.abort(new Error("enough")),
  });
  await expect(calibrateReproduction(stopped)).rejects.toThrow("enough");
  // The crash came in the middle of a line.
  const file = join(folder, "stopped/calibration", readdirSync(join(folder, "stopped/calibration"))[0]!);
  truncateSync(file, readFileSync(file).length - 20);
  let first = 0;
  const onPair = (done: number): void => {
    first ||= done;
  };
  const resumed = await calibrateReproduction(settings("stopped", { onPair }));
  expect(first).toBeGreaterThanOrEqual(7);
  expect(resumed).toEqual(whole);

  expect(whole.id).toMatch(/^reproduction-tiny-1970-01-01-[0-9a-f]{8}-n4$/);
  expect(Object.keys(whole.made.weights)).toHaveLength(3);
  const pairs = Object.fromEntries(whole.populations.map(({ name, kin, pairs }) => [name, `${kin} ${pairs}`]));
  expect(pairs).toMatchObject({
    ...{
      "other-seed": "other 4",
      "jpeg-95": "same 4",
      "unet-noise-1e-6": "same 2",
      word: "between 2",
      batch: "same 2",
    },
  });
  // In the reference mode neither a batch nor a millionth in the UNet's answers moves a pixel of this model.
  const identical = (name: string): number =>
    whole.populations.find((one) => one.name === name)!.verdicts["identical-pixels"].hits;
  expect([identical("batch"), identical("other-seed")]).toEqual([2, 0]);
  const { msSsim } = whole.thresholds;
  expect(msSsim.low <= msSsim.value && msSsim.value <= msSsim.high).toBe(true);
  expect(whole.errors.takenForSimilar.trials).toBe(2);
}, 240_000);

test("what other seeds are called follows from the thresholds alone", async () => {
  const made = await calibrateReproduction(settings("whole"));
  const other = made.populations.find(({ kin }) => kin === "other")!;
  const worst = {
    msSsim: other.quantiles.msSsim[0]!,
    edges: other.quantiles.edges[0]!,
    colour: other.quantiles.colour[4]!,
  };
  const measures = {
    ...{
      maxDifference: 99,
      meanDifference: 9,
      changedShare: 1,
      beyondRoundingShare: 1,
      psnr: 9,
      ssim: 0,
      composition: 0,
    },
    ...worst,
  };
  expect(judge(measures, made.thresholds)).toEqual({ verdict: "different", certain: true });
}, 60_000);
